"""Bring the events of a downloaded record into another one: which are new, and where they belong.

This module reads and writes no files, so that a web page can do the same.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate

from msgspec import structs

from lessons_lib.classroom.record.event import LAST_ORDER, Event
from lessons_lib.classroom.record.reader import LARGEST_RECORD, decoded_event
from lessons_lib.formats import counted

ADVICE = "choose the file that was downloaded or exported."


@dataclass(slots=True)
class Brought:
    """The events to store, in this order and with the `order` that they have, and other lines."""

    events: list[Event] = field(default_factory=list)
    already_here: int = 0
    unreadable: int = 0

    def __str__(self) -> str:
        return (
            f"{counted(len(self.events), 'event')} brought in, {self.already_here:,} already here, "
            f"{counted(self.unreadable, 'unreadable line')} skipped."
        )


def bring(content: bytes, known: Sequence[Event]) -> Brought:
    """Return the events of a downloaded record that are not in this one yet.

    Parameters
    ----------
    content : bytes
        The lines of the downloaded record. Damaged and foreign ones are skipped.
    known : sequence of Event
        All events of this record, oldest first.

    Raises
    ------
    ValueError
        If the content is too large, or none of its lines is an event.

    Notes
    -----
    A brought event is placed by its time: its `order` is that of the last known event that is not
    later, and events of the same order are sorted by time. Where the clock was set back while the
    record was made, the order of its lines decides. No known event is changed, and those that are
    appended later come last.
    """
    if len(content) > LARGEST_RECORD:
        limit = f"{LARGEST_RECORD // 1_000_000} MB"
        raise ValueError(f"A record has at most {limit}, and this is larger: {ADVICE}")
    lines = [one for one in content.removeprefix(codecs.BOM_UTF8).splitlines() if one.strip()]
    events = [event for event in map(decoded_event, lines) if event is not None]
    if lines and not events:
        raise ValueError(f"A record has one event in each line of UTF-8, this has none: {ADVICE}")
    brought = Brought(unreadable=len(lines) - len(events))
    here = {one.id: one for one in known}
    # The earliest time from each event on: it never falls, even if the clock was set back here.
    times = [*accumulate((one.time_utc for one in reversed(known)), min)][::-1]
    orders = [0, *accumulate((one.order for one in known), max)]
    latest = (0, datetime.min.replace(tzinfo=UTC))
    for event in events:
        if event.id in here:
            brought.already_here += 1
        else:
            order, is_set_back = latest[0], event.time_utc < latest[1]
            order = max(orders[bisect_right(times, event.time_utc)], order + is_set_back)
            here[event.id] = structs.replace(event, order=min(order, LAST_ORDER))
            brought.events.append(here[event.id])
        placed = here[event.id]
        latest = max(latest, (placed.order, placed.time_utc))
    return brought
