"""Kernels that are killed in the middle of answering."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.record.event import new_event
from lessons_lib.record.log import JsonlEventLog

KILLS = 50
LEARNER = """
import sys
from pathlib import Path
from lessons_lib.record.event import new_event
from lessons_lib.record.log import JsonlEventLog
log = JsonlEventLog(Path(sys.argv[1]))
number = 0
while True:
    name = f"{sys.argv[2]}-{number}"
    log.append(new_event("answer", name, {"letters": ["A"], "note": "x" * (number % 5000)}))
    print(name, flush=True)
    number += 1
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill like that")
def test_fifty_killed_kernels_lose_no_acknowledged_answer(tmp_path: Path) -> None:
    rng = random.Random(5)
    acknowledged: list[str] = []
    for session in range(KILLS):
        command = [sys.executable, "-c", LEARNER, str(tmp_path / "record"), str(session)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as learner:
            if learner.stdout is None:
                pytest.fail("the learner has no output")
            for _ in range(rng.randrange(1, 60)):
                acknowledged.append(learner.stdout.readline().strip())
            learner.send_signal(signal.SIGKILL)
            # What was printed before the kill arrived was acknowledged too.
            acknowledged += learner.stdout.read().split("\n")[:-1]
        found = {one.subject for one in JsonlEventLog(tmp_path / "record").events()}
        assert set(acknowledged) <= found
    assert len(acknowledged) >= KILLS


@pytest.mark.parametrize("kept", range(0, 170, 7))
def test_a_kill_at_any_byte_of_a_write_hurts_neither_the_past_nor_the_future(
    tmp_path: Path, kept: int
) -> None:
    log = JsonlEventLog(tmp_path)
    log.append(new_event("answer", "acknowledged"))
    log.append(new_event("answer", "interrupted"))
    (path,) = tmp_path.iterdir()
    first, second, _ = path.read_bytes().split(b"\n")
    path.write_bytes(first + b"\n" + second[:kept])
    later = JsonlEventLog(tmp_path)
    later.append(new_event("answer", "later"))
    found = [one.subject for one in later.events()]
    assert later.notices() == []
    assert found in (["acknowledged", "later"], ["acknowledged", "interrupted", "later"])
