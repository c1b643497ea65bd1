"""Which questions a test draws: by the plan, unseen ones first, ties at random."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.flashcards import Flashcard, rated_event
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.draw import DrawError, draw_test, drawable, guess_chance
from lessons_lib.classroom.quiz.exam import start_test
from lessons_lib.classroom.quiz.question import Option, Question, Quiz, SingleQuestion
from lessons_lib.classroom.quiz.regrade import position_event
from lessons_lib.classroom.record.event import Event, utc_now
from tests.classroom.quiz.conftest import WIDE_BANK, answered

COURSE, ABOUT, PLAN = load_bank(), course().about, course().exam


def answers_to(bank: QuizBank, names: Iterable[str]) -> list[Event]:
    return [answered(bank.question(name), "B") for name in names]


def is_test(questions: Iterable[Question]) -> bool:
    """Return whether questions fit the course's plan."""
    drawn = list(questions)
    subjects = Counter(ABOUT[one.objective] for one in drawn)
    levels = Counter(one.difficulty for one in drawn)
    bounds = PLAN.subjects.items()
    return levels == PLAN.draws and all(a <= subjects[name] <= b for name, (a, b) in bounds)


@given(seed=st.integers())
def test_a_test_fits_the_plan_with_easy_questions_first(seed: int) -> None:
    drawn = draw_test(COURSE, [], seed)
    assert is_test(drawn)
    assert [one.difficulty for one in drawn] == ["easy"] * 4 + ["medium"] * 3 + ["hard"] * 3
    assert len({one.id for one in drawn}) == 10


def test_the_subjects_are_met_just_when_one_of_all_choices_meets_them() -> None:
    rng, found = random.Random(4), list[bool]()
    for seed in range(60):
        some = {one.id: one for one in rng.sample(draw_test(COURSE, [], seed), 9)}
        some |= {one.id: one for one in rng.sample(drawable(COURSE), 3)}
        small = QuizBank((Quiz(name="02_some", title="Some", questions=tuple(some.values())),))
        try:
            found.append(is_test(draw_test(small, [], seed)))
        except DrawError:
            found.append(False)
        assert found[-1] == any(map(is_test, combinations(some.values(), 10)))
    assert 5 < sum(found) < 55


@given(seed=st.integers())
def test_questions_on_objectives_of_no_subject_give_any_ten(seed: int) -> None:
    drawn = draw_test(WIDE_BANK, [], seed)
    assert [one.difficulty for one in drawn] == ["easy"] * 4 + ["medium"] * 3 + ["hard"] * 3
    assert len({one.id for one in drawn}) == 10


def test_questions_on_objectives_about_nothing_are_never_drawn() -> None:
    nothing = next(slug for slug, about in ABOUT.items() if about is None)
    first, *others = WIDE_BANK.quizzes
    some = tuple(structs.replace(one, objective=nothing) for one in first.questions)
    bank = QuizBank((structs.replace(first, questions=some), *others))
    drawn = {one.objective for seed in range(50) for one in draw_test(bank, [], seed)}
    assert nothing not in drawn


@given(st.integers(), st.lists(st.integers(0, 83), max_size=40, unique=True))
def test_questions_that_were_shown_anywhere_are_not_drawn_while_others_are_left(
    seed: int, places: list[int]
) -> None:
    questions = [WIDE_BANK.questions[place] for place in places]
    answers = [answered(one, "B") for one in questions[:10]]
    seen = [position_event(one, "02_text") for one in questions[10:20]]
    cards = [rated_event(Flashcard("question", one.id), "good") for one in questions[20:]]
    record = [*answers, *seen, *cards]
    unseen = Counter(one.difficulty for one in WIDE_BANK.questions if one not in questions)
    drawn = draw_test(WIDE_BANK, record, seed)
    if unseen >= Counter(PLAN.draws):
        assert not {one.id for one in drawn} & {one.id for one in questions}
    test = draw_test(WIDE_BANK, [start_test(WIDE_BANK, [], seed)], seed)
    assert not {one.id for one in test} & {one.id for one in draw_test(WIDE_BANK, [], seed)}


def test_no_more_seen_questions_are_drawn_than_the_plan_needs() -> None:
    of_mode = [one for one in drawable(COURSE) if ABOUT[one.objective] == "mode"]
    others = [one for one in drawable(COURSE) if ABOUT[one.objective] == "size"]
    hard = [one for one in others if one.difficulty == "hard"]
    record = [position_event(one, "02_text") for one in (*hard, *of_mode)]
    for seed in range(20):
        drawn = draw_test(COURSE, record, seed)
        assert sum(one in (*hard, *of_mode) for one in drawn) == PLAN.subjects["mode"][0]


@given(st.permutations(range(84)), st.integers(0, 3))
def test_then_come_the_longest_ago_shown(places: list[int], unseen: int) -> None:
    order = [WIDE_BANK.questions[place] for place in places]
    drawn = draw_test(WIDE_BANK, answers_to(WIDE_BANK, [one.id for one in order[unseen:]]), 0)
    for level, count in PLAN.draws.items():
        first = [one for one in order if one.difficulty == level][:count]
        assert {one.id for one in drawn if one.difficulty == level} == {one.id for one in first}


def test_a_question_whose_card_was_rated_within_a_week_comes_last() -> None:
    card, *others = WIDE_BANK.questions
    for days, is_drawn in ((6, False), (8, True)):
        rated_on = utc_now() - timedelta(days)
        rated = rated_event(Flashcard("question", card.id), "good", clock=lambda: rated_on)  # noqa: B023
        record = [rated, *answers_to(WIDE_BANK, [one.id for one in others])]
        assert (card in draw_test(WIDE_BANK, record, 0)) == is_drawn
    ten = draw_test(WIDE_BANK, [], 0)
    small = QuizBank((Quiz(name="02_ten", title="Ten", questions=ten),))
    cards = [rated_event(Flashcard("question", one.id), "good") for one in ten]
    assert {one.id for one in draw_test(small, cards, 0)} == {one.id for one in ten}


def test_the_same_seed_gives_the_same_test_and_another_gives_another() -> None:
    assert draw_test(WIDE_BANK, [], 3) == draw_test(WIDE_BANK, [], 3)
    assert draw_test(WIDE_BANK, [], 3) != draw_test(WIDE_BANK, [], 4)


def test_equally_suitable_questions_are_drawn_equally_often() -> None:
    counts = Counter(one.id for seed in range(1000) for one in draw_test(WIDE_BANK, [], seed))
    for one in WIDE_BANK.questions:  # each about 143 (easy) or 107 times; the SD is about 11
        assert abs(counts[one.id] - 1000 * PLAN.draws[one.difficulty] / 28) < 50


def test_a_small_bank_is_rejected_with_what_is_missing(bank: QuizBank) -> None:
    with pytest.raises(DrawError, match="needs 4 easy questions, but the bank has 1: add some"):
        draw_test(bank, [], 0)


def test_surveys_and_easy_guesses_are_not_drawn(survey_bank: QuizBank, bank: QuizBank) -> None:
    assert drawable(survey_bank) == []
    assert "how-sure-do-you-feel" not in {one.id for one in drawable(bank)}
    first = WIDE_BANK.questions[0]
    assert isinstance(first, SingleQuestion)
    options = {"A": Option("Yes", "No."), "B": Option("No", "Yes.")}
    two = structs.replace(first, options=options)
    assert drawable(QuizBank((Quiz(name="02_two", title="Two", questions=(two,)),))) == []


def test_each_kind_has_a_chance_to_guess(bank: QuizBank) -> None:
    chances = {one.id: guess_chance(one) for one in bank.questions}
    assert chances == {
        "choose-mode-for-archive": 1 / 4,
        "which-calls-are-batch": 1 / 15,
        "count-the-passes": 0,
        "how-sure-do-you-feel": 1 / 3,
    }
