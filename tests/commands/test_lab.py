"""`lessons lab`: the flags and environment of JupyterLab, and a Lab from a wheel."""

import importlib.metadata
import json
import logging
import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from lessons_lib.classroom.copy.place import start_page
from lessons_lib.classroom.server.terminal import ProblemFilter
from lessons_lib.commands.lab import (
    JUPYTER_FOLDER,
    lab_environment,
    lab_flags,
    must_allow_root,
    open_log,
    try_writing,
)
from tests.support.environment import private_environment
from tests.support.fresh import clean_environment, lab_started_by
from tests.support.shell import ran
from tests.support.waiting import LIMIT_S

Patch = pytest.MonkeyPatch
START = start_page()
FOLDER = Path("my course")
FIRST = "notebooks/00.ipynb"
ROOT_FLAG = f"--ServerApp.root_dir={FOLDER}"
URL_FLAG = f"--LabApp.default_url=/doc/tree/{FIRST}"


def _flags(*further: str) -> list[str]:
    return lab_flags(FOLDER, FIRST, further, allow_root=False)


def test_the_course_is_the_root_and_further_flags_follow_in_their_order() -> None:
    further = ["--no-browser", "--port", "9999", "--ServerApp.base_url=/x/"]
    assert _flags(*further)[:2] == [ROOT_FLAG, URL_FLAG]
    assert _flags(*further)[-4:] == further
    assert "--allow-root" not in _flags()
    assert "--allow-root" in lab_flags(FOLDER, FIRST, [], allow_root=True)


@pytest.mark.parametrize(
    ("flag", "ours"),
    [
        ("--LabApp.default_url=/lab", {ROOT_FLAG}),
        ("--ServerApp.default_url=/tree", {ROOT_FLAG}),
        ("--LabApp.default_url", {ROOT_FLAG}),
        ("--ServerApp.root_dir=/x", set()),
        ("--notebook-dir=/x", set()),
        ("--notebook-dir", set()),
    ],
)
def test_the_learners_own_page_or_root_wins(flag: str, ours: set[str]) -> None:
    assert {ROOT_FLAG, URL_FLAG} & set(_flags(flag)) == ours
    assert not must_allow_root(["--allow-root"])
    assert not must_allow_root(["--ServerApp.allow_root=False"])


def test_the_quizzes_are_those_of_the_course_folder(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.delenv("LESSONS_QUIZZES", raising=False)
    assert "LESSONS_QUIZZES" not in lab_environment(tmp_path)
    (tmp_path / "quizzes").mkdir()
    assert lab_environment(tmp_path)["LESSONS_QUIZZES"] == str(tmp_path / "quizzes")


def test_the_learners_own_settings_come_first(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    monkeypatch.setenv("JUPYTER_PATH", "their data")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "file"))
    monkeypatch.delenv("JUPYTERLAB_WORKSPACES_DIR", raising=False)
    environment = lab_environment(FOLDER)
    assert environment["JUPYTER_CONFIG_PATH"] == f"theirs{os.pathsep}{JUPYTER_FOLDER}"
    assert environment["JUPYTER_PATH"] == f"their data{os.pathsep}{JUPYTER_FOLDER}"
    assert "JUPYTERLAB_WORKSPACES_DIR" not in environment


def test_connections_to_kernels_are_encrypted_unless_the_learner_decides() -> None:
    flag = "--KernelManager.transport_encryption"
    assert f"{flag}=auto" in _flags()
    theirs = [one for one in _flags(f"{flag}=disabled") if one.startswith(flag)]
    assert theirs == [f"{flag}=disabled"]


def test_who_asks_for_a_log_keeps_it_on_the_terminal(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path))
    assert open_log(["--debug"]) is open_log(["--log-level=INFO"]) is None
    assert open_log(["--no-browser"]) == tmp_path / "lab.log"
    (tmp_path / "file").touch()
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "file"))
    assert open_log([]) is None


@pytest.mark.parametrize(
    ("level", "message", "is_shown"),
    [
        (logging.INFO, "jupyterlab | extension was successfully loaded.", False),
        (logging.WARNING, "Notebook my.ipynb is not trusted", False),
        (logging.CRITICAL, "To access the server, open this file in a browser:", False),
        (logging.WARNING, "All authentication is disabled.", True),
        (logging.CRITICAL, "ERROR: port 8888 is not available.", True),
    ],
)
def test_the_terminal_shows_problems(level: int, message: str, is_shown: bool) -> None:
    record = logging.LogRecord("ServerApp", level, "", 0, message, None, None)
    assert ProblemFilter().filter(record) is is_shown


def test_jupyterlab_reads_the_quiet_settings(tmp_path: Path) -> None:
    program = (
        "import json; from jupyterlab_server.settings_utils import _get_overrides;"
        f"print(json.dumps(_get_overrides({str(tmp_path)!r})[0]))"
    )
    read = json.loads(ran(sys.executable, "-c", program, env=lab_environment(FOLDER)).stdout)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    assert read["@jupyterlab/apputils-extension:notification"] == quiet
    tracker = {"kernelShutdown": True, "windowingMode": "defer"}
    assert read["@jupyterlab/notebook-extension:tracker"] == tracker


# Ctrl-C reaches those whose controlling terminal it is typed on.
ON_A_TERMINAL = (
    "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "from lessons_lib.cli import main; sys.exit(main())"
)
COURSE = "my lessons – Übung"
LAB = [sys.executable, "-P", "-m", "lessons_lib.cli", "lab"]
ADDRESS = re.compile(r"The lessons are running at (\S+)\. Press")


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGTERM and a terminal of POSIX")
@pytest.mark.parametrize("ending", ["SIGTERM", "Ctrl-C on a terminal"])
def test_it_serves_the_copied_course_and_stops_on_a_signal(
    ending: str, installed: Path, tmp_path: Path
) -> None:
    import pty

    ours, terminal = pty.openpty()
    typed = ending != "SIGTERM"
    start = [installed, "-c", ON_A_TERMINAL] if typed else [installed.with_name("lessons")]
    try:
        with lab_started_by(
            [*start, "lab", "--folder", COURSE], tmp_path, terminal if typed else None
        ) as lab:
            assert lab.get("")[0] == f"{lab.url}doc/tree/{START}"
            folder = tmp_path / COURSE
            assert f"Creating a folder for your copy of the course: {folder}" in lab.output
            assert f"The course is in {folder}" in lab.output
            open_at = f"The lessons are running at {lab.url}doc/tree/{START}. "
            assert lab.output.splitlines()[-1] == f"{open_at}Press Ctrl-C to stop them."
            os.write(ours, b"\x03") if typed else lab.process.terminate()
            assert lab.process.wait(LIMIT_S) == 0
            assert "Traceback" not in lab.output
            assert not re.search(r"^\[[ICD] ", lab.output, re.MULTILINE)
            log = tmp_path / "lessons" / "lab.log"
            assert "jupyterlab | extension was successfully loaded" in log.read_text("utf-8")
            assert log.stat().st_mode & 0o077 == 0  # usually it contains a token
    finally:
        os.close(ours)
        os.close(terminal)


def test_where_its_port_is_taken_it_says_the_one_that_jupyter_found(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody_else:
        port = somebody_else.getsockname()[1]
        flags = ["--no-browser", f"--port={port}", "--ServerApp.ip=127.0.0.1"]
        with subprocess.Popen(
            [*LAB, "--folder", COURSE, *flags],
            cwd=tmp_path,
            env=clean_environment(tmp_path),
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as lab:
            try:
                address = next(filter(None, map(ADDRESS.search, lab.stdout or ())))[1]
                assert f":{port}/" not in address
                with urllib.request.urlopen(address, timeout=LIMIT_S) as answer:
                    assert answer.status == 200
            finally:
                lab.terminate()


@pytest.mark.parametrize(
    ("flags", "variable", "said"),
    [
        ([], "JUPYTER_DATA_DIR", "Jupyter cannot write its files (Not a directory: file/x). Free"),
        (["--folder", "file/x"], "", "The course cannot be copied (Not a directory: "),
        (["--folder", "file"], "", "file is a file. Write the path of a folder.\n"),
    ],
)
def test_where_it_cannot_write_it_says_so_in_a_sentence_and_starts_nothing(
    flags: list[str], variable: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    environment = private_environment(tmp_path) | {variable or "_": "file/x"}
    done = ran(*LAB, *flags, "--version", cwd=tmp_path, env=environment)
    assert done.returncode == 1
    assert done.stderr.startswith(f"lessons lab: {said}")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of POSIX")
def test_a_full_disk_is_found_by_writing(tmp_path: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            try_writing(tmp_path / "new")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_no_file_of_the_folder_runs_in_place_of_what_jupyterlab_imports(
    traps: Path, tmp_path: Path
) -> None:
    environment = private_environment(tmp_path)
    done = ran(*LAB, "--folder", "mine", "--version", cwd=traps, env=environment)
    assert list(traps.glob("*.ran")) == []
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == importlib.metadata.version("jupyterlab")
