"""The limits that a container sets: control groups, version 2 and 1, as Linux shows them."""

from __future__ import annotations

import math
from collections.abc import Iterator
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
