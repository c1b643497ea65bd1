"""Sessions run where there is only Python: no widgets, no numbers, no disk to write on, no threads.

A page in a browser has no more than that. The `CAGE` takes the rest away from an interpreter before
it imports anything of ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
NOWHERE = os.path.join(os.devnull, "nowhere")
CAGE = """
import _thread, os, sys

for name in "anywidget ipywidgets traitlets IPython numpy torch matplotlib".split():
    sys.modules[name] = None
WRITES = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC

def refuse(event, arguments):
    is_write = event == "open" and (arguments[2] or 0) & WRITES
    if is_write or event in ("os.mkdir", "os.rename", "os.remove", "os.chmod"):
        print(message := f"the disk is read-only: {event} {arguments}", file=sys.stderr)
        raise OSError(message)

def refuse_thread(*arguments, **more):
    raise RuntimeError("can't start new thread")

sys.addaudithook(refuse)
_thread.start_new_thread = _thread.start_joinable_thread = refuse_thread
"""
PLAY = "from tests.classroom.sessions.play import main; main()"


def _run(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the cage, with a home and a data folder that cannot exist."""
    places = dict.fromkeys(("HOME", "LESSONS_DATA_DIR", "XDG_DATA_HOME", "XDG_CACHE_HOME"), NOWHERE)
    return subprocess.run(
        [sys.executable, "-B", "-c", CAGE + program],
        cwd=ROOT,
        env={**os.environ, **places},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def pages() -> dict[str, Any]:
    """Return the last page of each session, played in the cage."""
    done = _run(PLAY)
    assert (done.returncode, done.stderr) == (0, "")  # nothing was refused, caught or not
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("quiz", "view", "review"),
        ("test", "level", "not yet"),
        ("practice", "next", "Next question"),
        ("flashcards", "reply", "Good: this card comes back in 2 days."),
        ("guess", "is_final", True),
        ("progress", "notices", []),
    ],
)
def test_a_session_runs_without_widgets_disk_or_threads(
    name: str, key: str, value: object, pages: dict[str, Any]
) -> None:
    assert pages[name][key] == value


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("import anywidget", "ModuleNotFoundError"),
        ("from IPython.core.getipython import get_ipython", "ModuleNotFoundError"),
        ("import lessons_lib.classroom.widgets.page", "ModuleNotFoundError"),
        ("open(os.devnull, 'a')", "the disk is read-only"),
        ("os.mkdir(os.devnull)", "the disk is read-only"),
        ("import tempfile; tempfile.mkstemp()", "No usable temporary directory"),
        ("import threading; threading.Thread().start()", "can't start new thread"),
    ],
)
def test_what_such_a_place_lacks_is_refused(line: str, error: str) -> None:
    assert error in _run(line).stderr
