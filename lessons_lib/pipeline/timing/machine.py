"""The machine: memory, cores, the clock of a thread, how busy it is, and captions that say so."""

import math
import os
import platform
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, thread_time
from typing import NamedTuple, TypeAlias

import psutil

from lessons_lib.formats import counted, percent

ReadClock: TypeAlias = Callable[[], float]
MEGABYTE = 1_000_000
COARSE_S = 1e-4  # a clock with longer steps cannot time a pass
BUSY_SHARE = 0.2  # with a larger share in the hands of other programs, waits say little
SHORTEST_S = 0.1  # for a share: the system counts in steps of 10 ms
TOGETHER_S = 1.0  # measurements that follow each other this soon belong to one cell
RECENT_S = 10.0  # for a caption: it describes no earlier measurement
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
    return len(_numbers_of_cores())


def _numbers_of_cores() -> Collection[int]:
    if sys.platform == "linux":
        return os.sched_getaffinity(0)
    return range(os.cpu_count() or 1)


def clock_of_thread(clock: ReadClock = thread_time) -> ReadClock:
    """Return the clock that runs only while the calling thread computes, or else the wall clock.

    On Windows, for instance, a thread's clock advances in steps of about 16 ms: too coarse for
    what is measured here.
    """
    began = clock()
    while (now := clock()) == began:
        pass
    return clock if now - began <= COARSE_S else perf_counter


# For what one thread computes. It stops while other programs run, so a busy machine has the figures
# of a quiet one. A call that waits, for a network or another thread, needs `perf_counter`.
thread_clock = clock_of_thread()


class _Usage(NamedTuple):
    """The time, and for how long our cores were idle or computed for us, in seconds."""

    wall_s: float
    free_s: float
    cores: int


def _usage() -> _Usage:
    numbers, each = _numbers_of_cores(), psutil.cpu_times(percpu=True)
    if len(each) > len(numbers):
        each = [each[number] for number in numbers]
    free_s = sum(one.idle + getattr(one, "iowait", 0.0) for one in each)
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        with suppress(psutil.Error):
            free_s += sum(process.cpu_times()[:4])  # user and system, and those of ended children
    return _Usage(perf_counter(), free_s, len(each))


class _Latest:
    """The latest measurement."""

    began = _usage()
    depth = 0  # of blocks in each other
    ended_s = wall_ended_s = 0.0  # of any block, and of one that the wall clock timed
    share: float | None = None  # of the processor that other programs took


@contextmanager
def watched(clock: ReadClock | None = None) -> Iterator[None]:
    """Note, for captions, how much of the processor other programs take inside the block.

    Parameters
    ----------
    clock : callable, optional
        What times the block. With the wall clock, `perf_counter`, the figures count as busy if
        other programs take more than a fifth of the processor.

    Notes
    -----
    Blocks that follow each other within a second count as one.
    """
    if not _Latest.depth and perf_counter() - _Latest.ended_s > TOGETHER_S:
        _Latest.began = _usage()
    _Latest.depth += 1
    try:
        yield
    finally:
        _Latest.depth -= 1
        if clock is perf_counter:
            _Latest.wall_ended_s = perf_counter()
        if not _Latest.depth:
            began, now = _Latest.began, _usage()
            seconds, _Latest.ended_s = now.wall_s - began.wall_s, now.wall_s
            share = 1 - (now.free_s - began.free_s) / (seconds * now.cores)
            _Latest.share = min(max(share, 0.0), 1.0) if seconds >= SHORTEST_S else None


def others_share() -> float | None:
    """Return the share of the processor that other programs took during the latest measurement.

    It is None if nothing was measured yet, or if that took less than a tenth of a second.
    """
    return _Latest.share


def note_others(share: float | None) -> None:
    """Note what `others_share` returned in another process, which measured by the wall clock."""
    _Latest.began, _Latest.share = _usage(), share
    _Latest.ended_s = _Latest.wall_ended_s = perf_counter()


def busy_line(since_s: float = 0.0) -> str:
    """Return a sentence if the latest measurement waited on a busy machine, and "" otherwise.

    Parameters
    ----------
    since_s : float
        By `perf_counter`: a measurement that ended before doesn't count.
    """
    share, waited_s = _Latest.share, _Latest.wall_ended_s
    if share is None or share <= BUSY_SHARE or waited_s < max(since_s, _Latest.began.wall_s):
        return ""
    return (
        f"Busy: other programs took {percent(share)} of the processor meanwhile, so this says "
        "little. Close them if you can, and measure again."
    )


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

    Notes
    -----
    It also reports how much of the processor other programs took during the latest measurement, if
    that has just ended.

    Examples
    --------
    Measured here: x86_64, 2 cores, 1 thread, memory limit 512 MB (MEM_LIMIT), n = 1,000 after 5
    warm-up calls, 3 % of the processor taken by other programs.
    """
    torch = sys.modules.get("torch")
    parts = [
        processor_name(cpuinfo),
        counted(usable_cores(), "core"),
        *([counted(torch.get_num_threads(), "thread")] if torch else []),
        *_limits(environment),
        *_calls(n, warmup, rounds),
        *_others(since_s := perf_counter() - RECENT_S),
    ]
    return f"Measured here: {', '.join(parts)}. {busy_line(since_s)}".strip()


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


def _others(since_s: float) -> Iterator[str]:
    if (share := _Latest.share) is not None and _Latest.ended_s >= since_s:
        yield f"{percent(share)} of the processor taken by other programs"
    if thread_clock is perf_counter:
        yield "by the wall clock, because the clock of a thread is too coarse"


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
    Training needs about 200 MB more memory.
    """
    needs = f"{what} needs about {needed_mb:,} MB more memory"
    free, setter = free_memory(environment)
    if free >= needed_mb * MEGABYTE:
        return f"{needs}."  # stored pages show it, where how much is free says nothing
    return (
        f"{needs}, but you have only {free / MEGABYTE:,.0f} MB {setter}. "
        "First shut down the kernels of other notebooks (menu Kernel, Shut Down All Kernels), "
        "then run this notebook again."
    )
