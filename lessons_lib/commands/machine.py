"""What room this machine's disk has to offer; memory and cores are in `timing.limits`."""

from __future__ import annotations

import shutil
from pathlib import Path


def free_disk(folder: Path) -> int:
    """Return how many bytes are free where a folder is, or would be made."""
    return shutil.disk_usage(nearest_existing(folder)).free


def nearest_existing(path: Path) -> Path:
    """Return the path itself, or the first of its parents that exists."""
    return next(one for one in (path, *path.absolute().parents) if one.exists())
