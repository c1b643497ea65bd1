"""`lessons lab` from a wheel, as a learner runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lessons_lib.authoring.environment import private_variables
from lessons_lib.commands.course import START

START_TIMEOUT_S = 90
STOP_TIMEOUT_S = 30
# Ctrl-C reaches those whose controlling terminal it is typed on.
ON_A_TERMINAL = (
    "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "from lessons_lib.cli import main; sys.exit(main())"
)
COMMAND = [sys.executable, "-m", "lessons_lib.cli"]


class Running:
    """A JupyterLab that `lessons lab` serves."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self._log = log

    @property
    def told(self) -> str:
        """What was printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def get(self, path: str) -> tuple[int, str]:
        """Return status and final address of a page."""
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return answer.status, answer.url

    def wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end:
            try:
                self.get("api/status")
                return
            except OSError:
                try:
                    self.process.wait(timeout=0.2)
                except subprocess.TimeoutExpired:
                    continue
                break
        pytest.fail(f"lessons lab did not start:\n{self.told[-3000:]}")


@contextmanager
def _running(
    environment: dict[str, str], folder: Path, terminal: int | None = None
) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = ["--no-browser", "--port", str(port), "--ServerApp.port_retries=0"]
    flags += ["--ServerApp.base_url=/x/", "--IdentityProvider.token=", "--ServerApp.ip=127.0.0.1"]
    log = folder / "lab.log"
    start = COMMAND if terminal is None else [sys.executable, "-c", ON_A_TERMINAL]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*start, "lab", "--folder", "my lessons – Übung", *flags],
            cwd=folder,
            env={**environment, **private_variables(folder)},
            stdin=subprocess.DEVNULL if terminal is None else terminal,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            running = Running(process, f"http://127.0.0.1:{port}/x/", log)
            running.wait_until_it_answers()
            yield running
        finally:
            process.terminate()
            process.wait(STOP_TIMEOUT_S)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGTERM as POSIX has it")
def test_it_serves_the_copied_course_and_ends_when_asked_to(
    installed: dict[str, str], tmp_path: Path
) -> None:
    with _running(installed, tmp_path) as lab:
        assert lab.get("") == (200, f"{lab.url}lab/tree/{START}")
        assert lab.get(f"api/contents/{START}")[0] == 200
        assert f"The course is in {tmp_path / 'my lessons – Übung'}" in lab.told
        lab.process.terminate()
        code = lab.process.wait(STOP_TIMEOUT_S)
        assert "Traceback" not in lab.told
    assert code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal as POSIX has it")
def test_one_ctrl_c_on_a_terminal_ends_it(installed: dict[str, str], tmp_path: Path) -> None:
    import pty

    ours, terminal = pty.openpty()
    try:
        with _running(installed, tmp_path, terminal) as lab:
            os.write(ours, b"\x03")
            assert lab.process.wait(STOP_TIMEOUT_S) == 0
            assert "Traceback" not in lab.told
    finally:
        os.close(ours)
        os.close(terminal)


def test_a_file_where_the_course_should_be_ends_it_in_words(
    installed: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "lessons-course").write_text("a file")
    done = subprocess.run(
        [*COMMAND, "lab"],
        cwd=tmp_path,
        env=installed,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("lessons lab: The course could not be copied to ")
    assert "Traceback" not in done.stderr
