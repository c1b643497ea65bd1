"""Run the service: what JupyterHub starts, or a deployment of its own.

It always answers: JupyterHub stops if a service that it starts does not. A class that cannot be
served yet is looked at again when its files change.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth
from tornado.httpserver import HTTPServer

from lessons_lib.classroom.record.event import new_event, utc_now
from lessons_lib.classroom.service.desk import Desk
from lessons_lib.classroom.service.folder import OTHER_USERS, load_class
from lessons_lib.classroom.service.live.room import LiveRoom
from lessons_lib.classroom.service.live.web import add_live
from lessons_lib.classroom.service.login import add_login
from lessons_lib.classroom.service.results_web import add_results
from lessons_lib.classroom.service.rules import LAST_HOUR, LONGEST_OUTAGE, MARK_EVERY, moved_by
from lessons_lib.classroom.service.store import THE_CLASS, ClassStore, StoreError, moved_in
from lessons_lib.classroom.service.web import application
from lessons_lib.classroom.tables.problems import QuizBankError

RECORD_FILE = "record.sqlite"
MOST_HEADERS = 8_192  # bytes
MOST_BODY_BYTES = 2**20  # that are read, so that a body which is too long gets a sentence
RELOAD_S = 5.0  # between two looks at the class's files
LONGEST_AWAY = timedelta(days=7)  # of the service, after which a deadline is not moved any more


def record_url(folder: Path, url: str = "") -> str:
    """Return the URL of a class's record: that given, or a SQLite file in its folder."""
    return url or f"sqlite:///{folder.resolve() / RECORD_FILE}"


def serve(folder: Path, url: str, say: Callable[[str], None], *, is_trial: bool = False) -> None:
    """Serve a class until the process is asked to stop.

    Parameters
    ----------
    folder : Path
        The class's folder.
    url : str
        The database's URL; empty for a SQLite file in the folder.
    say : callable
        Gets a line about what is served, and why something is not.
    is_trial : bool
        Whether learners run as this system user, so that they can read the folder in any case.

    Raises
    ------
    KeyError
        If JupyterHub's variables are missing.
    """
    os.umask(0o077)
    service = _Service(folder, url, say, is_trial=is_trial)
    try:
        asyncio.run(service.run())
    finally:
        service.close()


class _Service:
    """A desk that is true to the class's folder, and marks that it was alive."""

    def __init__(
        self, folder: Path, url: str, say: Callable[[str], None], *, is_trial: bool
    ) -> None:
        self._folder, self._url, self._say = folder, record_url(folder, url), say
        self._is_trial = is_trial
        self._store: ClassStore | None = None
        self._desk: Desk | None = None
        self._room: LiveRoom | None = None
        self._told, self._marked = "", datetime.min.replace(tzinfo=UTC)
        self._seen: dict[Path, tuple[int, int, int]] = {}

    def close(self) -> None:
        """Let the record go."""
        if self._store is not None:
            self._store.close()

    async def run(self) -> None:
        """Answer requests until a signal ends it."""
        address = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
        prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
        hub = HubOAuth()
        served = application(lambda: self._desk, hub, prefix)
        add_login(served, hub, prefix)
        add_results(served, lambda: self._desk, hub, prefix, utc_now)
        add_live(served, lambda: self._room, hub, prefix)
        server = HTTPServer(served, max_header_size=MOST_HEADERS, max_body_size=MOST_BODY_BYTES)
        ended = asyncio.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, ended.set)
        while not ended.is_set():
            try:
                server.listen(address.port or 0, address.hostname or "127.0.0.1")
                break
            except OSError as error:  # perhaps a service that a killed hub left behind
                self._tell(f"The class is not served at {address.netloc}: {error}")
                await asyncio.sleep(RELOAD_S)
        life = asyncio.create_task(self._live())
        await ended.wait()
        life.cancel()
        server.stop()
        await server.close_all_connections()

    async def _live(self) -> None:
        """Look at the folder now and then, store marks of life, and forget what was erased."""
        while True:
            self._look()
            now = utc_now()
            if self._store and self._desk and now - self._marked >= MARK_EVERY:
                with suppress(StoreError):  # then there is no mark, so deadlines move
                    self._store.mark(now)
                    await move_deadlines(self._desk, now)
                    self._marked = now
                    self._desk.forget(now)
            await asyncio.sleep(RELOAD_S)

    def _look(self) -> None:
        """Read the class's files again if they changed, or could not be served."""
        paths = [self._folder, *sorted(self._folder.glob("*.y*ml"))]
        found = {path: _signature(path) for path in paths}
        if found == self._seen:
            return
        self._seen = found
        try:
            if not self._is_trial:
                _refuse_others(self._folder)
            self._renew()
        except (OSError, StoreError) as error:
            self._tell(f"The class is not served: {error}")
            self._seen = {}  # so that it is tried again
        except QuizBankError as error:
            broken = {Path(one.file).stem for one in error.problems}
            self._tell(f"The class has faults; what it had before is served, if anything:\n{error}")
            if self._desk is not None:
                self._desk.renew(self._desk.found, broken)

    def _renew(self) -> None:
        found = load_class(self._folder)
        if self._store is None:
            self._store = ClassStore(self._url)
        if self._desk is None:
            self._desk = Desk(found, self._store, utc_now)
            self._desk.is_current = lambda: utc_now() - self._marked <= LONGEST_OUTAGE
            for name, by in moved_in(self._store.events(THE_CLASS)).items():
                self._desk.move(name, by)
        else:
            self._desk.renew(found)
        self._room = self._room or LiveRoom(self._desk, utc_now)
        self._tell(f"{len(found.plan.graded)} graded quizzes are served.")

    def _tell(self, what: str) -> None:
        """Say something, unless it was said just now."""
        if what != self._told:
            self._say(what)
        self._told = what


async def move_deadlines(desk: Desk, now: datetime) -> None:
    """Move the deadlines before which the service was down, and note it in the record.

    Raises
    ------
    StoreError
        If the record cannot be used.
    """
    plan, store = desk.found.plan, desk.store
    noted = moved_in(store.events(THE_CLASS))
    for name in plan.by_name:
        line = plan.timeline(name)
        begin = line.due - LAST_HOUR
        if not begin <= now < line.due + LONGEST_AWAY:
            continue
        by = moved_by(store.marks(begin, line.due), line.opens, line.due)
        if by > noted.get(name, timedelta()):
            moved = new_event("deadline-moved", name, {"seconds": int(by.total_seconds())})
            await store.save([(THE_CLASS, moved)])
            desk.move(name, by)


def _signature(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_mode)


def _refuse_others(folder: Path) -> None:
    """Raise `PermissionError` if other users can open the class's folder."""
    if folder.stat().st_mode & OTHER_USERS:
        raise PermissionError(
            f"other users of this machine can open {folder}, which has the keys. "
            f"Close it to them: chmod 700 {folder}"
        )
