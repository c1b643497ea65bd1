"""A test of ten questions: drawn, taken up again, judged."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.grading import Response
from lessons_lib.quiz.progress import recent_questions, state_of
from lessons_lib.quiz.question import Option, Quiz, SingleQuestion
from lessons_lib.quiz.regrade import answer_event
from lessons_lib.quiz.test import (
    MOST_GUESSABLE,
    RECENT,
    TEST_QUIZ,
    TEST_SIZE,
    DrawError,
    Score,
    TenQuestions,
    chance_of_strong,
    draw_test,
    drawable,
    end_test,
    guess_chance,
    judge,
    last_test,
    level_of,
    rule_text,
    start_test,
)
from lessons_lib.quiz.variants import personalize
from lessons_lib.record.event import Event, new_event
from lessons_lib.record.log import InMemoryLog


def answers_to(bank: QuizBank, names: list[str]) -> list[Event]:
    response = Response(letters=("B",))
    return [answer_event(personalize(bank.question(name), "ada"), response, "q") for name in names]


@given(seed=st.integers())
def test_a_test_has_four_easy_three_medium_and_three_hard_different_questions(
    wide_bank: QuizBank, seed: int
) -> None:
    drawn = draw_test(wide_bank, [], seed)
    assert [one.difficulty for one in drawn] == ["easy"] * 4 + ["medium"] * 3 + ["hard"] * 3
    assert len({one.id for one in drawn}) == 10


@given(seed=st.integers())
def test_the_questions_are_spread_over_the_stages(wide_bank: QuizBank, seed: int) -> None:
    stages = Counter(one.stage for one in draw_test(wide_bank, [], seed))
    assert sorted(stages.values()) == [1, 1, 1, 1, 2, 2, 2]


@given(st.integers(), st.lists(st.integers(0, 83), max_size=RECENT, unique=True))
def test_what_was_answered_last_is_not_drawn(
    wide_bank: QuizBank, seed: int, places: list[int]
) -> None:
    names = [wide_bank.questions[place].id for place in places]
    drawn = draw_test(wide_bank, answers_to(wide_bank, names), seed)
    assert not {one.id for one in drawn} & set(names)


def test_two_tests_in_a_row_share_no_question(wide_bank: QuizBank) -> None:
    first = [one.id for one in draw_test(wide_bank, [], 1)]
    second = [one.id for one in draw_test(wide_bank, answers_to(wide_bank, first), 1)]
    assert not {*first} & {*second}


def test_the_same_seed_gives_the_same_test_and_another_gives_another(wide_bank: QuizBank) -> None:
    assert draw_test(wide_bank, [], 3) == draw_test(wide_bank, [], 3)
    assert draw_test(wide_bank, [], 3) != draw_test(wide_bank, [], 4)


def test_every_question_is_drawn_in_the_long_run(wide_bank: QuizBank) -> None:
    counts = Counter(one.id for seed in range(300) for one in draw_test(wide_bank, [], seed))
    assert set(counts) == {one.id for one in wide_bank.questions}


def test_a_small_bank_is_refused_with_what_is_missing(bank: QuizBank) -> None:
    message = "A test needs 4 easy questions, the bank has 1: add some."
    with pytest.raises(DrawError) as caught:
        draw_test(bank, [], 0)
    assert str(caught.value) == message


def test_a_bank_of_exactly_ten_can_be_drawn_again_and_again(wide_bank: QuizBank) -> None:
    ten = draw_test(wide_bank, [], 0)
    small = QuizBank((Quiz(name="02_ten", title="Ten", questions=ten),))  # type: ignore[arg-type]
    record = answers_to(small, [one.id for one in ten])
    assert {one.id for one in draw_test(small, record, 5)} == {one.id for one in ten}


def test_surveys_and_easily_guessed_questions_are_not_drawn(
    wide_bank: QuizBank, survey_bank: QuizBank, bank: QuizBank
) -> None:
    assert drawable(survey_bank) == []
    assert "how-sure-do-you-feel" not in {one.id for one in drawable(bank)}
    first = wide_bank.questions[0]
    assert isinstance(first, SingleQuestion)
    options = {"A": Option("Yes", "No."), "B": Option("No", "Yes.")}
    two = structs.replace(first, options=options)
    assert drawable(QuizBank((Quiz(name="02_two", title="Two", questions=(two,)),))) == []


def test_the_chance_to_guess_is_known_for_each_kind(bank: QuizBank) -> None:
    chances = {one.id: guess_chance(one) for one in bank.questions}
    assert chances == {
        "choose-mode-for-archive": 1 / 4,
        "which-calls-are-batch": 1 / 15,
        "count-the-passes": 0,
        "how-sure-do-you-feel": 1 / 3,
    }


def test_the_questions_answered_last_come_latest_first_and_once(wide_bank: QuizBank) -> None:
    names = [one.id for one in wide_bank.questions[:4]]
    record = answers_to(wide_bank, [*names, names[1]])
    assert recent_questions(record, 3) == [names[1], names[3], names[2]]


def started(bank: QuizBank, log: InMemoryLog, seed: int = 0) -> TenQuestions:
    log.append(start_test(bank, log.events(), seed))
    return found(log, bank)


def found(log: InMemoryLog, bank: QuizBank) -> TenQuestions:
    test = last_test(log.events(), bank)
    assert test is not None
    return test


def answer(log: InMemoryLog, test: TenQuestions, place: int, letter: str) -> None:
    personal = personalize(test.questions[place], "ada")
    log.append(answer_event(personal, Response(letters=(letter,)), TEST_QUIZ, test=test.id))


def test_without_a_start_there_is_no_test(wide_bank: QuizBank) -> None:
    assert last_test([], wide_bank) is None


def test_a_test_that_was_left_is_resumed_at_the_first_open_question(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    for place in (0, 1, 3):
        answer(log, test, place, "B")
    resumed = found(log, wide_bank)
    assert resumed.questions == test.questions
    assert resumed.next_question == test.questions[2]
    assert not resumed.has_ended


def test_the_last_answer_to_a_question_is_the_one_that_counts(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    answer(log, test, 0, "A")
    answer(log, test, 0, "B")
    assert judge(found(log, wide_bank), wide_bank).right[test.questions[0].id]


def test_an_answer_after_the_end_or_from_elsewhere_does_not_count(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    answer(log, test, 0, "A")
    elsewhere = answer_event(
        personalize(test.questions[1], "ada"), Response(letters=("B",)), "02_text"
    )
    log.append(elsewhere)
    log.append(end_test(test))
    answer(log, test, 0, "B")
    ended = found(log, wide_bank)
    assert ended.has_ended
    assert judge(ended, wide_bank).score == Score(0, 10)


def test_a_new_test_takes_the_place_of_the_old_one(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    first = started(wide_bank, log)
    answer(log, first, 0, "B")
    log.append(end_test(first))
    second = started(wide_bank, log)
    assert second.id != first.id
    assert (second.answers, second.has_ended) == ({}, False)


@pytest.mark.parametrize(("right", "level"), [(4, "not yet"), (7, "developing"), (8, "strong")])
def test_the_judgement_says_the_level_and_where_it_comes_from(
    wide_bank: QuizBank, right: int, level: str
) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    for place in range(10):
        answer(log, test, place, "B" if place < right else "C")
    verdict = judge(found(log, wide_bank), wide_bank)
    assert (verdict.level, verdict.score) == (level, Score(right, 10))
    assert verdict.by_difficulty["easy"] == Score(4, 4)
    assert list(verdict.by_difficulty) == ["easy", "medium", "hard"]
    assert sum(one.questions for one in verdict.by_stage.values()) == 10
    assert sum(one.right for one in verdict.by_stage.values()) == right
    assert set(verdict.objectives_missed) == {one.objective for one in test.questions[right:]}


def test_what_is_not_answered_counts_as_wrong(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    answer(log, test, 0, "B")
    assert judge(found(log, wide_bank), wide_bank).score == Score(1, 10)


def test_a_test_of_which_a_question_changed_cannot_be_resumed(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    changed = test.questions[0].id
    quizzes = tuple(
        structs.replace(
            quiz,
            questions=tuple(
                structs.replace(one, revision=2) if one.id == changed else one
                for one in quiz.questions
            ),
        )
        for quiz in wide_bank.quizzes
    )
    assert last_test(log.events(), QuizBank(quizzes)) is None
    assert last_test(log.events(), QuizBank(quizzes[:1])) is None


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"questions": [], "seed": 0},
        {"questions": [["text-easy-0", 1]] * 10, "seed": 0},
        {"questions": [[f"{stage}-easy-{n}", 1] for stage in ("text", "batch") for n in range(4)]},
        {"questions": "text-easy-0", "seed": 0},
    ],
)
def test_a_start_that_makes_no_whole_test_is_passed_over(
    wide_bank: QuizBank, payload: dict[str, object]
) -> None:
    assert last_test([new_event("test", "t1", payload)], wide_bank) is None


def test_a_test_is_shown_as_a_quiz_without_feedback(wide_bank: QuizBank) -> None:
    log = InMemoryLog()
    test = started(wide_bank, log)
    answer(log, test, 4, "C")
    quiz = test.quiz
    assert quiz.policy_of(quiz.questions[0]) == "no-feedback"
    state = state_of(quiz, log.events(), test=test.id)
    assert state.position == test.questions[4].id
    assert state.of(test.questions[4]).response == Response(letters=("C",))


def chance_of_count(chances: list[float], at_least: int) -> float:
    """Return the chance of at least so many successes, each with its own chance, exactly."""
    exactly = [1.0]
    for chance in chances:
        without, with_one = [*exactly, 0.0], [0.0, *exactly]
        exactly = [a * (1 - chance) + b * chance for a, b in zip(without, with_one, strict=True)]
    return sum(exactly[at_least:])


@pytest.mark.parametrize(
    ("right", "level"),
    [(0, "not yet"), (4, "not yet"), (5, "developing"), (7, "developing"), (8, "strong"),
     (10, "strong")],
)  # fmt: skip
def test_the_level_follows_from_the_count(right: int, level: str) -> None:
    assert level_of(right) == level


def test_a_guesser_reaches_strong_in_fewer_than_one_of_a_thousand_tests() -> None:
    assert chance_of_count([MOST_GUESSABLE] * TEST_SIZE, 8) < 0.001


def test_who_knows_95_percent_reaches_strong_in_more_than_nine_of_ten_tests() -> None:
    assert chance_of_count([0.95] * TEST_SIZE, 8) > 0.9


def test_the_formula_of_the_rule_agrees_with_the_exact_sum() -> None:
    for chance in (0.0, 0.1, 0.25, 0.5, 0.95, 1.0):
        exact = chance_of_count([chance] * TEST_SIZE, 8)
        assert chance_of_strong(chance) == pytest.approx(exact, abs=1e-12)


def test_the_rule_is_told_with_its_numbers() -> None:
    assert rule_text() == (
        "Strong: 8 to 10 of 10 right. Developing: 5 to 7. Not yet: 4 or fewer. Where several "
        "options are right, all of them and no other must be picked. Guessing alone reaches "
        "strong in at most 5 of 10,000 tests; knowing 95% of the answers reaches it in at least "
        "98 of 100."
    )
