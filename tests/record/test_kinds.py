"""Payloads: how they are stored, and which are ignored."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from lessons_lib.record.event import new_event
from lessons_lib.record.kinds import (
    KINDS,
    Activity,
    Answer,
    Code,
    Done,
    EndedTest,
    ExercisePosition,
    Guess,
    Hint,
    ModeChoice,
    Payload,
    Position,
    Rated,
    Solution,
    StartedTest,
    Undone,
    Wish,
    event_of,
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
    ModeChoice("batch"): '{"mode":"batch"}',
    Guess(3, 1.5, "s"): '{"guess":3,"measured":1.5,"unit":"s","note":""}',
    Done(): "{}",
    Wish("do", "ten"): '{"want":"do","time":"ten","way":""}',
}


@pytest.mark.parametrize(("payload", "text"), WRITTEN.items(), ids=lambda one: type(one).__name__)
def test_a_payload_is_written_as_before_and_read_back_the_same(payload: Payload, text: str) -> None:
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


def test_a_guess_is_read_back() -> None:
    guess = Guess(2.5, 0.74, "s", "a machine")
    event = event_of("archive", guess, clock=lambda: NOON)
    assert (event.kind, event.subject, event.time_utc) == ("guess", "archive", NOON)
    assert list(guesses_in([event])) == [(event, guess)]
    factors = [Guess(3.0, measured).factor for measured in (1.5, 12.0, 0.0, -1.0, 5e-324)]
    assert factors == [2.0, 0.25, None, None, None]


@pytest.mark.parametrize(
    "change",
    [
        *({"guess": "1"}, {"guess": 0}, {"guess": -1}, {"guess": True}, {"guess": float("nan")}),
        *({"measured": float("inf")}, {"measured": None}, {"unit": "s" * 41}, {"note": ["a"]}),
    ],
    ids=str,
)
def test_an_invalid_guess_or_another_kind_is_ignored(change: dict[str, object]) -> None:
    payload = {"guess": 1, "measured": 2}
    events = [new_event("guess", "archive", one) for one in ({}, {"guess": 1}, payload | change)]
    assert list(guesses_in([*events, new_event("answer", "archive", payload)])) == []


def test_the_last_valid_choice_for_a_task_counts() -> None:
    chosen = [("a", "batch"), ("b", "batch"), ("a", "real-time")]
    events = [event_of(task, ModeChoice(mode)) for task, mode in chosen]
    events += [new_event("choice", "a", payload) for payload in ({"mode": 3}, {})]
    events.append(new_event("answer", "a", {"mode": "batch"}))
    assert latest_choices(events) == {"a": "real-time", "b": "batch"}


def test_an_activity_is_recorded_without_anything_else() -> None:
    for activity in get_args(Activity):
        event = event_of(activity, Done(), clock=lambda: NOON)
        assert (event.kind, event.subject, event.payload) == ("done", activity, {})
