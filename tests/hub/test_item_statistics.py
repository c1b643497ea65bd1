from __future__ import annotations

import random

import numpy as np
import pytest

from lessons_lib.hub.collect.collect import median_answered, reason_for_help
from lessons_lib.hub.collect.item_statistics import QuestionStatistics, question_statistics
from lessons_lib.hub.collect.regrade import Notes, Result, regrade
from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.quiz.grading import Response
from lessons_lib.quiz.question import NumberQuestion, Question, SeveralQuestion
from lessons_lib.quiz.regrade import answer_event, hint_event
from lessons_lib.quiz.variants import personalize
from lessons_lib.record.event import Event
from tests.hub.synthetic_class import BANK

COURSE = load_bank(BANK)
SINGLES = [one for one in COURSE.questions if one.kind == "single" and not one.variants][:6]
FIRST = SINGLES[0]


def result(*events: Event, bank: QuizBank = COURSE) -> Result:
    return regrade(events, bank, Notes({}))


def answered(question: Question, letters: str = "", number: str = "") -> Event:
    personal = personalize(question, "ada")
    quiz = COURSE.quiz_of(question.id).name
    return answer_event(personal, Response(tuple(letters), number), quiz)


def right(question: Question) -> Event:
    return answered(question, question.answer)  # type: ignore[attr-defined]


def wrong(question: Question) -> Event:
    key = question.answer  # type: ignore[attr-defined]
    return answered(question, next(one for one in question.options if one != key))  # type: ignore[attr-defined]


def of(question: Question, results: list[Result]) -> QuestionStatistics:
    return next(one for one in question_statistics(results) if one.id == question.id)


def test_only_the_first_answer_counts_for_a_question() -> None:
    found = of(FIRST, [result(wrong(FIRST), right(FIRST)), result(right(FIRST), wrong(FIRST))])
    assert (found.n, found.facility) == (2, 0.5)


def test_discrimination_is_the_correlation_with_the_score_on_the_other_questions() -> None:
    rng = random.Random(3)
    table = [
        {place: rng.random() < skill for place in range(len(SINGLES)) if rng.random() < 0.8}
        for skill in np.linspace(0.1, 0.9, 40)
    ]
    results = [
        result(*((right if good else wrong)(SINGLES[place]) for place, good in row.items()))
        for row in table
    ]
    pairs = [
        (row[0], np.mean([good for place, good in row.items() if place]))
        for row in table
        if 0 in row and len(row) > 1
    ]
    expected = np.corrcoef(np.array(pairs, dtype=float).T)[0, 1]
    assert of(FIRST, results).discrimination == pytest.approx(expected, abs=1e-12)
    assert 0.1 < expected < 0.9


UNDEFINED = {
    "too few": ([(True, True), (False, False)] * 2, "n/a: fewer than 5 learners"),
    "all right": ([(True, True), (True, False)] * 4, "n/a: everyone was right"),
    "all wrong": ([(False, True), (False, False)] * 4, "n/a: everyone was wrong"),
    "no spread": ([(True, True), (False, True)] * 4, "n/a: everyone did equally well"),
}


@pytest.mark.parametrize(("rows", "told"), UNDEFINED.values(), ids=UNDEFINED.keys())
def test_where_discrimination_is_undefined_it_is_said_why(
    rows: list[tuple[bool, bool]], told: str
) -> None:
    results = [
        result(*(right(q) if good else wrong(q) for q, good in zip(SINGLES, row, strict=False)))
        for row in rows
    ]
    assert str(of(FIRST, results).discrimination).startswith(told)


def test_a_question_that_nobody_answered_has_no_figures() -> None:
    found = of(FIRST, [result()])
    assert (found.n, found.facility, found.wrong_share, found.median_hints) == (0, None, None, None)


def test_the_wrong_option_chosen_most_is_told_with_its_share() -> None:
    letters = [one for one in "ABCD" if one != FIRST.answer]  # type: ignore[attr-defined]
    chosen = [letters[2], letters[0], letters[2], FIRST.answer]  # type: ignore[attr-defined]
    found = of(FIRST, [result(answered(FIRST, one)) for one in chosen])
    assert (found.wrong_option, found.wrong_share) == (letters[2], 0.5)


def test_of_several_options_only_the_wrong_ones_are_held_against_it() -> None:
    question = next(one for one in COURSE.questions if isinstance(one, SeveralQuestion))
    key = question.answer or ()
    bad = next(one for one in question.options if one not in key)
    found = of(question, [result(answered(question, key[0] + bad))])
    assert (found.wrong_option, found.wrong_share) == (bad, 1.0)


def test_of_numbers_the_same_value_counts_together_however_it_was_typed() -> None:
    question = next(
        one for one in COURSE.questions if isinstance(one, NumberQuestion) and not one.variants
    )
    typed = ["123456", "123,456", "123456.0", "7"]
    found = of(question, [result(answered(question, number=one)) for one in typed])
    assert (found.wrong_option, found.wrong_share) == ("123456", 0.75)


def test_hints_are_the_median_of_those_who_answered() -> None:
    assert len(FIRST.hints) >= 2
    hints = [hint_event(FIRST, number, "02_raw_text") for number in (1, 2)]
    results = [result(right(FIRST), *hints[:used]) for used in (0, 1, 2)]
    assert of(FIRST, [*results, result(*hints)]).median_hints == 1.0


def test_who_has_answered_little_may_need_help_but_not_before_a_class_has_begun() -> None:
    none, one, four = result(), result(right(FIRST)), result(*map(right, SINGLES[:4]))
    assert median_answered([none, none, one, four, four]) == 4
    assert reason_for_help(one, 4) == "answered 1, fewer than half of the class's median 4"
    assert reason_for_help(result(*map(right, SINGLES[:2])), 4) == ""
    assert reason_for_help(none, median_answered([none, none])) == ""


def test_who_is_mostly_wrong_at_first_may_need_help_once_it_says_something() -> None:
    four = [*map(wrong, SINGLES[:3]), right(SINGLES[3])]
    assert reason_for_help(result(*four), 4) == ""
    five = result(*four, right(SINGLES[4]))
    assert reason_for_help(five, 4) == "2 of 5 right on the first try"
