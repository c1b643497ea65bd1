"""Payloads: how they are stored, and which are ignored."""

import json

import msgspec
import pytest

from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.kinds import (
    KINDS,
    Answer,
    Code,
    Done,
    EndedTest,
    Guess,
    Hint,
    ModeChoice,
    Payload,
    Position,
    Rated,
    Solution,
    StartedTest,
    Undone,
    event_of,
    factor_of,
    latest_choices,
    payload_of,
    payloads,
    rounds_in,
)

# What records hold, kind by kind.
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
    ModeChoice("batch"): '{"mode":"batch"}',
    Guess(3, 1.5, "s", "here"): '{"guess":3,"result":1.5,"unit":"s","note":"here"}',
    Guess(3, 1.5, ""): '{"guess":3,"result":1.5,"unit":""}',
    Guess("neutral"): '{"guess":"neutral"}',
    Done(): "{}",
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


def test_only_a_guess_with_a_unit_is_a_round_of_the_lab_book() -> None:
    rounds = [Guess(2.5, 0.74, "s", "a machine"), Guess(2.5, 0.74, "")]
    events = [event_of("archive", one) for one in (*rounds, Guess(2.5, 0.74), Guess("neutral"))]
    assert [guess for _, guess in rounds_in(events)] == rounds
    assert {event.kind for event in events} == {"guess"}


@pytest.mark.parametrize("result", ["neutral", None, 0.0, -1.0, 5e-324])
def test_a_factor_needs_finite_positive_numbers(result: float | str | None) -> None:
    assert factor_of(3.0, result) is None
    assert [factor_of(3.0, measured) for measured in (1.5, 12.0)] == [2.0, 0.25]


@pytest.mark.parametrize(
    "change",
    [
        *({"guess": "1"}, {"guess": 0}, {"guess": -1}, {"guess": True}, {"guess": float("nan")}),
        *({"result": float("inf")}, {"result": None}, {"result": "2"}, {"result": 10**400}),
        *({"unit": "s" * 41}, {"note": ["a"]}),
    ],
    ids=str,
)
def test_an_invalid_round_is_ignored(change: dict[str, object]) -> None:
    whole = {"guess": 1, "result": 2, "unit": "s"}
    events = [new_event("guess", "archive", one) for one in ({}, whole | change)]
    assert list(payloads(events, Guess)) == []


def test_an_invalid_guess_at_a_notebooks_result_is_ignored() -> None:
    guesses: list[object] = [None, [1], "x" * 201, float("nan")]
    invalid: list[dict[str, object]] = [{}, {"result": 1}]
    invalid += [{"guess": one} for one in guesses]
    invalid += [{"guess": 1, "result": one} for one in (float("inf"), True)]
    assert list(payloads([new_event("guess", "archive", one) for one in invalid], Guess)) == []


def test_the_last_valid_choice_for_a_task_counts() -> None:
    chosen = [("a", "batch"), ("b", "batch"), ("a", "real-time")]
    events = [event_of(task, ModeChoice(mode)) for task, mode in chosen]
    events += [new_event("choice", "a", payload) for payload in ({"mode": 3}, {})]
    events.append(new_event("answer", "a", {"mode": "batch"}))
    assert latest_choices(events) == {"a": "real-time", "b": "batch"}
