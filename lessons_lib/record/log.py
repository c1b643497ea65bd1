"""The log on disk: append-only JSONL, one file for each kernel session.

Each event is one line, written in one call and synced before `append` returns, so that a killed
kernel loses no acknowledged answer. Kernels share neither locks nor files, so home folders on NFS
and two kernels at once are safe.
"""

from __future__ import annotations

import atexit
import errno
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import structs

from lessons_lib.files import sync_folder
from lessons_lib.record.event import LARGEST_ORDER, Clock, Event, utc_now
from lessons_lib.record.folder import record_folder
from lessons_lib.record.reader import LONGEST_LINE, FolderReader

CLOCK_SLACK = timedelta(minutes=5)
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


class JsonlEventLog:
    """Stores events in a folder; if that fails, keeps them in memory until it works again.

    Parameters
    ----------
    folder : Path, optional
        The learner's record folder if not given; created with the first event.
    write : callable
        Like `os.write`.
    clock : callable
        Used to name the session's file, and compared with the times of stored events.

    Notes
    -----
    Several kernels and threads may append at once. A process that is forked while another thread
    appends must not append itself: it inherits a lock that is never released.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        write: Callable[[int, bytes], int] = os.write,
        clock: Clock = utc_now,
    ) -> None:
        self.folder = record_folder() if folder is None else Path(folder)
        self._write = write
        self._clock = clock
        self._reader = FolderReader(self.folder)
        self._unsaved: list[tuple[Event, bytes]] = []
        self._lock = threading.RLock()
        self._fault = ""  # why events are unsaved
        self._latest: datetime | None = None  # the last answer's time, if the clock is behind it
        self._path: Path | None = None
        self._pid = 0
        self._order = 0
        self._clock_was_checked = False
        self._torn = False

    def __repr__(self) -> str:
        return "JsonlEventLog()"

    def append(self, event: Event) -> None:
        """Write an event to disk before returning, ordered after those of all sessions.

        An event that cannot be written is kept in memory. Writing is retried with the next event
        and when the interpreter exits.

        Raises
        ------
        TypeError, ValueError
            If the event's payload is not plain JSON, or larger than 1 MB.
        """
        with self._lock:
            self._refresh()
            if not self._clock_was_checked:
                self._check_clock()
            stored = structs.replace(event, order=min(self._order + 1, LARGEST_ORDER))
            line = _line_of(stored)
            self._order = stored.order
            self._unsaved.append((stored, line))
            self.save()

    def save(self) -> bool:
        """Try to write the events kept in memory; return whether none are left."""
        with self._lock:
            try:
                while self._unsaved:
                    self._write_line(self._unsaved[0][1])
                    self._unsaved.pop(0)
            except OSError as error:
                if not self._fault:
                    atexit.register(self.save)
                self._fault = error.strerror or str(error)
                return False
            if self._fault:
                self._fault = ""
                atexit.unregister(self.save)
            return True

    def events(self, kind: str | None = None) -> Iterator[Event]:
        """Yield the events of all sessions, oldest first; only those of one kind if it is given."""
        with self._lock:
            self._refresh()
            known = self._reader.events()
            if self._unsaved:
                ids = {one.id for one in known}
                known = [*known, *(one for one, _ in self._unsaved if one.id not in ids)]
        return (one for one in known if kind is None or one.kind == kind)

    def problems(self) -> list[str]:
        """Return one sentence for each file in the folder that could not be read completely."""
        with self._lock:
            self._reader.refresh()
            return self._reader.problems()

    def notices(self) -> list[str]:
        """Return what the learner should know: unsaved or unread answers, a clock set back."""
        with self._lock:
            found = []
            if self._fault:
                found.append(
                    f"Your answers cannot be saved in {self.folder} ({self._fault}). "
                    "They are kept while this kernel runs, and saved as soon as that works again."
                )
            if losses := self._reader.losses():
                which = " ".join(losses[:3])
                found.append(f"Part of your record in {self.folder} was not read. {which}")
            if self._latest is not None:
                found.append(
                    "This machine's clock is behind your last answer "
                    f"({self._latest:%Y-%m-%d %H:%M} UTC). Answers are kept in the order they are "
                    "given; only their times may be wrong."
                )
            return found

    def _refresh(self) -> None:
        self._reader.refresh()
        events = self._reader.events()
        self._order = max(self._order, events[-1].order if events else 0)

    def _check_clock(self) -> None:
        self._clock_was_checked = True
        latest = max((one.time_utc for one in self._reader.events()), default=None)
        if latest is not None and latest > self._clock() + CLOCK_SLACK:
            self._latest = latest

    def _write_line(self, line: bytes) -> None:
        """Append one line and sync it, after ending a previous incomplete line."""
        descriptor = self._opened()
        try:
            rest = b"\n" + line if self._torn else line
            self._torn = True
            while rest:
                written = self._write(descriptor, rest)
                if not written:
                    raise OSError(errno.EIO, "nothing was written")
                rest = rest[written:]
            self._torn = False
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _opened(self) -> int:
        """Open this session's file; after a fork, the child gets its own file."""
        if self._path is None or self._pid != os.getpid():
            self._pid = os.getpid()
            self._torn = False
            stamp = f"{self._clock():%Y%m%dT%H%M%SZ}"
            self._path = self.folder / f"{stamp}-{self._pid}-{secrets.token_hex(4)}.jsonl"
        is_new = not self._path.exists()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, _FLAGS, 0o600)
        if is_new:
            sync_folder(self.folder)
        return descriptor


def session_log() -> JsonlEventLog:
    """Return the log shared by all widgets of this kernel, so that a session has one file."""
    return _log_of(record_folder())


@lru_cache
def _log_of(folder: Path) -> JsonlEventLog:
    return JsonlEventLog(folder)


def _line_of(event: Event) -> bytes:
    line = msgspec.json.encode(event) + b"\n"
    if len(line) >= LONGEST_LINE:
        limit = f"{LONGEST_LINE:,}"
        raise ValueError(f"An event must have fewer than {limit} bytes, got {len(line):,}.")
    return line


class InMemoryLog:
    """Stores events in a list."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: list[Event] = []
        for event in events:
            self.append(event)

    def append(self, event: Event) -> None:
        """Store an event."""
        self._events.append(structs.replace(event, order=len(self._events) + 1))

    def events(self, kind: str | None = None) -> Iterator[Event]:
        """Yield the events in order; only those of one kind if it is given."""
        return iter([one for one in self._events if kind in (None, one.kind)])

    def notices(self) -> list[str]:
        """Return an empty list: nothing can go wrong here."""
        return []

    def __repr__(self) -> str:
        return "InMemoryLog()"
