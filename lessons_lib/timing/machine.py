"""The limits that a container sets: control groups, version 2 and 1, as Linux shows them."""

from __future__ import annotations

import math
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
# Where cgroup v2 and v1 keep limit and use; inactive file cache in use is given back when needed.
CGROUP_FILES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)
NO_LIMIT = 1 << 60  # cgroup v1 writes a number about this large for "none"


def own_groups(controller: str) -> Iterator[Path]:
    """Yield the groups that this process is in for a controller, and the groups around them."""
    try:
        lines = OWN_GROUPS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, own = line.split(":", maxsplit=2)
        if not controllers or controller in controllers.split(","):
            top = CGROUPS / controllers
            group = top / own.lstrip("/")
            yield from (one for one in (group, *group.parents) if one.is_relative_to(top))


def left_in_group(group: Path) -> int | None:
    """Return how many bytes a control group may still use; None if nothing limits it."""
    for limit_name, use_name, cache_name in CGROUP_FILES:
        try:
            limit = int((group / limit_name).read_text(encoding="ascii"))
            use = int((group / use_name).read_text(encoding="ascii"))
            stat = (group / "memory.stat").read_text(encoding="ascii").split()
            cache = int(stat[stat.index(cache_name) + 1])
        except (OSError, ValueError, IndexError):
            continue
        return max(limit - use + cache, 0)
    return None


def limit_of_group(group: Path) -> int | None:
    """Return how many bytes a control group may use in all; None if nothing limits it."""
    for limit_name, _, _ in CGROUP_FILES:
        limit = _first_number(group / limit_name)
        if limit is not None and limit < NO_LIMIT:
            return int(limit)
    return None


def cores_of_group(group: Path) -> float | None:
    """Return how many cores a control group may keep busy; None if nothing limits it."""
    try:
        quota, period = (group / "cpu.max").read_text(encoding="ascii").split()
        return float(quota) / float(period)
    except (OSError, ValueError, ZeroDivisionError):
        allowed = _first_number(group / "cpu.cfs_quota_us")
        period_us = _first_number(group / "cpu.cfs_period_us")
        return allowed / period_us if allowed and period_us else None


def _first_number(file: Path) -> float | None:
    try:
        return positive_number(file.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return None


def positive_number(text: str | None) -> float | None:
    """Return a positive number, or None for what is none: a limit we cannot read is no limit."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 < number < math.inf else None


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


def room_line(environment: Mapping[str, str] = os.environ) -> str:
    """Return what may be used here, and what sets that bound.

    Examples
    --------
    You may use 1,074 MB of memory (MEM_LIMIT) and 1 core (CPU_LIMIT).
    """
    memory, cpu = memory_limit(environment), cores_limit(environment)
    if memory is not None:
        memory_part = f"{memory[0] / MEGABYTE:,.0f} MB of memory ({memory[1]})"
    elif (free := free_memory(environment)) is not None:
        memory_part = f"{free[0] / MEGABYTE:,.0f} MB of memory ({free[1]})"
    else:
        memory_part = "as much memory as there is"
    count = cpu[0] if cpu is not None else float(usable_cores())
    setter = f" ({cpu[1]})" if cpu is not None else ""
    return f"You may use {memory_part} and {count:g} core{'' if count == 1 else 's'}{setter}."


def heavy_step_line(what: str, needed_mb: int, environment: Mapping[str, str] = os.environ) -> str:
    """Return what a step will take, and what to do if there is less.

    Examples
    --------
    Training takes about 200 MB more; there are 640 MB left in this container.
    """
    said = f"{what} takes about {needed_mb:,} MB more"
    free = free_memory(environment)
    if free is None:
        return f"{said}; this system does not tell how much is left."
    left_mb = free[0] / MEGABYTE
    there_is = f"{left_mb:,.0f} MB {free[1]}"
    if left_mb >= needed_mb:
        return f"{said}; there are {there_is}."
    return (
        f"{said}, but there are only {there_is}. Shut the kernels of other notebooks down first: "
        "menu Kernel, Shut Down All Kernels, then run this notebook again."
    )
