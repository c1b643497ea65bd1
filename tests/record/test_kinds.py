from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest

from lessons_lib.record.event import new_event
from lessons_lib.record.kinds import (
    KINDS,
    Answer,
    Choice,
    Code,
    EndedTest,
    ExercisePosition,
    Guess,
    Hint,
    Payload,
    Position,
    Rated,
    Solution,
    StartedTest,
    Undone,
    Wish,
    choice_event,
    event_of,
    guess_event,
    guesses_in,
    latest_choices,
    payload_of,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


# What records hold since the first edition, kind by kind.
WRITTEN = {
    Answer(("B",), variant=2, quiz="06_batch_inference", figures=(("batch_ms", 2.5),)): (
        '{"letters":["B"],"number":"","variant":2,"revision":1,"quiz":"06_batch_inference",'
        '"test":"","figures":[["batch_ms",2.5]]}'
    ),
    Hint(2, 1, "12_test", "t"): '{"number":2,"revision":1,"quiz":"12_test","test":"t"}',
    Solution(3, "14_code_along"): '{"revision":3,"quiz":"14_code_along","test":""}',
    Position("one"): '{"question":"one","test":""}',
    StartedTest((("one", 1), ("two", 2)), 7): '{"questions":[["one",1],["two",2]],"seed":7}',
    EndedTest(): "{}",
    Rated("good"): '{"what":"rated","rating":"good","revision":1}',
    Undone("e1"): '{"what":"undone","event":"e1"}',
    Code("x = 1", "try", True): '{"code":"x = 1","what":"try","is_solved":true,"revision":1}',
    ExercisePosition("pad-ids"): '{"exercise":"pad-ids"}',
    Choice("batch"): '{"mode":"batch"}',
    Guess(3, 1.5, "s"): '{"guess":3,"measured":1.5,"unit":"s","note":""}',
    Wish("do", "ten"): '{"want":"do","time":"ten","way":""}',
}


@pytest.mark.parametrize(("payload", "text"), WRITTEN.items(), ids=lambda one: type(one).__name__)
def test_a_payload_is_written_as_ever_and_read_back_the_same(payload: Payload, text: str) -> None:
    event = event_of("subject", payload)
    assert msgspec.json.encode(event.payload).decode() == text
    read = new_event(event.kind, "subject", json.loads(text))
    assert event.kind in KINDS
    assert payload_of(read, type(payload)) == payload


def test_an_event_of_another_kind_or_of_neither_type_holds_nothing() -> None:
    rated = {"what": "rated", "rating": "good"}
    assert payload_of(new_event("card", "c", rated), Rated, Undone) == Rated("good")
    assert payload_of(new_event("answer", "c", rated), Rated, Undone) is None
    assert payload_of(new_event("card", "c", {"rating": "good"}), Rated, Undone) is None
    assert payload_of(new_event("card", "c", rated | {"more": 1}), Rated, Undone) is None


def test_a_guess_is_read_back_as_it_was_written() -> None:
    guess = Guess(2.5, 0.74, "s", "a machine")
    event = guess_event("archive", guess, clock=lambda: NOON)
    assert (event.kind, event.subject, event.time_utc) == ("guess", "archive", NOON)
    assert list(guesses_in([event])) == [(event, guess)]


def test_the_factor_is_how_many_times_too_high_the_guess_was() -> None:
    assert Guess(3.0, 1.5).factor == 2.0
    assert Guess(1.0, 4.0).factor == 0.25


@pytest.mark.parametrize("measured", [0.0, -1.0, 5e-324])
def test_against_a_figure_of_nothing_there_is_no_factor(measured: float) -> None:
    assert Guess(3.0, measured).factor is None


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"guess": 1},
        {"guess": "1", "measured": 2},
        {"guess": 0, "measured": 2},
        {"guess": -1, "measured": 2},
        {"guess": True, "measured": 2},
        {"guess": float("nan"), "measured": 2},
        {"guess": 1, "measured": float("inf")},
        {"guess": 1, "measured": None},
        {"guess": 1, "measured": 2, "unit": "s" * 41},
        {"guess": 1, "measured": 2, "note": ["a"]},
    ],
)
def test_a_guess_that_does_not_fit_is_passed_over(payload: dict[str, object]) -> None:
    assert list(guesses_in([new_event("guess", "archive", payload)])) == []


def test_guesses_are_sought_among_guesses_alone() -> None:
    assert list(guesses_in([new_event("answer", "archive", {"guess": 1, "measured": 2})])) == []


def test_the_last_choice_for_a_task_counts() -> None:
    events = [
        choice_event("a", "batch"),
        choice_event("b", "batch"),
        choice_event("a", "real-time"),
    ]
    assert latest_choices(events) == {"a": "real-time", "b": "batch"}


def test_choices_that_do_not_fit_and_other_kinds_are_passed_over() -> None:
    events = [
        choice_event("a", "batch"),
        new_event("choice", "a", {"mode": 3}),
        new_event("choice", "a", {}),
        new_event("answer", "a", {"mode": "real-time"}),
    ]
    assert latest_choices(events) == {"a": "batch"}
