"""Memory and cores that may be used here, and the sentence about them for under a figure."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from lessons_lib.timing.cgroups import (
    cores_of_group,
    left_in_group,
    limit_of_group,
    own_groups,
    positive_number,
)

MEGABYTE = 1_000_000
MEMINFO = Path("/proc/meminfo")
CPUINFO = Path("/proc/cpuinfo")


def free_memory(environment: Mapping[str, str] = os.environ) -> tuple[int, str] | None:
    """Return how many bytes can still be used, and what sets that bound; None if unknown."""
    bounds = list(system_memory())
    lefts = (left_in_group(group) for group in own_groups("memory"))
    bounds += [(left, "left in this container") for left in lefts if left is not None]
    if limit := positive_number(environment.get("MEM_LIMIT")):
        bounds.append((int(limit), "allowed by MEM_LIMIT"))
    return min(bounds, default=None)


def memory_limit(environment: Mapping[str, str] = os.environ) -> tuple[int, str] | None:
    """Return the smallest limit on memory in bytes, and what sets it; None if there is none."""
    limits = (limit_of_group(group) for group in own_groups("memory"))
    bounds = [(limit, "container") for limit in limits if limit is not None]
    if limit := positive_number(environment.get("MEM_LIMIT")):
        bounds.append((int(limit), "MEM_LIMIT"))
    return min(bounds, default=None)


def system_memory(meminfo: Path = MEMINFO) -> Iterator[tuple[int, str]]:
    """Yield how many bytes the system has to give, and whether that is what is free or all."""
    if sys.platform == "win32":
        yield _windows_memory(), "free on this machine"
        return
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
        figures = dict(line.split(":", maxsplit=1) for line in lines)
        yield int(figures["MemAvailable"].split()[0]) * 1024, "free on this machine"
    except (OSError, KeyError, ValueError):
        # macOS gives up its caches when asked: all memory counts, but for what others hold.
        try:
            size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError):
            return
        yield size, "in this machine, of which other programs hold a part"


def cores(environment: Mapping[str, str] = os.environ) -> float:
    """Return how many cores may be used; `CPU_LIMIT` or a container may allow a fraction."""
    found = cores_limit(environment)
    return min(float(usable_cores()), found[0]) if found else float(usable_cores())


def cores_limit(environment: Mapping[str, str] = os.environ) -> tuple[float, str] | None:
    """Return the smallest limit on cores, and what sets it; None if there is none."""
    quotas = (cores_of_group(group) for group in own_groups("cpu"))
    bounds = [(quota, "container") for quota in quotas if quota is not None]
    if limit := positive_number(environment.get("CPU_LIMIT")):
        bounds.append((limit, "CPU_LIMIT"))
    return min(bounds, default=None)


def usable_cores() -> int:
    """Return how many cores this process may run on, whatever share of them it is allowed."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def machine_line(
    *,
    threads: int | None = None,
    n: int | None = None,
    warmup: int | None = None,
    rounds: int | None = None,
    environment: Mapping[str, str] = os.environ,
    cpuinfo: Path = CPUINFO,
) -> str:
    """Return a sentence that says where a figure was measured, and how.

    Parameters
    ----------
    threads : int, optional
        How many threads the model may use; without it torch is asked, if it is loaded.
    n, warmup, rounds : int, optional
        How many calls were measured, how many were made before, and how often all was repeated.
    environment, cpuinfo : mapping, path
        Where the limits of a hub and the processor's name are found.

    Examples
    --------
    Measured here: x86_64, 2 cores, 1 thread, memory limit 512 MB (MEM_LIMIT), n = 1,000 after 5
    warm-up calls.
    """
    torch = sys.modules.get("torch")
    if threads is None and torch is not None:
        threads = int(torch.get_num_threads())
    parts = [
        processor_name(cpuinfo),
        _counted(usable_cores(), "core"),
        *([] if threads is None else [_counted(threads, "thread")]),
        *_limits(environment),
        *_calls(n, warmup, rounds),
    ]
    return f"Measured here: {', '.join(parts)}."


def processor_name(cpuinfo: Path = CPUINFO) -> str:
    """Return the processor's name if the system tells it, else the kind of machine."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    fields = (line.partition(":") for line in lines)
    names = (" ".join(value.split()) for name, _, value in fields if name.strip() == "model name")
    machine = platform.machine() or "unknown machine"
    name = next(names, "") or platform.processor()
    return machine if name.lower() in ("", "unknown", machine.lower()) else f"{name} ({machine})"


def _limits(environment: Mapping[str, str]) -> Iterator[str]:
    if found := cores_limit(environment):
        limit, setter = found
        yield f"CPU limit {_counted(limit, 'core')} ({setter})"
    if bound := memory_limit(environment):
        size, setter = bound
        yield f"memory limit {size / MEGABYTE:,.0f} MB ({setter})"
    else:
        yield "no memory limit"


def _calls(n: int | None, warmup: int | None, rounds: int | None) -> Iterator[str]:
    if n is not None:
        after = "" if warmup is None else f" after {_counted(warmup, 'warm-up call')}"
        yield f"n = {n:,}{after}"
    if rounds is not None:
        yield _counted(rounds, "round")


def _counted(number: float, noun: str) -> str:
    return f"{number:,g} {noun}{'' if number == 1 else 's'}"


def _windows_memory() -> int:
    if sys.platform != "win32":
        raise OSError("only Windows has GlobalMemoryStatusEx")
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "free", "a", "b", "c", "d", "e")),
        ]

    status = Status(length=ctypes.sizeof(Status))
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.free)
