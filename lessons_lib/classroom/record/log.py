"""The log on disk: append-only JSONL, one file for each kernel session.

Each event is one line, written in one call and synced before `append` returns, so that a killed
kernel loses no acknowledged answer. Kernels share neither locks nor files, so home folders on NFS
and two kernels at once are safe.
"""

import atexit
import os
import secrets
import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import structs

from lessons_lib.classroom.record.event import LAST_ORDER, Clock, Event, utc_now
from lessons_lib.classroom.record.folder import record_folder
from lessons_lib.classroom.record.reader import FolderReader
from lessons_lib.files import sync_folder

CLOCK_SLACK = timedelta(minutes=5)
# Opening a pipe that has taken the place of the file fails at once instead of waiting for a reader.
_ODD = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _ODD


class JsonlEventLog:
    """Stores events in a folder; if that fails, keeps them in memory until it works again.

    Parameters
    ----------
    folder : Path, optional
        The learner's record folder if not given; created with the first event.
    clock : callable
        Used to name the session's file, and compared with the times of stored events.

    Notes
    -----
    Several kernels and threads may append at once. A process that is forked while another thread
    appends must not append itself: it inherits a lock that is never released.
    """

    def __init__(self, folder: Path | None = None, *, clock: Clock = utc_now) -> None:
        self.folder = record_folder() if folder is None else Path(folder)
        session = f"{clock():%Y%m%dT%H%M%SZ}-{os.getpid()}-{secrets.token_hex(4)}"
        self._path = self.folder / f"{session}.jsonl"
        self._clock = clock
        self._reader = FolderReader(self.folder)
        self._unsaved: list[Event] = []
        self._lock = threading.RLock()
        self._fault = ""  # why events are unsaved
        self._torn = False

    def append(self, event: Event) -> None:
        """Write an event to disk before returning, ordered after those of all sessions.

        An event that cannot be written is kept in memory. Writing is retried with the next event
        and when the interpreter exits.

        Raises
        ------
        TypeError
            If the event's payload is not plain JSON.
        """
        with self._lock:
            latest = self._known()[-1:]
            order = min(latest[0].order + 1, LAST_ORDER) if latest else 1
            stored = structs.replace(event, order=order)
            msgspec.json.encode(stored)  # raises before an invalid event can block valid ones
            self._unsaved.append(stored)
            self.save()

    def save(self) -> bool:
        """Try to write the events kept in memory; return whether none are left."""
        with self._lock:
            try:
                while self._unsaved:
                    self._write(self._unsaved[0])
                    self._unsaved.pop(0)
            except OSError as error:
                if not self._fault:
                    atexit.register(self.save)
                self._fault = error.strerror or str(error)
                return False
            self._fault = ""
            return True

    def events(self, kind: str | None = None) -> Iterator[Event]:
        """Yield the events of all sessions, oldest first; only those of one kind if it is given."""
        with self._lock:
            known = self._known()
        return (one for one in known if kind in (None, one.kind))

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
            latest = max((one.time_utc for one in self._reader.events()), default=None)
            if latest is not None and latest > self._clock() + CLOCK_SLACK:
                found.append(
                    f"This machine's clock is behind your last answer ({latest:%Y-%m-%d %H:%M} "
                    "UTC). Answers are kept in the order they are given; only their times may be "
                    "wrong."
                )
            return found

    def _known(self) -> list[Event]:
        """Return all events, after reading what other sessions wrote."""
        self._reader.refresh()
        # A write can fail after the event is on disk: by id, it counts once.
        known = {one.id: one for one in (*self._reader.events(), *self._unsaved)}
        return list(known.values())

    def _write(self, event: Event) -> None:
        """Append one line and sync it, after ending a previous incomplete line."""
        line = msgspec.json.encode(event) + b"\n"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_new = not self._path.exists()
        descriptor = os.open(self._path, _FLAGS, 0o600)
        try:
            if is_new:
                sync_folder(self.folder)
            rest = b"\n" + line if self._torn else line
            self._torn = True
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            self._torn = False
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def session_log() -> JsonlEventLog:
    """Return the log shared by all widgets of this kernel, so that a session has one file."""
    return _log_of(record_folder())


@lru_cache
def _log_of(folder: Path) -> JsonlEventLog:
    return JsonlEventLog(folder)


class InMemoryLog:
    """Stores events in a list, for a card that is shown without saving anything."""

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
