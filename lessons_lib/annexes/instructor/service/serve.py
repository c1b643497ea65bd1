"""Run the service: what JupyterHub starts, or a deployment of its own.

It always answers: JupyterHub stops if a service that it starts does not. A class that cannot be
served yet is looked at again when its files change.
"""

import asyncio
import logging
import os
import re
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth
from tornado.httpserver import HTTPServer
from tornado.ioloop import PeriodicCallback
from tornado.iostream import IOStream

from lessons_lib.annexes.instructor.service.plan import OTHER_USERS, class_files, read_class
from lessons_lib.annexes.instructor.service.store import StoreError, record_url
from lessons_lib.annexes.instructor.service.web import Served, application
from lessons_lib.classroom.record.event import utc_now

T = TypeVar("T")
LIMITS = {
    "max_header_size": 8_192,  # bytes
    "max_body_size": 2**17,  # bytes that are read, so that a longer answer gets a sentence
    "idle_connection_timeout": 30.0,  # seconds, also to the first byte of a request
    "body_timeout": 10.0,  # seconds
}
MOST_FILES = 8_192  # open at the same time
SPARE_FILES = 100  # that no connection may take: the record, the class's files, the hub
RELOAD_S = 5.0  # between two looks at the class's files
SIGN_S = 20.0  # between two signs of life in the record
LONGEST_LOG_LINE = 300  # characters
LONGEST_SILENCE_S = 120.0  # of the loop, before the process ends so that the hub starts it again


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
    for name in ("access", "application", "general"):
        logging.getLogger(f"tornado.{name}").addFilter(_without_queries)
    service = ClassService(folder, url, say, is_trial=is_trial)
    try:
        asyncio.run(service.run())
    finally:
        service.close()


class ClassService:
    """Keeps what is served true to the class's folder, and signs in the record that it is alive."""

    def __init__(
        self, folder: Path, url: str, say: Callable[[str], None], *, is_trial: bool
    ) -> None:
        self._folder, self._url, self._print = folder, record_url(folder, url), say
        self._is_trial = is_trial
        self.served = Served(HubOAuth(), utc_now)
        self._told: dict[str, str] = {}  # the last problem of each step
        self._signs_at, self._parent = 0.0, os.getppid()
        self._seen: dict[Path, tuple[int, int, int]] = {}
        self._own = ThreadPoolExecutor(max_workers=1)  # which no request can keep busy
        self._is_alive, self.ended = threading.Event(), asyncio.Event()

    def close(self) -> None:
        """Let the record go."""
        if self.served.store:
            self.served.store.close()

    async def run(self) -> None:
        """Answer requests until a signal ends it."""
        address = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
        prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
        server = _Server(application(self.served, prefix), **LIMITS)
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, self.ended.set)
        while not self.ended.is_set():
            try:
                server.listen(address.port or 0, address.hostname or "127.0.0.1")
                break
            except OSError as error:  # perhaps a service that a killed hub left behind
                self._tell("listen", f"The class is not served at {address.netloc}: {error}")
                await asyncio.sleep(RELOAD_S)
        threading.Thread(target=watch, args=(self._is_alive, self._say), daemon=True).start()
        await self.beat()
        beats = PeriodicCallback(self.beat, timedelta(seconds=RELOAD_S))
        beats.start()
        await self.ended.wait()
        beats.stop()
        server.stop()
        await server.close_all_connections()

    async def beat(self) -> None:
        """Look at the folder, and sign now and then; what goes wrong is said, and tried again."""
        if os.getppid() != self._parent:  # a hub that was killed; the next one needs the port
            self.ended.set()
        is_healthy = True
        for step in (self._look, self._sign):
            problem = ""
            try:
                await step()
            except (OSError, StoreError) as error:
                problem = f"The class is not served as it should be: {error}"
            except Exception as error:
                problem = f"The class's service has a fault: {type(error).__name__}: {error}"
                is_healthy = False
            self._tell(step.__name__, problem)
        if is_healthy:
            self._is_alive.set()

    async def _look(self) -> None:
        """Read the class's files again if they changed, or could not be read."""
        seen = await self._alone(_signatures, self._folder)
        if seen == self._seen:
            return
        if not self._is_trial:
            await self._alone(_refuse_others, self._folder)
        found, problems = await self._alone(read_class, self._folder)
        if problems:
            which = "the plan that it had" if found is None else "the rest"
            faults = "\n".join(map(str, problems))
            self._say(f"The class has faults; {which} is served, if anything:\n{faults}")
        if found:
            await self._alone(self.served.renew, found, self._url)
            names = ", ".join(name for name in found.plan.by_name if name in found.quizzes)
            reminders = " ".join(found.plan.reminders(utc_now()))
            self._say(f"Graded quizzes are served: {names}. {reminders}")
        self._seen = seen

    async def _sign(self) -> None:
        """Store a sign of life, if it is time."""
        now, store = asyncio.get_running_loop().time(), self.served.store
        if store and now >= self._signs_at:
            await self._alone(store.sign, utc_now())
            self._signs_at = now + SIGN_S

    async def _alone(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._own, work, *args)

    def _say(self, line: str) -> None:
        """Say a line, unless the log can't be written, for instance on a full disk."""
        with suppress(OSError, ValueError):
            self._print(line)

    def _tell(self, step: str, problem: str) -> None:
        """Say a problem, unless the same one was said the last time."""
        if problem and problem != self._told.get(step):
            self._say(problem)
        self._told[step] = problem


class _Server(HTTPServer):
    """Takes no more connections than the process has descriptors for."""

    def initialize(self, *args: Any, **options: Any) -> None:
        """Raise the limit of descriptors, of which connections may have all but a few."""
        import resource  # not on Windows, where JupyterHub doesn't run either

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = min(most, MOST_FILES) if most > 0 else MOST_FILES  # it may be infinite
        with suppress(ValueError, OSError):  # on some systems less is possible
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        self._most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE_FILES
        super().initialize(*args, **options)

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Answer a connection, or close it if there are too many."""
        if len(self._connections) < self._most:
            super().handle_stream(stream, address)
        else:
            stream.close()


def watch(is_alive: threading.Event, say: Callable[[str], None]) -> None:
    """End the process once nothing is alive for two minutes, so that JupyterHub starts it again.

    After a pause of the whole machine, there is time for a sign of life.
    """
    while is_alive.wait(LONGEST_SILENCE_S) or is_alive.wait(2 * RELOAD_S):
        is_alive.clear()
    say("The class's service ends, because it was stuck. JupyterHub starts it again.")
    os._exit(1)


def _without_queries(record: logging.LogRecord) -> bool:
    """Take the query out of each address in a line of the log: it may have somebody's token."""
    record.msg, record.args = re.sub(r"\?\S+", "?…", record.getMessage())[:LONGEST_LOG_LINE], ()
    return True


def _signatures(folder: Path) -> dict[Path, tuple[int, int, int]]:
    return {path: _signature(path) for path in (folder, *class_files(folder))}


def _signature(path: Path) -> tuple[int, int, int]:
    """Return what changes with a file; the same for all that can't be looked at."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_mode)


def _refuse_others(folder: Path) -> None:
    """Raise `PermissionError` if other users can open the class's folder."""
    if folder.stat().st_mode & OTHER_USERS:
        raise PermissionError(
            f"other users of this machine can open {folder}, which has the keys. "
            f"Close it to them: chmod 700 {folder}"
        )
