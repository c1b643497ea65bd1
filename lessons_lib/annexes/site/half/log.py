"""The learner's record in a browser: JavaScript stores what this log hands over."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import structs

from lessons_lib.classroom.record.event import LAST_ORDER, Event
from lessons_lib.classroom.record.reader import bring, decoded_event
from lessons_lib.formats import counted

NOT_STORED = (
    "Your answers cannot be stored in this browser ({}). They are kept until you close or reload "
    "this tab: download your record before that."
)


class BrowserLog:
    """Stores events for a worker, which reads and writes the browser's database.

    Before each call, the worker passes the lines that other tabs stored since. After it, the worker
    stores the lines of `unsaved`, and only then shows what the call changed.
    """

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}
        self._unsaved: list[Event] = []
        self._unreadable = 0
        self.fault = ""  # why the browser does not store events, if it does not

    def read(self, lines: Iterable[str]) -> None:
        """Add the events of stored lines, those that are known aside."""
        count = len(self._events)
        for line in lines:
            if event := decoded_event(line.encode("utf-8", "surrogatepass")):
                self._events.setdefault(event.id, event)
            else:
                self._unreadable += 1
        if len(self._events) > count:  # most calls bring nothing new, and this is on their way
            self._sort()

    def append(self, event: Event) -> None:
        """Keep an event until the worker stores it, ordered after those of all tabs."""
        latest = next(reversed(self._events.values()), None)
        order = min(latest.order + 1, LAST_ORDER) if latest else 1
        stored = structs.replace(event, order=order)
        self._keep(stored)

    def bring(self, content: str) -> str:
        """Add the events of a downloaded record, and return how many there were, or why none."""
        try:
            brought = bring(content.encode("utf-8", "surrogatepass"), [*self.events()])
        except ValueError as error:
            return str(error)
        for event in brought.events:
            self._keep(event)
        self._sort()
        return str(brought)

    def _keep(self, event: Event) -> None:
        self._events[event.id] = event
        self._unsaved.append(event)

    def _sort(self) -> None:
        ordered = sorted(self._events.values(), key=lambda one: (one.order, one.time_utc, one.id))
        self._events = {one.id: one for one in ordered}

    def unsaved(self) -> list[dict[str, str]]:
        """Return the id and the line of each event appended since the last call."""
        rows = [{"id": one.id, "line": msgspec.json.encode(one).decode()} for one in self._unsaved]
        self._unsaved.clear()
        return rows

    def events(self, kind: str | None = None) -> Iterator[Event]:
        """Yield the events of all tabs, oldest first; only those of one kind if it is given."""
        return iter([one for one in self._events.values() if kind in (None, one.kind)])

    def notices(self) -> list[str]:
        """Return whether events are not stored, or were not read."""
        notices = [NOT_STORED.format(self.fault)] if self.fault else []
        if self._unreadable:
            notices.append(f"{counted(self._unreadable, 'line')} of your record could not be read.")
        return notices


_LOG = BrowserLog()


def session_log() -> BrowserLog:
    """Return the log that all cards share."""
    return _LOG
