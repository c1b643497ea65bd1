"""End all processes of a local Ray cluster, even if the process that started it was killed.

Ray ends most of its processes then, but some of them only after a minute. So this module also runs
as a process of its own, which waits until its standard input closes: that happens however the other
process ends.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil


@contextmanager
def reaped(folder: str) -> Iterator[None]:
    """End all processes of the cluster in a folder at the end of the block, and remove the folder.

    Parameters
    ----------
    folder : str
        The private folder of the cluster, where each of its processes keeps files open.
    """
    reaper = subprocess.Popen(
        [sys.executable, __file__],  # it imports nothing of the lessons
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert reaper.stdin is not None
    reaper.stdin.write(folder)
    reaper.stdin.flush()
    try:
        yield
    finally:
        reaper.communicate()


def end_processes(folder: str) -> None:
    """Kill all processes that use a folder, except this one and its parent."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            names = [*process.cmdline(), *(file.path for file in process.open_files())]
            is_spared = process.pid in (os.getpid(), os.getppid())
            if not is_spared and any(folder in name for name in names):
                process.kill()


if __name__ == "__main__":
    folder = sys.stdin.read()
    end_processes(folder)
    shutil.rmtree(folder, ignore_errors=True)
