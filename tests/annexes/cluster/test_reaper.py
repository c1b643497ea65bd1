"""The end of a local cluster: what uses its folder ends, and who waits for that does not."""

import subprocess
import sys
from pathlib import Path

LEARNER = """
import subprocess, sys
from lessons_lib.annexes.cluster.reaper import reaped
sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
of_cluster = subprocess.Popen([*sleeping, sys.argv[1]])
other = subprocess.Popen(sleeping)
with reaped(sys.argv[1]):
    assert of_cluster.poll() is None
of_cluster.wait()
assert other.poll() is None
other.kill()
"""


def test_all_processes_of_a_folder_end_except_the_one_that_started_them(tmp_path: Path) -> None:
    folder = tmp_path / "cluster"
    folder.mkdir()
    subprocess.run([sys.executable, "-c", LEARNER, folder], check=True, timeout=600)
    assert not folder.exists()
