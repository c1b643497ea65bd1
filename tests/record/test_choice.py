from __future__ import annotations

from lessons_lib.record.event import new_event
from lessons_lib.record.kinds import choice_event, latest_choices


def test_the_last_choice_for_a_task_counts() -> None:
    events = [
        choice_event("a", "batch"),
        choice_event("b", "batch"),
        choice_event("a", "real-time"),
    ]
    assert latest_choices(events) == {"a": "real-time", "b": "batch"}


def test_what_does_not_fit_and_other_kinds_are_passed_over() -> None:
    events = [
        choice_event("a", "batch"),
        new_event("choice", "a", {"mode": 3}),
        new_event("choice", "a", {}),
        new_event("answer", "a", {"mode": "real-time"}),
    ]
    assert latest_choices(events) == {"a": "batch"}
