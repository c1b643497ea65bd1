"""A log that forgets when the kernel ends: for tests, and for learners who want no record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from lessons_lib.record.event import Event


class InMemoryLog:
    """Keeps events in a list."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: list[Event] = []
        for event in events:
            self.append(event)

    def append(self, event: Event) -> None:
        """Keep an event."""
        self._events.append(structs.replace(event, order=len(self._events) + 1))

    def events(self, kind: str | None = None) -> Iterator[Event]:
        """Yield the events in order; only one kind if it is given."""
        return iter([one for one in self._events if kind in (None, one.kind)])

    def __repr__(self) -> str:
        return "InMemoryLog()"
