"""Read a folder of JSONL files incrementally: each time, only what is new.

Whatever cannot be read is reported and skipped: incomplete last lines, foreign files, corrupt or
overlong lines. This module never writes to a file.
"""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeAlias

import msgspec

from lessons_lib.record.event import Event

LONGEST_LINE = 1_000_000  # bytes; an answer has about 300

_BEGINNING = b'{"id":"'
_END = re.compile(rb'"version":[0-9]+\}\s*$')
_Rank: TypeAlias = tuple[int, datetime, str, int]
_decoder = msgspec.json.Decoder(Event)


@dataclass(slots=True)
class _FileState:
    """How much of one file was read, and what was wrong with it."""

    entries: list[tuple[_Rank, Event]] = field(default_factory=list)
    joined: int = 0  # how many of its entries are in the joint list
    offset: int = 0  # after the last complete line
    lines: int = 0
    bad_lines: int = 0
    first_bad: int = 0
    cut_lines: int = 0
    is_torn: bool = False
    unreadable: str = ""

    def add(self, event: Event, name: str) -> None:
        """Add the event of the next line; it ranks after the previous ones, whatever its order."""
        own = (event.order, event.time_utc)
        before = self.entries[-1][0][:2] if self.entries else own
        self.entries.append(((*max(own, before), name, self.lines + 1), event))


def open_file(path: Path) -> BinaryIO:
    """Open a file of the learner's own record, following links."""
    return path.open("rb")


class FolderReader:
    """Reads every event in the `.jsonl` files of a folder.

    Parameters
    ----------
    folder : Path
        May be missing.
    opened : callable
        Opens a file for reading; the text of an `OSError` is reported as the reason for a failure.
    """

    def __init__(self, folder: Path, *, opened: Callable[[Path], BinaryIO] = open_file) -> None:
        self._folder = folder
        self._opened = opened
        self._files: dict[str, _FileState] = {}
        self._events: dict[str, Event] = {}
        self._last: _Rank | None = None
        self._folder_fault = ""

    def refresh(self) -> None:
        """Read what was added since the last call."""
        paths = self._paths()
        if paths is None:
            return  # keep what is known until the folder can be read again
        is_stale = bool(self._files.keys() - paths.keys())
        self._files = {name: state for name, state in self._files.items() if name in paths}
        for name, path in paths.items():
            is_stale |= self._refresh_file(name, path)
        if is_stale or not self._join():
            self._events, self._last = {}, None
            for state in self._files.values():
                state.joined = 0
            self._join()

    def events(self) -> list[Event]:
        """Return every event once, in the order of creation; see `Event.order`."""
        return list(self._events.values())

    def places(self) -> dict[str, tuple[str, int]]:
        """Return the file and the line of each event, by its id."""
        entries = sorted(entry for state in self._files.values() for entry in state.entries)
        return {event.id: rank[2:] for rank, event in reversed(entries)}

    def problems(self) -> list[str]:
        """Return one sentence for everything that was skipped."""
        return self.losses() + [
            f"{name}: {_counted(cut, 'line')} cut off while being written; passed over."
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
                faults.append(f"{name} cannot be read ({state.unreadable}); passed over.")
            if state.bad_lines:
                which = f"{_counted(state.bad_lines, 'line')} no event"
                faults.append(f"{name}: {which} (first: line {state.first_bad}); passed over.")
        return faults

    def _paths(self) -> dict[str, Path] | None:
        self._folder_fault = ""
        try:
            return {path.name: path for path in self._folder.iterdir() if path.suffix == ".jsonl"}
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._folder_fault = f"The record folder cannot be read ({error.strerror})."
            return None

    def _refresh_file(self, name: str, path: Path) -> bool:
        """Read what is new in one file; return whether what was read before became invalid."""
        state = self._files.setdefault(name, _FileState())
        try:
            about = path.stat()
            if not stat.S_ISREG(about.st_mode):  # opening a pipe would block
                state.unreadable = "not a file"
                return False
            if about.st_size < state.offset:  # it was replaced by another file
                self._files[name] = _FileState()
                return self._refresh_file(name, path) or True
            if about.st_size > state.offset or state.unreadable:
                state.unreadable = ""
                with self._opened(path) as file:
                    _read_on(file, name, state)
        except OSError as error:
            state.unreadable = error.strerror or type(error).__name__
        return False

    def _join(self) -> bool:
        """Append new events to the known ones; return False if they belong in between instead."""
        fresh = sorted(
            entry for state in self._files.values() for entry in state.entries[state.joined :]
        )
        if fresh and self._last is not None and fresh[0][0] < self._last:
            return False
        for rank, event in fresh:
            self._last = rank
            self._events.setdefault(event.id, event)  # a repeated id counts once
        for state in self._files.values():
            state.joined = len(state.entries)
        return True


def _counted(count: int, noun: str) -> str:
    return f"1 {noun} is" if count == 1 else f"{count} {noun}s are"


def _read_on(file: BinaryIO, name: str, state: _FileState) -> None:
    """Read from where the last call stopped; an incomplete last line is left for the next."""
    file.seek(state.offset)
    state.is_torn = False
    while line := file.readline(LONGEST_LINE):
        # An editor may have put a byte order mark before the first line.
        text = line if state.offset else line.removeprefix(codecs.BOM_UTF8)
        event = _decoded(text)
        if event is None and not line.endswith(b"\n") and len(line) < LONGEST_LINE:
            state.is_torn = True
            return
        if event is not None:
            state.add(event, name)
        elif _is_cut(text):
            state.cut_lines += 1
        elif text.strip():
            state.first_bad = state.first_bad or state.lines + 1
            state.bad_lines += 1
        _skip_rest(line, file)
        state.lines += 1
        state.offset = file.tell()


def _is_cut(line: bytes) -> bool:
    """Return whether a line was cut off while being written, by a full disk or a killed kernel."""
    begun = line.startswith(_BEGINNING) or _BEGINNING.startswith(line.rstrip() or b"no")
    return begun and len(line) < LONGEST_LINE and not _END.search(line)


def _skip_rest(line: bytes, file: BinaryIO) -> None:
    """Skip the rest of an overlong line."""
    while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
        line = file.readline(LONGEST_LINE)


def _decoded(line: bytes) -> Event | None:
    try:
        return _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
