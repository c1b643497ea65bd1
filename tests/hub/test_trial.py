"""`lessons hub`: what it refuses, how it starts, and that it ends with all it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lessons_lib.authoring.environment import private_environment
from lessons_lib.cli import main
from lessons_lib.commands.hub import INSTRUCTOR
from tests.hub.conftest import HubRun, need_hub

AS_ROOT = ["--allow-root"]
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


def _refusal(capsys: pytest.CaptureFixture[str], *flags: str | Path) -> str:
    assert main(["hub", *map(str, flags)]) == 1
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("flag", "reason"),
    [
        ("--learners=0", "1 to 60 learners, got 0"),
        ("--learners=61", "1 to 60 learners, got 61"),
        ("--port=70000", "Port 70000 cannot be used"),
    ],
)
def test_what_a_trial_hub_cannot_do_is_refused(
    flag: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reason in _refusal(capsys, flag, *AS_ROOT)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="we are not root")
def test_root_is_told_what_it_would_mean(capsys: pytest.CaptureFixture[str]) -> None:
    told = _refusal(capsys)
    assert "You are root" in told
    assert "--allow-root" in told


def test_a_port_that_is_taken_is_named_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need_hub()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = _refusal(capsys, f"--homes={tmp_path}", f"--port={port}", *AS_ROOT)
    assert f"Port {port} cannot be used" in told
    assert f"--port {port + 1}" in told


def test_homes_that_cannot_be_made_are_named_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need_hub()
    file = tmp_path / "file"
    file.touch()
    told = _refusal(capsys, f"--homes={file / 'homes'}", "--port=1024", *AS_ROOT)
    assert "The homes cannot be made" in told
    assert "--homes DIR" in told


def test_without_the_extra_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Seen from an interpreter in which the package cannot be found."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util, sys\n"
        "find = importlib.util.find_spec\n"
        "hidden = lambda name, *rest: None if name == 'jupyterhub' else find(name, *rest)\n"
        "importlib.util.find_spec = hidden\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "lessons_lib.cli", "hub", *AS_ROOT],
        env={**private_environment(tmp_path), "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "needs the extra `hub`" in done.stderr
    assert "lessons-lib[hub]" in done.stderr


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        # Nothing of ours runs any more then: the hub notices that its input has ended.
        pytest.param(getattr(signal, "SIGKILL", 9), marks=pytest.mark.slow),
    ],
)
def test_it_ends_with_every_process_it_started_and_no_other(
    start: Callable[..., HubRun], number: int
) -> None:
    hub = start("--learners=1")
    hub.wait_until_it_is_up()
    learner = hub.client("learner1")
    learner.start_server()
    kernel = learner.start_kernel()
    pid = int(learner.run_code("import os; print(os.getpid())", kernel))
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
        assert "Stopped: the hub, its proxy, and every server and kernel" in hub.said


def test_told_to_stop_before_it_is_up_it_leaves_nothing_behind(
    start: Callable[..., HubRun],
) -> None:
    hub = start("--learners=1")
    assert hub.process.stdout is not None
    while not hub.said.endswith("Starting JupyterHub …\n"):
        line = hub.process.stdout.readline()
        assert line, hub.said
        hub.said += line
    assert hub.stop(signal.SIGTERM) == 0
    assert "The hub is up" not in hub.said
    left = [one for one in psutil.process_iter(["environ"]) if _is_of(one, hub.homes)]
    assert left == []


def _is_of(process: psutil.Process, homes: Path) -> bool:
    environment = process.info["environ"] or {}
    return str(homes.parent) in environment.get("LESSONS_DATA_DIR", "")


def test_homes_are_kept_and_passwords_are_not(start: Callable[..., HubRun]) -> None:
    hub = start("--learners=1")
    hub.wait_until_it_is_up()
    hub.stop()
    course = hub.homes / "learner1" / "lessons-course"
    changed = course / "notebooks" / "00_start_here.ipynb"
    changed.write_text("mine", encoding="utf-8")
    again = start("--learners=1")
    again.wait_until_it_is_up()
    assert changed.read_text(encoding="utf-8") == "mine"
    assert set(again.passwords) == {"learner1", INSTRUCTOR}
    assert not set(again.passwords.values()) & set(hub.passwords.values())
    kept = [one for one in hub.homes.rglob("*") if one.is_file() and one.stat().st_size < 1e6]
    for password in hub.passwords.values():
        assert not [one for one in kept if password.encode() in one.read_bytes()]


def test_nobody_else_may_look_into_the_homes_or_the_log(hub: HubRun) -> None:
    for path in (hub.homes, hub.homes / "learner1", hub.homes / "hub.log"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_server_knows_its_home_its_limits_and_where_the_corpus_is(hub: HubRun) -> None:
    learner = hub.client("learner1")
    learner.start_server()
    told = learner.run_code(
        "import os; from lessons_lib.record.folder import record_folder, learner_id\n"
        "from lessons_lib.text.corpus_files import is_cached\n"
        "print(record_folder(), learner_id(), os.environ['MEM_LIMIT'], os.environ['CPU_LIMIT'])\n"
        "print(is_cached())"
    ).split()
    assert Path(told[0]).is_relative_to(hub.homes / "learner1")
    assert told[1:] == ["learner1", str(2**30), "1.0", "True"]
