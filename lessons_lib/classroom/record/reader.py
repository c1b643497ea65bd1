"""Read a folder of JSONL files incrementally, only what is new; merge a downloaded record.

Whatever cannot be read is reported and skipped: incomplete last lines, foreign files, corrupt
lines. This module never writes to a file.
"""

import codecs
import re
import stat
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from operator import methodcaller
from pathlib import Path
from typing import BinaryIO, TypeAlias

import msgspec
from msgspec import structs

from lessons_lib.classroom.record.event import LAST_ORDER, Event
from lessons_lib.formats import counted

_BEGINNING = b'{"id":"'
_END = re.compile(rb'"version":[0-9]+\}\s*$')
_Entry: TypeAlias = tuple[int, datetime, str, int, Event]  # sorted by order, time, file, and line
LARGEST_RECORD = 10_000_000  # bytes per learner; an answer needs about 300
_decoder = msgspec.json.Decoder(Event)


@dataclass(slots=True)
class _FileState:
    """How much of one file was read, and what was wrong with it."""

    entries: list[_Entry] = field(default_factory=list)
    offset: int = 0  # after the last complete line
    lines: int = 0
    bad_lines: list[int] = field(default_factory=list)
    cut_lines: int = 0
    is_torn: bool = False
    unreadable: str = ""


class FolderReader:
    """Reads every event in the `.jsonl` files of a folder.

    Parameters
    ----------
    folder : Path
        May be missing.
    only : str
        The name of the only file to read; by default, all are read.
    opened : callable
        Opens a file for reading; the text of an `OSError` is reported as the reason for a failure.
        By default, links are followed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        only: str = "",
        opened: Callable[[Path], BinaryIO] = methodcaller("open", "rb"),
    ) -> None:
        self._folder, self._only = folder, only
        self._opened = opened
        self._files: dict[str, _FileState] = {}
        self._entries: dict[str, _Entry] = {}
        self._folder_fault = ""

    def refresh(self) -> None:
        """Read what was added since the last call."""
        paths = self._paths()
        if paths is None:
            return  # keep what is known until the folder can be read again
        before = self._sizes()
        self._files = {
            path.name: self._refreshed(path, self._files.get(path.name, _FileState()))
            for path in paths
        }
        if self._sizes() != before:
            self._entries = {}
            for entry in sorted(one for state in self._files.values() for one in state.entries):
                self._entries.setdefault(entry[-1].id, entry)  # a repeated id counts once

    def events(self) -> list[Event]:
        """Return every event once, in the order of creation; see `Event.order`."""
        return [event for *_, event in self._entries.values()]

    def places(self) -> dict[str, tuple[str, int]]:
        """Return the file and the line of each event, by its id."""
        return {event.id: (file, line) for _, _, file, line, event in self._entries.values()}

    def problems(self) -> list[str]:
        """Return one sentence for everything that was skipped."""
        return self.losses() + [
            f"{name}: skipped {counted(cut, 'line')} cut off while being written."
            for name, state in sorted(self._files.items())
            if (cut := state.cut_lines + state.is_torn)
        ]

    def losses(self) -> list[str]:
        """Return one sentence for each file that could not be read completely.

        Lines that were cut off while being written do not count: they were never acknowledged, or
        they were written again.
        """
        faults = [self._folder_fault] if self._folder_fault else []
        for name, state in sorted(self._files.items()):
            if state.unreadable:
                faults.append(f"{name} cannot be read ({state.unreadable}); skipped.")
            if bad := state.bad_lines:
                which = f"{counted(len(bad), 'invalid line')} (first: line {bad[0]})"
                faults.append(f"{name}: skipped {which}.")
        return faults

    def _paths(self) -> list[Path] | None:
        self._folder_fault = ""
        try:
            paths = [path for path in self._folder.iterdir() if path.suffix == ".jsonl"]
            return [path for path in paths if self._only in ("", path.name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            self._folder_fault = f"The record folder cannot be read ({error.strerror})."
            return None

    def _sizes(self) -> dict[str, int]:
        return {name: state.offset for name, state in self._files.items()}

    def _refreshed(self, path: Path, state: _FileState) -> _FileState:
        """Return the state of a file after reading what is new in it."""
        try:
            about = path.stat()
            if not stat.S_ISREG(about.st_mode):  # opening a pipe would block
                raise OSError(0, "not a file")
            if about.st_size < state.offset:  # it was replaced by another file
                state = _FileState()
            if about.st_size > state.offset or state.unreadable:
                with self._opened(path) as file:
                    _read_on(file, path.name, state)
            state.unreadable = ""
        except OSError as error:
            state.unreadable = error.strerror or type(error).__name__
        return state


def _read_on(file: BinaryIO, name: str, state: _FileState) -> None:
    """Read from where the last call stopped; an incomplete last line is left for the next."""
    file.seek(state.offset)
    state.is_torn = False
    for line in file:
        # An editor may have put a byte order mark before the first line.
        text = line if state.offset else line.removeprefix(codecs.BOM_UTF8)
        event = decoded_event(text)
        if event is None and not line.endswith(b"\n"):
            state.is_torn = True
            return
        if event is not None:
            # It comes after the previous line, whatever its order.
            latest = [one[:2] for one in state.entries[-1:]]
            rank = max([(event.order, event.time_utc), *latest])
            state.entries.append((*rank, name, state.lines + 1, event))
        elif _is_cut(text):
            state.cut_lines += 1
        elif text.strip():
            state.bad_lines.append(state.lines + 1)
        state.lines += 1
        state.offset += len(line)


def _is_cut(line: bytes) -> bool:
    """Return whether a line was cut off while being written, by a full disk or a killed kernel."""
    begun = line.startswith(_BEGINNING) or _BEGINNING.startswith(line.rstrip() or b"no")
    return begun and not _END.search(line)


def decoded_event(line: bytes) -> Event | None:
    """Return the event in a line, or None if the line is damaged or foreign."""
    try:
        return _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


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
