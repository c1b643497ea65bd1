"""Events, each recording one thing that a learner did, and the interface of an event log."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol, TypeAlias

from msgspec import Meta, Struct, field, json

Clock: TypeAlias = Callable[[], datetime]
VERSION = 1
LAST_ORDER = 2**53  # as in JSON's numbers; what is appended after it keeps its place by time


def utc_now() -> datetime:
    """Return the current time in UTC, with its time zone."""
    return datetime.now(UTC)


class Event(Struct, frozen=True, kw_only=True):
    """Something a learner did, never changed once written.

    `kind` says what happened (answer, hint, solution, position, card, exercise, guess …), `subject`
    to what (a question's id, a quiz, a card), and `payload` holds the rest as plain JSON. `order`
    is set by the log: it counts all events of the learner, whatever the machine's clock says.
    """

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    time_utc: Annotated[datetime, Meta(tz=True)]
    kind: Annotated[str, Meta(min_length=1, max_length=40)]
    subject: Annotated[str, Meta(max_length=200)]
    payload: dict[str, Any] = field(default_factory=dict)
    order: Annotated[int, Meta(ge=0, le=LAST_ORDER)] = 0
    version: Annotated[int, Meta(ge=1)] = VERSION


def new_event(
    kind: str, subject: str, payload: Mapping[str, Any] | None = None, *, clock: Clock = utc_now
) -> Event:
    """Return an event with the current time and a new id."""
    return Event(
        id=uuid.uuid4().hex,
        time_utc=clock(),
        kind=kind,
        subject=subject,
        payload=dict(payload or {}),
    )


def as_lines(events: Iterable[Event]) -> bytes:
    """Return events as the lines of a record."""
    return b"".join(json.encode(event) + b"\n" for event in events)


class EventLog(Protocol):
    """Stores events in the order in which they were appended."""

    def append(self, event: Event) -> None:
        """Store an event. A log that cannot write it keeps it in memory and tries again later."""

    def events(self, kind: str | None = None) -> Iterator[Event]:
        """Yield the stored events, oldest first; only those of one kind if it is given."""
        ...

    def notices(self) -> list[str]:
        """Return what the learner should know about the record, in one or two sentences each."""
        ...
