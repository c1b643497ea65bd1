from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import answer_event
from lessons_lib.quiz.grading import Response
from lessons_lib.quiz.progress import recent_questions
from lessons_lib.quiz.question import Option, Quiz, SingleQuestion
from lessons_lib.quiz.test import (
    RECENT,
    DrawError,
    draw_test,
    drawable,
    guess_chance,
)
from lessons_lib.quiz.variants import personalize
from lessons_lib.record.event import Event


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
    message = "A test takes 4 easy questions, but 1 fit in the bank: add some."
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
