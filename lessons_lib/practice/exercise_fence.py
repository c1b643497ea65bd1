"""In the child process: limits that the system offers, and things that no exercise does."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any

MOST_WRITTEN = 20_000_000
NO_PROGRAMS = "An exercise starts no other programs and ends none."
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
    "subprocess.Popen",
)


def forbid(event: str, _: object) -> None:
    """Refuse what an exercise has no use for; an audit hook, so it stays once it is set."""
    if event in FORBIDDEN:
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
