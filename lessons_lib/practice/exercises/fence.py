"""In the child process: limits that the system offers, and things that no exercise does.

The fence stops accidents: a stray call that ends another process, an import that shows a solution.
It is no sandbox. Code that means to get around it can, as in any Python process; it may do what
the learner's own notebook may do anyway. What keeps a verdict honest is that the parent makes it.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import sys
from pathlib import Path
from typing import Any

LEARNERS_FILE = "<your code>"
MOST_WRITTEN = 20_000_000
NO_PROGRAMS = "An exercise starts no other programs and ends none."
NO_CTYPES = "An exercise stays inside Python: leave ctypes out."
NO_SOLUTIONS = "The solutions are a click away: try first."
FORBIDDEN = (
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.kill",
    "os.killpg",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "signal.pthread_kill",
    "subprocess.Popen",
)
UNTOLD = (("os", "pidfd_open"), ("signal", "pidfd_send_signal"))  # these raise no audit event
AROUND_PYTHON = ("ctypes", "_ctypes", "cffi", "_cffi_backend")
SOLVED = ("lessons_lib.practice.exercises.tasks", "lessons_lib.practice.exercises.catalog")
SOLUTIONS = str(Path(__file__).with_name("tasks")) + os.sep

# Held here, as a learner's code may put other things in their places.
_frame, _import = sys._getframe, builtins.__import__


def raise_fence() -> None:
    """Refuse from now on what no exercise has a use for. The setup must have run already."""
    builtins.__import__ = _guarded_import  # type: ignore[assignment]
    for module, name in UNTOLD:
        if hasattr(importlib.import_module(module), name):
            setattr(importlib.import_module(module), name, _refused)
    sys.addaudithook(forbid)


def forbid(event: str, given: tuple[Any, ...]) -> None:
    """Refuse what an exercise has no use for; an audit hook, so it stays once it is set."""
    if event in FORBIDDEN:
        raise PermissionError(NO_PROGRAMS)
    if event == "import" and f"{given[0]}".startswith(SOLVED):
        raise ImportError(NO_SOLUTIONS)
    if event == "open" and SOLUTIONS in f"{given[0]}":
        raise ImportError(NO_SOLUTIONS)
    if event.startswith("ctypes.") and _caller_of_ctypes() == LEARNERS_FILE:
        raise PermissionError(NO_CTYPES)


def _caller_of_ctypes() -> str:
    """Return the file that called ctypes: NumPy and others may, a learner's code may not."""
    frame = _frame(2)
    while "ctypes" in frame.f_code.co_filename and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code.co_filename


def _guarded_import(name: str, names: Any = None, *more: Any, **others: Any) -> Any:
    """Import, but not for the learner's own code what reaches around Python."""
    asks = names.get("__name__") if names else None
    if asks == "__main__" and name.partition(".")[0] in AROUND_PYTHON:
        raise ImportError(NO_CTYPES)
    return _import(name, names, *more, **others)


def _refused(*_: object) -> None:
    raise PermissionError(NO_PROGRAMS)


def limit(memory: int, seconds: int) -> None:
    """Set what limits the system offers: memory, processor time, size of files."""
    try:
        resource: Any = importlib.import_module("resource")  # not on Windows
    except ImportError:
        return
    for name, most in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", MOST_WRITTEN),
        ("RLIMIT_CORE", 0),
    ):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            what = getattr(resource, name)
            hard = resource.getrlimit(what)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (most, hard))
