"""`lessons predict --file` before somebody who watches: at a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")
PROGRAM = [sys.executable, "-m", "lessons_lib.cli", "predict"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that the files of a test lie in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return tmp_path


def _shown(screen: int) -> str:
    """Return all that a terminal shows until its last program ends."""
    shown = b""
    try:
        while part := os.read(screen, 65536):
            shown += part
    except OSError:  # how Linux says that nobody holds the terminal any more
        pass
    os.close(screen)
    return shown.decode()


def test_a_bar_moves_with_the_bytes_and_flaws_stand_above_it() -> None:
    Path("in.txt").write_bytes(b"lovely\n" * 9000 + b"\xe9\n")
    screen, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    with subprocess.Popen([*PROGRAM, "--file", "in.txt", "--out", "out.txt"], stderr=terminal):
        os.close(terminal)
        shown = _shown(screen)
    assert "/63.0k" in shown
    assert "line 9,001: not UTF-8 (byte 0xe9 at place 1); passed over\r\n" in shown
    assert "9,000 texts labelled, 1 line passed over.\r\n" in shown


def test_texts_can_be_typed_and_are_labelled_in_the_end() -> None:
    screen, terminal = pty.openpty()
    with subprocess.Popen([*PROGRAM, "--file", "-"], stdin=terminal, stdout=terminal, stderr=2):
        os.close(terminal)
        os.write(screen, b"lovely\nawful\n\x04")
        shown = _shown(screen)
    assert shown.endswith("positive\r\nnegative\r\n")
    assert "%" not in shown
