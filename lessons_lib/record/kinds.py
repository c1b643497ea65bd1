"""A mode chosen for a task, as the decision table writes it into the record."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

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


GUESS = "guess"


class Guess(Struct, frozen=True):
    """Payload of a `guess`; the subject is the experiment's id. `note` names the machine."""

    guess: Annotated[float, Meta(gt=0)]
    measured: float
    unit: Annotated[str, Meta(max_length=40)] = ""
    note: Annotated[str, Meta(max_length=500)] = ""

    @property
    def factor(self) -> float | None:
        """How many times as large as the measured figure the guess was; None for none above 0."""
        factor = self.guess / self.measured if self.measured > 0 else math.inf
        return factor if math.isfinite(factor) and factor > 0 else None


def guess_event(experiment: str, guess: Guess, *, clock: Clock = utc_now) -> Event:
    """Return the event of a guess that was measured just now."""
    payload: dict[str, Any] = msgspec.to_builtins(guess)
    return new_event(GUESS, experiment, payload, clock=clock)


def guesses_in(events: Iterable[Event]) -> Iterator[tuple[Event, Guess]]:
    """Yield the guesses among events, each with its event; what does not fit is passed over."""
    for event in events:
        if event.kind != GUESS:
            continue
        try:
            guess = msgspec.convert(event.payload, Guess)
        except (msgspec.ValidationError, RecursionError):
            continue
        if math.isfinite(guess.guess) and math.isfinite(guess.measured):
            yield event, guess
