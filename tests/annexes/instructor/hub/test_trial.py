"""`lessons hub`: what it refuses, how it starts, and that it ends with all it started."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lessons_lib.annexes.instructor.commands.hub import INSTRUCTOR
from tests.support.hub import HubRun, need_hub
from tests.support.hub_client import HubClient
from tests.support.shell import Lessons

AS_ROOT = ["--allow-root"]
Patch = pytest.MonkeyPatch
Start = Callable[..., HubRun]
ENDS_WITHIN_S = 60


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., HubRun]]:
    """Return a function that starts a hub; it is stopped with the test."""
    need_hub()
    started: list[HubRun] = []

    def begin(*flags: str) -> HubRun:
        started.append(HubRun(tmp_path, *flags))
        return started[-1]

    yield begin
    for one in started:
        one.stop()


@pytest.mark.parametrize(
    ("flags", "reasons"),
    [
        (["--learners=0"], ["--learners must be an integer from 1 to 60, got 0."]),
        (["--learners=61"], ["from 1 to 60, got 61."]),
        (["--port=0"], ["--port must be an integer from 1 to 65535, got 0."]),
        (["--port=70000"], ["from 1 to 65535, got 70000."]),
        (["--homes=file/homes", "--port=1024"], ["Not a directory: ", "file/homes"]),
        (["--homes=homes", "--port={busy}"], ["Port {busy} cannot be used", "--port {next}"]),
    ],
)
def test_invalid_options_are_refused(
    flags: list[str], reasons: list[str], tmp_path: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    need_hub()
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ports = {"busy": other.getsockname()[1], "next": other.getsockname()[1] + 1}
        printed = lessons.fails("hub", *(flag.format(**ports) for flag in flags), *AS_ROOT)
    assert all(reason.format(**ports) in printed for reason in reasons)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="we are not root")
def test_root_is_warned(lessons: Lessons) -> None:
    printed = lessons.fails("hub")
    assert "You are root" in printed
    assert "--allow-root" in printed


def test_a_missing_extra_is_reported(monkeypatch: Patch, lessons: Lessons) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    printed = lessons.fails("hub", *AS_ROOT)
    assert "needs the extra `hub`" in printed
    assert 'install -e ".[hub]"' in printed


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        # None of our code runs after this: the hub notices that its input has ended.
        pytest.param(getattr(signal, "SIGKILL", 9), marks=pytest.mark.slow),
    ],
)
def test_it_ends_with_all_its_processes_and_keeps_the_homes(start: Start, number: int) -> None:
    hub = start("--learners=1")
    hub.wait_until_it_is_up()
    learner = hub.client("learner1")
    learner.start_server()
    pid = int(learner.run_code("import os; print(os.getpid())"))
    started = psutil.Process(hub.process.pid).children(recursive=True)
    assert pid in [one.pid for one in started]  # hub, proxy, server, kernel
    assert len(started) >= 4
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        code = hub.stop(number)
        _, alive = psutil.wait_procs(started, timeout=ENDS_WITHIN_S)
        assert alive == []
        assert other.poll() is None
        other.communicate(b"\n")
    if number != 9:
        assert code == 0
        assert "Stopped the hub, its proxy, and all servers and kernels" in hub.printed
    changed = hub.homes / "learner1" / "lessons-course" / "notebooks" / "00_start_here.ipynb"
    changed.write_text("mine", encoding="utf-8")
    again = start("--learners=1")
    again.wait_until_it_is_up()
    assert changed.read_text(encoding="utf-8") == "mine"
    assert set(again.passwords) == {"learner1", INSTRUCTOR}
    assert not set(again.passwords.values()) & set(hub.passwords.values())
    kept = [one for one in hub.homes.rglob("*") if one.is_file() and one.stat().st_size < 1e6]
    for password in hub.passwords.values():
        assert not [one for one in kept if password.encode() in one.read_bytes()]


def test_stopped_before_it_is_up_it_leaves_nothing_behind(start: Start) -> None:
    hub = start("--learners=1")
    assert hub.process.stdout is not None
    while "Starting JupyterHub" not in hub.printed:
        line = hub.process.stdout.readline()
        assert line, hub.printed
        hub.printed += line
    assert hub.stop(signal.SIGTERM) == 0
    assert "The hub is up" not in hub.printed
    left = [one for one in psutil.process_iter(["environ"]) if belongs_to(one, hub.homes)]
    assert left == []


def test_a_learner_waits_in_the_browser_for_a_server_that_starts_slowly(start: Start) -> None:
    hub = start("--learners=1")
    hub.wait_until_it_is_up()
    home = hub.homes / "learner1"
    (home / ".jupyter").mkdir()
    slow = "import time; time.sleep(45)"  # the proxy's own limit is 20 s
    (home / ".jupyter" / "jupyter_server_config.py").write_text(slow)
    (home / "random.py").write_text("raise SystemExit")  # not what the server imports
    (home / "mine.py").write_text("found = 'in the folder of the kernel'")
    learner = hub.client("learner1")
    server = "/hub/api/users/learner1/server"
    assert learner.send("POST", server).status_code in (201, 202)
    progress = learner.send("GET", f"{server}/progress")
    assert progress.status_code == 200
    assert '"ready": true' in progress.text
    assert learner.run_code("import mine; print(mine.found)") == "in the folder of the kernel\n"


def belongs_to(process: psutil.Process, homes: Path) -> bool:
    environment = process.info["environ"] or {}
    return str(homes.parent) in environment.get("LESSONS_DATA_DIR", "")


def test_the_homes_are_private_and_a_server_knows_its_home_limits_and_corpus(hub: HubRun) -> None:
    for path in (hub.homes, hub.homes / "learner1", hub.homes / "hub.log"):
        assert path.stat().st_mode & 0o077 == 0, path
    learner = hub.client("learner1")
    learner.start_server()
    seen = learner.run_code(
        "import os; from lessons_lib.classroom.record.folder import record_folder, learner_id\n"
        "from lessons_lib.pipeline.text.corpus_files import is_cached\n"
        "print(record_folder(), learner_id(), os.environ['MEM_LIMIT'], os.environ['CPU_LIMIT'])\n"
        "print(is_cached())"
    ).split()
    assert Path(seen[0]).is_relative_to(hub.homes / "learner1")
    assert seen[1:] == ["learner1", str(2**30), "1.0", "True"]
    page = learner.send("GET", "/user/learner1/api/contents/notebooks/06_batch_inference.ipynb")
    cells = page.json()["content"]["cells"]
    assert all(cell["metadata"]["trusted"] for cell in cells if cell["cell_type"] == "code")


def test_a_learner_opens_only_their_own_server_and_the_instructor_none(hub: HubRun) -> None:
    for password in ("", "learner2", hub.passwords["learner1"]):
        with pytest.raises(PermissionError, match="could not log in"):
            HubClient(hub.url, "learner2", password)
    learner, other, instructor = map(hub.client, ("learner1", "learner2", INSTRUCTOR))
    other.start_server()
    files = "/user/learner2/api/contents"
    codes = {one.name: one.send("GET", files).status_code for one in (learner, other, instructor)}
    assert codes == {"learner1": 403, "learner2": 200, INSTRUCTOR: 403}
    assert learner.send("GET", "/hub/api/users").status_code == 403
    listed = {one["name"] for one in instructor.send("GET", "/hub/api/users").json()}
    assert listed >= {"learner1", "learner2"}
    assert instructor.send("DELETE", "/hub/api/users/learner2/server").status_code in (202, 204)


def test_it_says_that_the_homes_are_not_safe_from_a_learners_kernel(hub: HubRun) -> None:
    assert "FOR TRYING OUT ONLY" in hub.printed
    assert "can read and change the homes of all others" in " ".join(hub.printed.split())
