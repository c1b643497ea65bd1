"""Sessions run where there is only Python: no widgets, no numbers, no disk to write on, no threads.

A page in a browser has no more than that. The `CAGE` takes the rest away from an interpreter before
it imports anything of ours.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

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


def test_sessions_run_without_widgets_disk_or_threads() -> None:
    places = dict.fromkeys(("HOME", "LESSONS_DATA_DIR", "XDG_DATA_HOME", "XDG_CACHE_HOME"), NOWHERE)
    done = subprocess.run(
        [sys.executable, "-B", "-c", CAGE + PLAY],
        cwd=ROOT,
        env={**os.environ, **places},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")  # nothing was refused, caught or not
    pages = json.loads(done.stdout)
    assert (pages["quiz"]["view"], pages["practice"]["view"]) == ("review", "question")
    assert pages["test"]["level"] == "not yet"
    assert pages["flashcards"]["reply"] == "Good: this card comes back in 2 days."
    assert pages["guess"]["you"]
    assert (pages["exercise"]["hints_left"], pages["exercises"]["next"]) == (1, 0)
    assert pages["progress"]["notices"] == []
