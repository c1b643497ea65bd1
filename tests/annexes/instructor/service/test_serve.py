"""The service as a process of its own, with a hub's token check: killed, and started again."""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from tornado.testing import bind_unused_port

from lessons_lib.annexes.instructor.service.serve import RELOAD_S, ClassService
from lessons_lib.annexes.instructor.service.store import ClassStore, record_url
from lessons_lib.annexes.instructor.service.web import ANSWER, BROKEN, SENTENCES
from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.widgets.quiz.remote import HttpLine, UnreachedError
from tests.annexes.instructor.service.test_folder import written
from tests.annexes.instructor.service.test_plan import PLAN

Patch = pytest.MonkeyPatch

KILLS, LEARNERS, MOST_FILES = 20, 200, 1024
STARTS_IN_S = 60.0
IN_WEEK_1, DATE = date(2026, 12, 4), re.compile(r"\d{4}-\d\d-\d\d")


class Hub(BaseHTTPRequestHandler):
    """Knows everybody whose token begins with "of "."""

    def do_GET(self) -> None:
        token = self.headers.get("Authorization", "").removeprefix("token ")
        name = token.removeprefix("of ")
        user = {"name": name, "kind": "user", "admin": False, "groups": [], "scopes": [ANSWER]}
        self.send_response(200 if token != name else 403)
        self.end_headers()
        self.wfile.write(json.dumps(user).encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hub/api"
    server.shutdown()
    server.server_close()


class Service:
    """The process, which can be killed and started again at the same address."""

    def __init__(self, folder: Path, hub: str, port: int = 0, most_files: int = MOST_FILES) -> None:
        if not port:
            free, port = bind_unused_port()
            free.close()
        self.url = f"http://127.0.0.1:{port}/services/class/"
        self._folder, self._most_files = folder, most_files
        self.log = folder.parent / f"{folder.name}.log"
        self._environment = os.environ | {
            "JUPYTERHUB_API_URL": hub,
            "JUPYTERHUB_API_TOKEN": "of the service",
            "JUPYTERHUB_CLIENT_ID": "service-class",
            "JUPYTERHUB_SERVICE_NAME": "class",
            "JUPYTERHUB_SERVICE_PREFIX": "/services/class/",
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}",
        }
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        code = (
            "import resource as r, sys; from lessons_lib.cli import main; "
            f"r.setrlimit(r.RLIMIT_NOFILE, ({self._most_files},) * 2); sys.exit(main())"
        )
        command = [sys.executable, "-P", "-c", code, "class", "serve", str(self._folder)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        return self.process

    def line(self, learner: str) -> HttpLine:
        return HttpLine(self.url, f"of {learner}")

    def until_up(self) -> None:
        self.until("week_1", "")

    def until(self, name: str, sentence: str) -> None:
        """Wait until a quiz is refused with a sentence, or served."""
        end, found = monotonic() + STARTS_IN_S, "not asked"
        while monotonic() < end and self.process.poll() is None:
            try:
                self.line("somebody")(f"graded/{name}")
                found = ""
            except UnreachedError as error:
                found = str(error)
            if found == sentence:
                return
            sleep(0.05)
        raise AssertionError(f"{found!r}, {self.process.poll()}")


def in_process(folder: Path, say: Callable[[str], None], monkeypatch: Patch) -> ClassService:
    """Return a service that looks at its folder when it is told to."""
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    monkeypatch.setenv("JUPYTERHUB_CLIENT_ID", "service-class")
    folder.chmod(0o700)
    return ClassService(folder, "", say, is_trial=False)


@contextmanager
def running(
    folder: Path, hub: str, port: int = 0, *, most_files: int = MOST_FILES
) -> Iterator[Service]:
    service = Service(folder, hub, port, most_files)
    try:
        yield service
    finally:
        service.process.kill()
        service.process.wait()


def open_now(folder: Path) -> Path:
    """Write a class whose first quiz is open: the plan's dates, moved to now."""
    folder.mkdir(mode=0o700, exist_ok=True)
    written(folder)
    by = datetime.now(UTC).date() - IN_WEEK_1
    plan = DATE.sub(lambda one: str(date.fromisoformat(one[0]) + by), PLAN)
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    return folder


def answered(
    service: Service, learner: str, letter: str, answer_id: str, *, quiz: str = "week_1"
) -> Page | None:
    """Return the page after an answer, or None if the service acknowledged nothing."""
    action = {"do": "answer", "question": f"how-many-passes-{quiz[-1]}", "letters": [letter]}
    body = json.dumps({"id": answer_id, "action": action}).encode()
    try:
        return service.line(learner)(f"graded/{quiz}", body)
    except UnreachedError:
        return None


def stored(folder: Path, learner: str) -> list[str]:
    store = ClassStore(f"sqlite:///{folder / 'record.sqlite'}")
    found = [one.id for one in store.events(learner) if one.kind == "answer"]
    store.close()
    return found


@pytest.mark.slow
def test_a_killed_service_has_all_that_it_acknowledged_under_the_right_names(
    tmp_path: Path, hub: str
) -> None:
    folder = open_now(tmp_path)
    names = [f"learner-{number}" for number in range(LEARNERS)]
    acknowledged: dict[str, list[str]] = {name: [] for name in names}
    with running(folder, hub) as service, ThreadPoolExecutor(LEARNERS) as pool:
        for kill in range(KILLS):
            service.until_up()
            timer = threading.Timer(0.1 * kill, service.process.send_signal, (signal.SIGKILL,))
            timer.start()

            def work(name: str) -> None:
                for letter in "ABAB":
                    answer_id = uuid.uuid4().hex
                    if answered(service, name, letter, answer_id):
                        acknowledged[name].append(answer_id)

            list(pool.map(work, names))
            timer.join()
            service.process.wait()
            service.start()
        service.until_up()
    for name in names:
        kept = stored(folder, name)
        assert len(kept) == len(set(kept))
        assert [one for one in kept if one in acknowledged[name]] == acknowledged[name]
    assert sum(map(len, acknowledged.values())) > KILLS * LEARNERS / 10


def test_a_fault_of_the_folder_is_said_once_and_ends_nothing(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    said: list[str] = []
    service = in_process(open_now(tmp_path), said.append, monkeypatch)

    async def run() -> None:
        await service.beat()
        tmp_path.chmod(0o755)  # of which a real hub's service is told
        for _ in range(3):
            await service.beat()
        tmp_path.chmod(0o700)
        await service.beat()

    asyncio.run(run())
    service.close()
    served, fault, again = said
    assert served == again
    assert served.startswith("Graded quizzes are served: week_1, week_2. ")
    assert "chmod 700" in fault


def test_a_log_that_cannot_be_written_ends_nothing(tmp_path: Path, monkeypatch: Patch) -> None:
    def say(_: str) -> None:
        raise BrokenPipeError

    service = in_process(open_now(tmp_path), say, monkeypatch)
    asyncio.run(service.beat())
    assert service.served.live.state()["phase"] == "idle"
    service.close()


def test_a_service_ends_when_its_hub_is_gone(tmp_path: Path, monkeypatch: Patch) -> None:
    service = in_process(open_now(tmp_path), print, monkeypatch)
    asyncio.run(service.beat())
    assert not service.ended.is_set()
    monkeypatch.setattr(os, "getppid", lambda: 1)
    asyncio.run(service.beat())
    assert service.ended.is_set()
    service.close()


def test_a_locked_record_blocks_no_page(tmp_path: Path, monkeypatch: Patch) -> None:
    service = in_process(open_now(tmp_path), print, monkeypatch)
    other = sqlite3.connect(tmp_path / "record.sqlite", isolation_level=None)

    async def run() -> None:
        await service.beat()
        other.execute("BEGIN EXCLUSIVE")
        store = ClassStore(record_url(tmp_path))
        signing = asyncio.create_task(asyncio.to_thread(store.sign, utc_now()))
        desk = service.served.graded
        assert (await desk.page("ann", "week_1", utc_now()))["view"] == "start"
        assert not signing.done()
        other.execute("COMMIT")
        await signing
        store.close()

    asyncio.run(run())
    service.close()
    other.close()


def test_a_service_that_is_stuck_ends_with_a_sentence() -> None:
    code = (
        "import threading; from lessons_lib.annexes.instructor.service import serve; "
        "serve.LONGEST_SILENCE_S = serve.RELOAD_S = 0.01; serve.watch(threading.Event(), print)"
    )
    ended = subprocess.run([sys.executable, "-u", "-c", code], capture_output=True, check=False)
    assert (ended.returncode, b"was stuck" in ended.stdout) == (1, True)


@pytest.mark.slow
def test_a_service_stays_up_when_somebody_takes_all_its_connections(
    tmp_path: Path, hub: str
) -> None:
    folder = open_now(tmp_path)
    with running(folder, hub, most_files=256) as service:
        service.until_up()
        address = urlsplit(service.url)
        idle = [socket.create_connection((address.hostname, address.port)) for _ in range(300)]
        sleep(2 * RELOAD_S)
        for one in idle:
            one.close()
        (folder / "week_1.yaml").write_text("quiz: week_1", encoding="utf-8")
        service.until("week_1", BROKEN)
        assert answered(service, "ann", "A", "0" * 32, quiz="week_2")
        request = Request(f"{service.url}results?x='&token=secret", method="PUT")
        with pytest.raises(HTTPError):
            urlopen(request, timeout=STARTS_IN_S)
        service.process.terminate()  # a killed one might not have logged what it just answered
        service.process.wait(STARTS_IN_S)
    log = service.log.read_text(encoding="utf-8")
    assert "/services/class/results?…" in log
    assert "secret" not in log
    assert log.count("Traceback") <= 1


@pytest.mark.slow
def test_a_class_is_served_as_soon_and_as_long_as_its_files_have_no_faults(
    tmp_path: Path, hub: str
) -> None:
    folder = open_now(tmp_path)
    bank, text = folder / "week_1.yaml", (folder / "week_1.yaml").read_text(encoding="utf-8")
    for name in ("week_1", "week_2"):
        (folder / f"{name}.yaml").chmod(0o644)  # in a closed folder
    folder.chmod(0o755)
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        running(folder, hub, other.getsockname()[1]) as service,
    ):
        sleep(STARTS_IN_S / 20)
        assert service.process.poll() is None
        other.close()
        service.until("week_1", BROKEN)
        folder.chmod(0o700)
        service.until_up()
        bank.write_text(text.replace("answer: A", "answer: Q"), encoding="utf-8")
        service.until("week_1", BROKEN)
        service.line("ann")("graded/week_2")
        bank.write_text(text, encoding="utf-8")
        service.until_up()
        (folder / "plan.yaml").write_text("zone: Mars", encoding="utf-8")
        sleep(2 * RELOAD_S)
        service.line("ann")("graded/week_1")


@pytest.mark.slow
def test_the_service_says_what_it_serves_and_stops_when_asked(tmp_path: Path, hub: str) -> None:
    with running(open_now(tmp_path), hub) as service:
        service.until_up()
        page = answered(service, "ann", "A", "0" * 32)
        assert page
        assert page["reply"]["text"] == "Answer saved."
        with pytest.raises(UnreachedError, match=re.escape(SENTENCES[413])):
            service.line("ann")("graded/week_1", b"x" * 100_000)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(timeout=STARTS_IN_S) == 0
    assert stored(tmp_path, "ann") == ["0" * 32]
    assert (tmp_path / "record.sqlite").stat().st_mode & 0o777 == 0o600
