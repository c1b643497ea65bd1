"""A record graded again, whatever it claims; and what the answers of a class show."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from lessons_lib.annexes.instructor.collect.collect import (
    TableRow,
    median_answered,
    question_rows,
    reason_for_help,
)
from lessons_lib.annexes.instructor.collect.homes import HomeRecord
from lessons_lib.annexes.instructor.collect.learner import (
    CLAIM,
    FUTURE,
    NO_ANSWER,
    UNFIT,
    Learner,
    graded_learner,
)
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.exam import end_test, last_test, start_test
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.question import Question, SeveralQuestion, SingleQuestion
from lessons_lib.classroom.quiz.regrade import answer_event, hint_event, position_event
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import Event, utc_now
from tests.support.synthetic_class import BANK, answer_key, event, given

NOW = datetime(2026, 6, 1, tzinfo=UTC)
COURSE = load_bank(BANK)
KEY = answer_key()
RNG = random.Random(5)
NAMES = [name for name, one in KEY.items() if one["kind"] == "single"][:4]
RATIO = "own-tail-ratio"


def answer(number: int = 1, name: str = NAMES[0], *, is_right: bool = True, **other: Any) -> Any:
    payload = given(KEY[name], RNG, is_right=is_right)
    return event(number, "answer", name, payload, RNG) | other


def graded(*lines: Any) -> tuple[Learner, list[str]]:
    """Return what a record of these lines comes to, and what is noted about it."""
    learner = regraded(*(msgspec.convert(one, Event) for one in lines), now=NOW)
    return learner, list(learner.problems)


def regraded(*events: Event, now: datetime | None = None) -> Learner:
    places = {one.id: ("s.jsonl", line) for line, one in enumerate(events, start=1)}
    record = HomeRecord("read", list(events), places)
    return graded_learner("ada", record, COURSE, now or utc_now())


def test_a_score_in_an_answer_is_noted_and_ignored() -> None:
    forged = answer(is_right=False)
    forged["payload"] |= {"score": 1.0, "outcome": "right"}
    result, noted = graded(forged)
    assert result.progress.overall.right_last == 0
    assert result.progress.overall.attempted == 1
    assert noted == [f"s.jsonl: line 1: {CLAIM}."]


def test_questions_added_after_a_verdict_leave_it_as_it_is() -> None:
    events: list[Event] = []
    for _ in range(2):
        events.append(start_test(COURSE, events, 0, last_test(events, COURSE)))
        test = last_test(events, COURSE)
        assert test is not None
        assert (test.more is not None) == (len(events) > 1)
        events.append(end_test(test, COURSE))
        assert regraded(*events).test == "not yet, 0 of 10"


NO_OPTION = {"letters": ["Z"], "revision": KEY[NAMES[0]]["revision"]}
FORGED = {
    "a time to come": ({"time_utc": "2026-08-01T00:00:00Z"}, FUTURE),
    "the end of time": ({"time_utc": "9999-12-31T23:59:59-23:00"}, FUTURE),
    "letters that are a number": ({"payload": {"letters": 7}}, NO_ANSWER),
    "an option that is not there": ({"payload": NO_OPTION}, UNFIT),
}


@pytest.mark.parametrize(("change", "fault"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_line_is_noted_and_skipped(change: dict[str, Any], fault: str) -> None:
    result, noted = graded(answer(1, NAMES[1]), answer(2) | change, answer(3, NAMES[2]))
    assert noted == [f"s.jsonl: line 2: {fault}."]
    assert sorted(result.first) == sorted(NAMES[1:3])


def test_an_event_of_an_unknown_kind_is_skipped_without_a_note() -> None:
    result, noted = graded(answer(1), answer(2, NAMES[1], kind="score"))
    assert (sorted(result.first), noted) == (NAMES[:1], [])
    assert graded(answer(1, kind="score"))[0].last_active is None


def test_a_repeated_fault_is_noted_once_and_a_small_clock_difference_is_not_a_fault() -> None:
    lines = [answer(number, payload={"letters": 7}) for number in (1, 2, 3)]
    assert graded(*lines)[1] == [f"s.jsonl: line 1: {NO_ANSWER} (3 such lines)."]
    assert graded(answer(1, time_utc=(NOW + timedelta(hours=5)).isoformat()))[1] == []


def test_an_answer_to_another_revision_or_a_removed_question_is_neither_right_nor_wrong() -> None:
    old, gone, row = answer(1), answer(2, subject="gone-since"), answer(3)
    old["payload"]["revision"] += 1
    row["payload"]["variant"] = 40
    result, noted = graded(old, gone, row, answer(4, NAMES[1]))
    assert (result.changed, result.answers, noted) == (3, 1, [])
    assert result.progress.overall.attempted == 1


def test_solutions_opened_before_answering_are_counted() -> None:
    def opened(number: int, name: str) -> Any:
        payload = {"revision": KEY[name]["revision"], "quiz": KEY[name]["quiz"]}
        return event(number, "solution", name, payload, RNG)

    before = [opened(1, NAMES[0]), opened(2, NAMES[0]), answer(3, NAMES[0])]
    after = [answer(4, NAMES[1]), opened(5, NAMES[1])]
    never = [opened(6, NAMES[2])]
    assert graded(*before, *after, *never)[0].opened_before == 1


OWN_FIGURES = {
    "right": ("2.5", 0.25, True, 0, []),
    "wrong": ("4", 0.25, False, 0, []),
    "figures that no card showed": ("0", 1e300, None, 1, []),
    "no number": ("soon", 0.25, None, 0, [f"s.jsonl: line 1: {UNFIT}."]),
}


@pytest.mark.parametrize(
    ("number", "figure", "is_right", "changed", "noted"), OWN_FIGURES.values(), ids=OWN_FIGURES
)
def test_an_answer_with_own_figures_is_computed_from_those_in_the_record(
    number: str, figure: float, is_right: bool | None, changed: int, noted: list[str]
) -> None:
    figures = [["p50_ms", 0.1], ["p99_ms", figure]]
    payload = {"revision": 1, "number": number, "figures": figures}
    result, found = graded(event(1, "answer", RATIO, payload, RNG))
    first = result.first.get(RATIO)
    assert (first.is_right if first else None) is is_right
    assert (result.changed, found) == (changed, noted)


SINGLES = [one for one in COURSE.questions if isinstance(one, SingleQuestion)]
SINGLES = [one for one in SINGLES if not one.variants][:6]
FIRST = SINGLES[0]
SEVERAL = next(one for one in COURSE.questions if isinstance(one, SeveralQuestion))


def answered(question: Question, letters: str = "", number: str = "") -> Event:
    personal = personalize(question, "ada")
    quiz = COURSE.quiz_of(question.id).name
    return answer_event(personal, Response(tuple(letters), number), quiz)


def right(question: SingleQuestion) -> Event:
    return answered(question, str(question.answer))


def wrong(question: SingleQuestion) -> Event:
    return answered(question, next(one for one in question.options if one != question.answer))


def of(question: Question, results: list[Learner]) -> TableRow:
    return next(one for one in question_rows(results, COURSE) if one["question"] == question.id)


def test_only_first_answers_count_and_a_question_without_any_is_left_out() -> None:
    found = of(FIRST, [regraded(wrong(FIRST), right(FIRST)), regraded(right(FIRST), wrong(FIRST))])
    assert (found["n"], found["facility"]) == (2, 0.5)
    assert question_rows([regraded()], COURSE) == []


def test_the_share_of_every_option_is_reported_and_tries_and_seconds_are_medians() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)

    def timed(tries: str, seconds: float) -> Learner:
        turned = position_event(FIRST, "any")
        times = [start + timedelta(seconds=seconds * place) for place in range(len(tries) + 1)]
        events = [turned, *(answered(FIRST, letter) for letter in tries)]
        pairs = zip(events, times, strict=True)
        return regraded(*(msgspec.structs.replace(one, time_utc=at) for one, at in pairs))

    found = of(FIRST, [timed("BA", 20), timed("B", 5000), timed("CDA", 0), timed("A", -9)])
    assert [found[f"chose_{one}"] for one in "ABCD"] == [0.25, 0.5, 0.25, 0.0]
    assert found["right_options"] == FIRST.answer
    assert (found["median_tries"], found["median_seconds"]) == (1.5, 310.0)  # of 20 and 600
    assert of(FIRST, [regraded(answered(FIRST, "A"))])["median_seconds"] == ""
    found = of(SEVERAL, [regraded(answered(SEVERAL, "AB")), regraded(answered(SEVERAL, "BC"))])
    assert [found[f"chose_{one}"] for one in "ABC"] == [0.5, 1.0, 0.5]


UNDEFINED = {
    "too few": ([(True, True), (False, False)] * 2, "n/a: fewer than 30 learners"),
    "all right": ([(True, True), (True, False)] * 15, "n/a: everyone was right"),
    "all wrong": ([(False, True), (False, False)] * 15, "n/a: everyone was wrong"),
    "no spread": ([(True, True), (False, True)] * 15, "n/a: everyone did equally well"),
}


@pytest.mark.parametrize(("rows", "reason"), UNDEFINED.values(), ids=UNDEFINED.keys())
def test_an_undefined_discrimination_has_a_reason(
    rows: list[tuple[bool, bool]], reason: str
) -> None:
    results = [
        regraded(*(right(q) if good else wrong(q) for q, good in zip(SINGLES, row, strict=False)))
        for row in rows
    ]
    assert str(of(FIRST, results)["discrimination"]).startswith(reason)


def test_the_most_chosen_wrong_answer_is_reported_with_its_share() -> None:
    letters = [one for one in "ABCD" if one != FIRST.answer]
    chosen = [letters[2], letters[0], letters[2], str(FIRST.answer)]
    found = of(FIRST, [regraded(answered(FIRST, one)) for one in chosen])
    assert (found["most_chosen_wrong"], found["most_chosen_wrong_share"]) == (letters[2], 0.5)
    key = SEVERAL.answer or ()
    bad = next(one for one in SEVERAL.options if one not in key)
    found = of(SEVERAL, [regraded(answered(SEVERAL, key[0] + bad))])
    assert (found["most_chosen_wrong"], found["most_chosen_wrong_share"]) == (bad, 1.0)
    number = COURSE.question("passes-of-an-archive")
    typed = ["123456", "123,456", "123456.0", "7"]
    found = of(number, [regraded(answered(number, number=one)) for one in typed])
    assert (found["most_chosen_wrong"], found["most_chosen_wrong_share"]) == ("123456", 0.75)


def test_hints_are_the_median_of_those_who_answered() -> None:
    assert len(FIRST.hints) >= 2
    hints = [hint_event(FIRST, number, "02_raw_text") for number in (1, 2)]
    results = [regraded(right(FIRST), *hints[:used]) for used in (0, 1, 2)]
    assert of(FIRST, [*results, regraded(*hints)])["median_hints"] == 1.0


def test_few_answers_or_many_wrong_ones_may_mean_that_help_is_needed() -> None:
    none, one, four = regraded(), regraded(right(FIRST)), regraded(*map(right, SINGLES[:4]))
    assert median_answered([none, none, one, four, four]) == 4
    assert reason_for_help(one, 4) == "answered 1, fewer than half of the class's median 4"
    assert reason_for_help(regraded(*map(right, SINGLES[:2])), 4) == ""
    assert reason_for_help(none, median_answered([none, none])) == ""
    mostly_wrong = [*map(wrong, SINGLES[:3]), right(SINGLES[3])]
    assert reason_for_help(regraded(*mostly_wrong), 4) == ""
    more = regraded(*mostly_wrong, right(SINGLES[4]))
    assert reason_for_help(more, 4) == "2 of 5 right on the first try"
