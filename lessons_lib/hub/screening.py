"""What in a record is not to be believed, whoever wrote it: told by file and line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from lessons_lib.hub.printable import printable, printable_name
from lessons_lib.quiz.events import ANSWER, HINT, POSITION, SOLUTION, Answer, payload_of
from lessons_lib.quiz.ten import ENDED, STARTED
from lessons_lib.record.event import Event

Place: TypeAlias = tuple[str, int]  # file, line

# What the lessons write that collecting has no use for.
OTHER_KINDS = frozenset({"card", "choice", "course", "exercise", "guess", "mode-wish"})
KNOWN_KINDS = frozenset({ANSWER, HINT, POSITION, SOLUTION, STARTED, ENDED}) | OTHER_KINDS
CLOCK_SLACK = timedelta(days=1)
ORDER_SLACK = 1_000  # events that were lost, or taken away in files, since the order was given

FUTURE = "a time in the future; not counted"
UNKNOWN_KIND = "an event of a kind that the lessons do not write; passed over"
NO_ANSWER = "an answer with values of the wrong type; not counted"
CLAIM = "an answer that carries more than an answer does; the rest is not believed"
UNFIT = "an answer that its question does not offer; not counted"
FAR_ORDER = (
    "an order far beyond the number of events, which puts it after answers that may be later"
)


class Notes:
    """Gathers what is wrong with one record, so that a fault is told once for each file."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        self._lines: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, fault: str, event: Event) -> None:
        """Note a fault of an event."""
        file, line = self._places[event.id]
        self._lines[file, fault].append(line)

    def sentences(self) -> list[str]:
        """Return one sentence for each fault of each file, with the first line that has it."""
        return [
            f"{printable_name(file)}: line {min(lines)}: {fault}"
            + (f" ({len(lines):,} such lines)." if len(lines) > 1 else ".")
            for (file, fault), lines in sorted(self._lines.items())
        ]


def screened(events: Iterable[Event], notes: Notes, now: datetime) -> list[Event]:
    """Return the events that may count, in their order, and note what is odd about any.

    Notes
    -----
    The order stays as the learner's own notebooks follow it, so that both show the same; an event
    that claims a place far ahead is only noted.
    """
    record = list(events)
    farthest = len(record) + ORDER_SLACK
    kept = []
    for event in record:
        if event.order > farthest:
            notes.add(FAR_ORDER, event)
        if fault := _fault(event, now):
            notes.add(fault, event)
        else:
            kept.append(event)
        if event.kind == ANSWER and event.payload.keys() - set(Answer.__struct_fields__):
            notes.add(CLAIM, event)
    return kept


def _fault(event: Event, now: datetime) -> str:
    """Return why an event cannot count, or nothing."""
    if event.kind not in KNOWN_KINDS:
        return UNKNOWN_KIND
    if event.time_utc > now + CLOCK_SLACK:
        return FUTURE
    if event.kind == ANSWER and payload_of(event, Answer) is None:
        return NO_ANSWER
    return ""


def readable(problem: str) -> str:
    """Return a sentence of the record's reader, which may hold a file's name as it came."""
    return printable(problem.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
