"""A mode chosen for a task, as the decision table writes it into the record."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from lessons_lib.record.event import Clock, Event, new_event, utc_now

CHOICE = "choice"


class Choice(Struct, frozen=True):
    """Payload of a `choice`; the subject is the task's id."""

    mode: str


def choice_event(task: str, mode: str, *, clock: Clock = utc_now) -> Event:
    """Return the event of a mode chosen just now."""
    return new_event(CHOICE, task, {"mode": mode}, clock=clock)


def latest_choices(events: Iterable[Event]) -> dict[str, str]:
    """Return the mode last chosen for each task; what does not fit is passed over."""
    choices: dict[str, str] = {}
    for event in events:
        if event.kind == CHOICE:
            try:
                choices[event.subject] = msgspec.convert(event.payload, Choice).mode
            except (msgspec.ValidationError, RecursionError):
                continue
    return choices
