"""What this machine has to offer: memory, cores and disk, within the limits that are set on it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

MEGABYTE = 1_000_000
MEMINFO = Path("/proc/meminfo")
CGROUPS = Path("/sys/fs/cgroup")
# Where cgroup v1 and v2 keep limit and use; inactive file cache in use is given back when needed.
CGROUP_FILES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def free_memory(environment: Mapping[str, str] = os.environ) -> tuple[int, str] | None:
    """Return how many bytes can still be used, and what sets that bound; None if unknown."""
    bounds = list(system_memory())
    lefts = (left_in_group(group) for group in _cgroup_folders())
    bounds += [(left, "left in this container") for left in lefts if left is not None]
    if limit := _number(environment.get("MEM_LIMIT")):
        bounds.append((int(limit), "allowed by MEM_LIMIT"))
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
    """Return how many cores may be used; `CPU_LIMIT`, as hubs set it, may be a fraction."""
    usable = float(_usable_cores())
    limit = _number(environment.get("CPU_LIMIT"))
    return min(usable, limit) if limit else usable


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


def free_disk(folder: Path) -> int:
    """Return how many bytes are free where a folder is, or would be made."""
    return shutil.disk_usage(nearest_existing(folder)).free


def nearest_existing(path: Path) -> Path:
    """Return the path itself, or the first of its parents that exists."""
    return next(one for one in (path, *path.absolute().parents) if one.exists())


def _usable_cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cgroup_folders() -> Iterator[Path]:
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, own = line.split(":", maxsplit=2)
        if controllers in ("", "memory"):
            top = CGROUPS / controllers
            group = top / own.lstrip("/")
            yield from (one for one in (group, *group.parents) if one.is_relative_to(top))


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


def _number(text: str | None) -> float | None:
    """Return a positive number, or None for what is none: a limit we cannot read is no limit."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if number > 0 else None
