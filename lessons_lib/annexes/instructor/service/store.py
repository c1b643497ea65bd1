"""The record of a class: one table of events, and one writer that commits for all who wait.

SQLite by default, or any database that SQLAlchemy reaches by its URL. An answer counts when it is
on disk; a commit takes milliseconds, so those who wait at the same time share one, as texts share a
batch.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import sqlalchemy as sa

from lessons_lib.classroom.record.event import Event, new_event

RECORD_FILE = "record.sqlite"
_METADATA = sa.MetaData()
_TABLE = sa.Table(
    "events",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("learner", sa.String(255), nullable=False),
    sa.Column("id", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(255), nullable=False),
    sa.Column("event", sa.Text, nullable=False),  # as in a record's line
    sa.UniqueConstraint("learner", "id"),
    sa.Index("kinds", "kind", "subject"),
)
_LIFE = sa.Table("life", _METADATA, sa.Column("second", sa.BigInteger, primary_key=True))
LearnerEvent = tuple[str, Event]  # a learner's name on the hub, and what they did
_REWRITE = {"sqlite": "VACUUM", "postgresql": "VACUUM FULL events"}
AWAY = "service-away"  # the kind of the note that the service was not alive for a while
SHORTEST_AWAY_S = 60  # between two signs of life, which come each 20 s
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
        self._path = Path(str(address.database)) if is_file else None
        if self._path:
            _for_its_owner(self._path)
            self._opened = _identity(self._path)
            # A connection that opens later must never create another, empty file.
            address = address.set(database=f"file:{quote(str(self._path.resolve()))}")
            address = address.update_query_dict({"mode": "rw", "uri": "true"})
        self._engine = sa.create_engine(address)
        if self._path:
            sa.event.listen(self._engine, "connect", _durable)
        self._waiting: list[LearnerEvent] = []
        self._next: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        with _explained(), self._engine.begin() as connection:
            _METADATA.create_all(connection)

    def events(self, learner: str) -> list[Event]:
        """Return all that a learner did, oldest first.

        Raises
        ------
        StoreError
            If the database cannot be read.
        """
        return [event for _, event in self._rows(_TABLE.c.learner == learner)]

    def found(self, kind: str, subjects: Sequence[str] = ()) -> list[LearnerEvent]:
        """Return the events of a kind, about some subjects or all, oldest first, with their names.

        Raises
        ------
        StoreError
            If the database cannot be read.
        """
        about = [_TABLE.c.subject.in_(subjects)] if subjects else []
        return self._rows(_TABLE.c.kind == kind, *about)

    def all_events(self) -> dict[str, list[Event]]:
        """Return all that everybody did, oldest first, by their names; see `found`."""
        events = defaultdict(list)
        for learner, event in self._rows():
            events[learner].append(event)
        return dict(events)

    def learners(self) -> list[str]:
        """Return the names of all who have an event, sorted."""
        names = sa.select(_TABLE.c.learner).distinct().order_by(_TABLE.c.learner)
        with _explained(), self._engine.connect() as connection:
            return list(connection.scalars(names))

    async def save(self, rows: Sequence[LearnerEvent]) -> None:
        """Store events, and return when they are on disk.

        Whatever waits when the disk is ready for the next commit shares it.

        Raises
        ------
        StoreError
            If they could not be stored; then none of them is.
        """
        self._waiting += rows
        if self._next is None:
            self._next = asyncio.create_task(self._commit_all())
        await asyncio.shield(self._next)

    def sign(self, now: datetime) -> None:
        """Store a sign of life, and a note if the one before it is more than a minute old.

        Raises
        ------
        StoreError
            If it could not be stored.
        """
        second = int(now.timestamp())
        with self._changing() as connection:
            last = connection.scalar(sa.select(sa.func.max(_LIFE.c.second)))
            connection.execute(sa.delete(_LIFE))
            connection.execute(sa.insert(_LIFE), {"second": second})
            if last and second - last > SHORTEST_AWAY_S:
                note = new_event(AWAY, THE_CLASS, {"since": last}, clock=lambda: now)
                connection.execute(sa.insert(_TABLE), _row(THE_CLASS, note))

    def erase(self, learner: str) -> int:
        """Delete all events of a learner and their bytes; return how many there were.

        Raises
        ------
        StoreError
            If that failed, or if another program keeps their bytes, so it has to be done again.
        """
        return self._delete(sa.delete(_TABLE).where(_TABLE.c.learner == learner))

    def purge(self) -> int:
        """Delete all events and their bytes; return how many there were.

        Raises
        ------
        StoreError
            As for `erase`.
        """
        return self._delete(sa.delete(_TABLE))

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def _rows(self, *conditions: sa.ColumnElement[bool]) -> list[LearnerEvent]:
        self._require_its_file()
        chosen = sa.select(_TABLE.c.learner, _TABLE.c.event).where(*conditions)
        with _explained(), self._engine.connect() as connection:
            rows = connection.execute(chosen.order_by(_TABLE.c.number)).all()
        return [(learner, msgspec.json.decode(line, type=Event)) for learner, line in rows]

    async def _commit_all(self) -> None:
        """Commit what waits once the commit before is done; what comes later is for the next."""
        async with self._turn:
            rows, self._waiting, self._next = self._waiting, [], None
            await asyncio.to_thread(self._commit, rows)

    def _commit(self, rows: Sequence[LearnerEvent]) -> None:
        with self._changing() as connection:
            connection.execute(sa.insert(_TABLE), [_row(*one) for one in rows])

    @contextmanager
    def _changing(self) -> Iterator[sa.Connection]:
        """Commit what is executed; `StoreError` if that isn't in the file that was opened."""
        self._require_its_file()
        with _explained(), self._engine.begin() as connection:
            yield connection
        self._require_its_file()

    def _require_its_file(self) -> None:
        if self._path and _identity(self._path) != self._opened:
            raise StoreError(
                f"{self._path} was moved or replaced while the service uses it. Put it back, or "
                "restart the service to go on with what is there now."
            )

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


def record_url(folder: Path, url: str = "") -> str:
    """Return the URL of a class's record: that given, or a SQLite file in its folder."""
    return url or f"sqlite:///{folder.resolve() / RECORD_FILE}"


def away_in(events: Iterable[Event]) -> list[tuple[datetime, datetime]]:
    """Return from when to when the service was not alive, from the events of the class."""
    return [
        (datetime.fromtimestamp(one.payload["since"], UTC), one.time_utc)
        for one in events
        if one.kind == AWAY
    ]


def _row(learner: str, event: Event) -> dict[str, str]:
    line = msgspec.json.encode(event).decode()
    columns = {"learner": learner, "id": event.id, "event": line}
    return columns | {"kind": event.kind, "subject": event.subject}


def _identity(path: Path) -> tuple[int, int]:
    """Return what no other file has; nothing if there is none."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


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
