from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lessons_lib.record.event import new_event
from lessons_lib.record.kinds import Guess, choice_event, guess_event, guesses_in, latest_choices

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


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
