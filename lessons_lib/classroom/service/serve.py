"""Run the service: what JupyterHub starts, or a deployment of its own."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth
from tornado.httpserver import HTTPServer

from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.service.desk import Desk
from lessons_lib.classroom.service.folder import ClassFolder, load_class
from lessons_lib.classroom.service.rules import LAST_HOUR, MARK_EVERY, moved_by
from lessons_lib.classroom.service.store import ClassStore, StoreError
from lessons_lib.classroom.service.web import MOST_BYTES, application

RECORD = "record.sqlite"
MOST_HEADERS = 8_192  # bytes


def serve(folder: Path, url: str, say: Callable[[str], None]) -> None:
    """Serve a class until the process is asked to stop.

    Parameters
    ----------
    folder : Path
        The class's folder.
    url : str
        The database's URL; empty for a SQLite file in the folder.
    say : callable
        Gets a line about what is served where.

    Raises
    ------
    QuizBankError
        If plan or questions have faults.
    StoreError
        If the database cannot be opened.
    KeyError
        If JupyterHub's variables are missing.
    """
    os.umask(0o077)
    found = load_class(folder)
    store = ClassStore(url or f"sqlite:///{folder.resolve() / RECORD}")
    address = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    try:
        asyncio.run(_run(found, store, address.hostname or "127.0.0.1", address.port, prefix, say))
    finally:
        store.close()


async def _run(
    found: ClassFolder,
    store: ClassStore,
    host: str,
    port: int | None,
    prefix: str,
    say: Callable[[str], None],
) -> None:
    desk = Desk(found.plan, found.quizzes, store, utc_now)
    # No limit of its own: a body is read before a request is refused for its length.
    server = HTTPServer(
        application(desk, HubOAuth(), prefix),
        max_header_size=MOST_HEADERS,
        max_body_size=4 * MOST_BYTES,
    )
    server.listen(port or 0, host)
    say(f"{len(found.plan.graded)} graded quizzes are served at http://{host}:{port}{prefix}")
    ended = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    life = asyncio.create_task(_live(found, desk, store))
    await ended.wait()
    life.cancel()
    server.stop()
    await server.close_all_connections()


async def _live(found: ClassFolder, desk: Desk, store: ClassStore) -> None:
    """Store a mark of life each minute, and move the deadlines before which there was none."""
    while True:
        with suppress(StoreError):  # then there is no mark, so the deadline moves
            store.mark(utc_now())
            for one in found.plan.graded:
                line = found.plan.timeline(one.quiz)
                if utc_now() >= line.due - LAST_HOUR:
                    marks = store.marks(since=_before(line.due))
                    desk.move(one.quiz, moved_by(marks, line.opens, line.due))
        await asyncio.sleep(MARK_EVERY.total_seconds())


def _before(due: datetime) -> datetime:
    """Return a time before which no mark matters: an outage may have begun before the last hour."""
    return due - 24 * LAST_HOUR
