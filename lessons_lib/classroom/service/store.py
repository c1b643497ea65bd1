"""The record of a class: one table of events, and one writer that commits for all who wait.

SQLite by default, or any database that SQLAlchemy reaches by its URL. An answer counts when it is
on disk; a commit takes milliseconds, so those who wait at the same time share one, as texts share a
batch.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from lessons_lib.classroom.record.event import Event

_METADATA = sa.MetaData()
_TABLE = sa.Table(
    "events",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("learner", sa.String(255), nullable=False),
    sa.Column("id", sa.String(64), nullable=False),
    sa.Column("event", sa.Text, nullable=False),  # as in a record's line
    sa.UniqueConstraint("learner", "id"),
)
_KEEP_MARKS_S = 7 * 24 * 3600  # how much it moved a deadline is an event, which stays
_MARKS = sa.Table("marks", _METADATA, sa.Column("second", sa.BigInteger, primary_key=True))
LearnerEvent = tuple[str, Event]  # a learner's name on the hub, and what they did
_REWRITE = {"sqlite": "VACUUM", "postgresql": "VACUUM FULL events"}


THE_CLASS = ""  # whose events are about all learners; nobody on a hub has this name


class StoreError(Exception):
    """The database cannot be read or written, with the reason; nothing was counted."""


class ClassStore:
    """Stores events of learners in the order in which they arrived.

    Parameters
    ----------
    url : str
        A database's URL, such as ``sqlite:////srv/class/record.sqlite``. A SQLite file is created
        for its owner alone.

    Raises
    ------
    StoreError
        If the database cannot be opened.
    """

    def __init__(self, url: str) -> None:
        address = sa.make_url(url)
        is_file = address.get_backend_name() == "sqlite" and address.database
        if is_file:
            _for_its_owner(Path(str(address.database)))
        self._engine = sa.create_engine(address)
        if is_file:
            sa.event.listen(self._engine, "connect", _durable)
        self._waiting: list[tuple[Sequence[LearnerEvent], asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="class-store")
        with _explained(), self._engine.begin() as connection:
            _METADATA.create_all(connection)

    def events(self, learner: str) -> list[Event]:
        """Return all that a learner did, oldest first.

        Raises
        ------
        StoreError
            If the database cannot be read.
        """
        chosen = sa.select(_TABLE.c.event).where(_TABLE.c.learner == learner)
        with _explained(), self._engine.connect() as connection:
            lines = connection.scalars(chosen.order_by(_TABLE.c.number)).all()
        return [msgspec.json.decode(line, type=Event) for line in lines]

    def containing(self, text: str) -> list[LearnerEvent]:
        """Return the events in whose lines a text occurs, oldest first, each with its name.

        Raises
        ------
        StoreError
            If the database cannot be read.
        """
        chosen = sa.select(_TABLE.c.learner, _TABLE.c.event)
        chosen = chosen.where(_TABLE.c.event.contains(text, autoescape=True))
        with _explained(), self._engine.connect() as connection:
            rows = connection.execute(chosen.order_by(_TABLE.c.number)).all()
        return [(learner, msgspec.json.decode(line, type=Event)) for learner, line in rows]

    def all_events(self) -> dict[str, list[Event]]:
        """Return all that everybody did, oldest first, by their names; see `containing`."""
        found = defaultdict(list)
        for learner, event in self.containing(""):
            found[learner].append(event)
        return dict(found)

    def learners(self) -> list[str]:
        """Return the names of all who have an event, sorted."""
        names = sa.select(_TABLE.c.learner).distinct().order_by(_TABLE.c.learner)
        with _explained(), self._engine.connect() as connection:
            return list(connection.scalars(names))

    def numbers(self) -> dict[str, int]:
        """Return how many events each learner has."""
        counts = sa.select(_TABLE.c.learner, sa.func.count()).group_by(_TABLE.c.learner)
        with _explained(), self._engine.connect() as connection:
            return {learner: count for learner, count in connection.execute(counts)}

    async def save(self, rows: Sequence[LearnerEvent]) -> None:
        """Store events, and return when they are on disk.

        Whatever waits when the disk is ready for the next commit shares it.

        Raises
        ------
        StoreError
            If they could not be stored; then none of them is.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    def mark(self, now: datetime) -> None:
        """Store a mark of life.

        Raises
        ------
        StoreError
            If it could not be stored.
        """
        second = int(now.timestamp())
        with _explained(), self._engine.begin() as connection:
            connection.execute(sa.delete(_MARKS).where(_MARKS.c.second < second - _KEEP_MARKS_S))
            connection.execute(sa.insert(_MARKS), {"second": second})

    def marks(self, begin: datetime, end: datetime) -> list[datetime]:
        """Return the marks of life from the last one before a time to the first after another.

        Raises
        ------
        StoreError
            If the database cannot be read.
        """
        second = _MARKS.c.second
        first = sa.select(sa.func.max(second)).where(second <= begin.timestamp())
        last = sa.select(sa.func.min(second)).where(second >= end.timestamp())
        with _explained(), self._engine.connect() as connection:
            since, until = connection.scalar(first) or 0, connection.scalar(last) or sys.maxsize
            chosen = sa.select(second).where(second.between(since, until)).order_by(second)
            return [datetime.fromtimestamp(one, UTC) for one in connection.scalars(chosen)]

    def erase(self, learner: str) -> int:
        """Delete all events of a learner and their bytes; return how many there were.

        Raises
        ------
        StoreError
            If that failed, or if another program keeps their bytes, so it has to be done again.
        """
        return self._delete(sa.delete(_TABLE).where(_TABLE.c.learner == learner))

    def purge(self) -> int:
        """Delete all events and their bytes, and the marks of life; return how many events.

        Raises
        ------
        StoreError
            As for `erase`.
        """
        with _explained(), self._engine.begin() as connection:
            connection.execute(sa.delete(_MARKS))
        return self._delete(sa.delete(_TABLE))

    def close(self) -> None:
        """Wait for the last commit, and let the database go."""
        self._thread.shutdown()
        self._engine.dispose()

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            rows = [row for several, _ in batch for row in several]
            try:
                await loop.run_in_executor(self._thread, self._commit, rows)
            except StoreError as error:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
            else:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)

    def _commit(self, rows: Sequence[LearnerEvent]) -> None:
        values = [
            {"learner": learner, "id": one.id, "event": msgspec.json.encode(one).decode()}
            for learner, one in rows
        ]
        with _explained(), self._engine.begin() as connection:
            connection.execute(sa.insert(_TABLE), values)

    def _delete(self, chosen: sa.Delete) -> int:
        """Delete rows, and rewrite the database, because pages keep copies of rows that moved."""
        with _explained(), self._engine.begin() as connection:
            found = connection.execute(chosen).rowcount
        with _explained(), self._engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            if rewrite := _REWRITE.get(self._engine.dialect.name):
                alone.exec_driver_sql(rewrite)
            if self._engine.dialect.name == "sqlite":  # whose log of changes has them, too
                busy, *_ = alone.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
                if busy:
                    raise StoreError(
                        "The answers are deleted, but another program is reading the database, so "
                        "their bytes are still in its log. Run this again in a moment."
                    )
        return found


def moved_in(events: Iterable[Event]) -> dict[str, timedelta]:
    """Return by how much each quiz's deadline moved, from the events of the class."""
    moved = [one for one in events if one.kind == "deadline-moved"]
    return {one.subject: timedelta(seconds=one.payload["seconds"]) for one in moved}


@contextmanager
def _explained() -> Iterator[None]:
    """Raise what goes wrong with the database as a `StoreError`, without what was to be stored."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or type(error).__name__
        raise StoreError(f"The record of the class cannot be used: {cause}") from None


def _for_its_owner(path: Path) -> None:
    """Create a file that only its owner can read, unless it is there."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror}.") from None


def _durable(connection: Any, _: object) -> None:
    """Make SQLite sync each commit, overwrite what is deleted, and write no other files."""
    settings = "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"
    for setting in (*settings, "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {setting}")
