"""The memory and cores available to this process, as numbers and as captions for figures."""

import math
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from lessons_lib.formats import counted

MEGABYTE = 1_000_000
CGROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")
CPUINFO = Path("/proc/cpuinfo")


def free_memory(environment: Mapping[str, str] = os.environ) -> tuple[int, str]:
    """Return how many bytes of memory are still available, and what limits them."""
    bounds = [(int(psutil.virtual_memory().available), "free on this machine")]
    for group in _own_groups():
        if (limit := _number_in(group / "memory.max")) is not None:
            used = _number_in(group / "memory.current") or 0
            bounds.append(
                (max(int(limit - used) + _file_cache(group), 0), "left in this container")
            )
    if limit := _positive_number(environment.get("MEM_LIMIT", "")):
        bounds.append((int(limit), "allowed by MEM_LIMIT"))
    return min(bounds)


def memory_limit(environment: Mapping[str, str] = os.environ) -> tuple[int, str] | None:
    """Return the lowest memory limit in bytes and what sets it, or None if there is no limit."""
    limits = (_number_in(group / "memory.max") for group in _own_groups())
    bounds = [(int(limit), "container") for limit in limits if limit is not None]
    if limit := _positive_number(environment.get("MEM_LIMIT", "")):
        bounds.append((int(limit), "MEM_LIMIT"))
    return min(bounds, default=None)


def cores(environment: Mapping[str, str] = os.environ) -> float:
    """Return how many cores may be used; `CPU_LIMIT` or a container may set a fraction."""
    limit = cores_limit(environment)
    return min(float(usable_cores()), limit[0]) if limit else float(usable_cores())


def cores_limit(environment: Mapping[str, str] = os.environ) -> tuple[float, str] | None:
    """Return the lowest limit on cores and what sets it, or None if there is no limit."""
    bounds = [(limit, "container") for group in _own_groups() if (limit := _core_quota(group))]
    if limit := _positive_number(environment.get("CPU_LIMIT", "")):
        bounds.append((limit, "CPU_LIMIT"))
    return min(bounds, default=None)


def usable_cores() -> int:
    """Return how many cores this process may run on, ignoring CPU quotas."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _own_groups() -> Iterator[Path]:
    """Yield this process's control group (version 2) and its parents."""
    try:
        own = OWN_GROUP.read_text(encoding="utf-8").split("0::", maxsplit=1)[1].split("\n")[0]
    except (OSError, IndexError):
        return
    group = CGROUPS / own.lstrip("/")
    yield from (one for one in (group, *group.parents) if one.is_relative_to(CGROUPS))


def _number_in(file: Path) -> float | None:
    try:
        return _positive_number(file.read_text(encoding="ascii"))
    except OSError:
        return None


def _file_cache(group: Path) -> int:
    """Return how many bytes of file cache the kernel can reclaim when memory is needed."""
    try:
        stat = (group / "memory.stat").read_text(encoding="ascii").split()
        return int(stat[stat.index("inactive_file") + 1])
    except (OSError, ValueError, IndexError):
        return 0


def _core_quota(group: Path) -> float | None:
    try:
        quota, period = (group / "cpu.max").read_text(encoding="ascii").split()
        return float(quota) / float(period)
    except (OSError, ValueError, ZeroDivisionError):  # no such file, or "max"
        return None


def _positive_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < math.inf else None


def machine_line(
    *,
    n: int | None = None,
    warmup: int | None = None,
    rounds: int | None = None,
    environment: Mapping[str, str] = os.environ,
    cpuinfo: Path = CPUINFO,
) -> str:
    """Return a sentence that states where and how a figure was measured.

    Parameters
    ----------
    n, warmup, rounds : int, optional
        How many calls were measured, how many came first as a warm-up, and the number of rounds.
    environment, cpuinfo : mapping, path
        The sources of a hub's limits and of the processor's name.

    Examples
    --------
    Measured here: x86_64, 2 cores, 1 thread, memory limit 512 MB (MEM_LIMIT), n = 1,000 after 5
    warm-up calls.
    """
    torch = sys.modules.get("torch")
    parts = [
        processor_name(cpuinfo),
        counted(usable_cores(), "core"),
        *([counted(torch.get_num_threads(), "thread")] if torch else []),
        *_limits(environment),
        *_calls(n, warmup, rounds),
    ]
    return f"Measured here: {', '.join(parts)}."


def processor_name(cpuinfo: Path = CPUINFO) -> str:
    """Return the processor's name, or the machine type if the name is unknown."""
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
        yield f"CPU limit {counted(limit, 'core')} ({setter})"
    if bound := memory_limit(environment):
        size, setter = bound
        yield f"memory limit {size / MEGABYTE:,.0f} MB ({setter})"
    else:
        yield "no memory limit"


def _calls(n: int | None, warmup: int | None, rounds: int | None) -> Iterator[str]:
    if n is not None:
        after = "" if warmup is None else f" after {counted(warmup, 'warm-up call')}"
        yield f"n = {n:,}{after}"
    if rounds is not None:
        yield counted(rounds, "round")


def room_line(environment: Mapping[str, str] = os.environ) -> str:
    """Return a sentence with the memory and cores that may be used, and what limits them.

    Examples
    --------
    You can use 1,074 MB of memory (MEM_LIMIT) and 1 core (CPU_LIMIT).
    """
    size, setter = memory_limit(environment) or free_memory(environment)
    memory = f"{size / MEGABYTE:,.0f} MB of memory ({setter})"
    cpu = cores_limit(environment)
    count, setter = (cpu[0], f" ({cpu[1]})") if cpu else (usable_cores(), "")
    return f"You can use {memory} and {counted(count, 'core')}{setter}."


def heavy_step_line(what: str, needed_mb: int, environment: Mapping[str, str] = os.environ) -> str:
    """Return a sentence with the memory that a step needs, and advice if there is too little.

    Examples
    --------
    Training needs about 200 MB more memory; you have 640 MB left in this container.
    """
    needs = f"{what} needs about {needed_mb:,} MB more memory"
    free, setter = free_memory(environment)
    left = f"{free / MEGABYTE:,.0f} MB {setter}"
    if free >= needed_mb * MEGABYTE:
        return f"{needs}; you have {left}."
    return (
        f"{needs}, but you have only {left}. First shut down the kernels of other notebooks "
        "(menu Kernel, Shut Down All Kernels), then run this notebook again."
    )
