"""Locate a learner's record, and set it aside."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from pathlib import Path

import platformdirs

DATA_VARIABLE = "LESSONS_DATA_DIR"
RECORD_NAME = "record"


def record_folder() -> Path:
    """Return the folder of the learner's record, whether or not it exists.

    Raises
    ------
    FileNotFoundError
        If `LESSONS_DATA_DIR` starts with `~` and an unknown user.

    Notes
    -----
    `record` in `LESSONS_DATA_DIR` if that is set, else in the user's data folder: outside the
    lessons, so that updating them never touches it.
    """
    if configured := os.environ.get(DATA_VARIABLE):
        try:
            return Path(configured).expanduser() / RECORD_NAME
        except RuntimeError:
            raise FileNotFoundError(
                f"{DATA_VARIABLE}={configured}: no such home folder. Write the whole path."
            ) from None
    return platformdirs.user_data_path("lessons-lib", appauthor=False) / RECORD_NAME


def learner_id() -> str:
    """Return a stable identifier of the learner on this machine or hub; it selects variants."""
    if user := os.environ.get("JUPYTERHUB_USER"):
        return user
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        return "learner"


def set_aside(folder: Path, now: datetime) -> Path | None:
    """Rename a record so that a new one starts; nothing is deleted.

    Returns
    -------
    Path or None
        The new path, `record.backup-<time>` next to the old one; None if there was no record.

    Raises
    ------
    OSError
        If the folder cannot be moved.
    """
    if not folder.exists():
        return None
    stamp = f"{folder.name}.backup-{now:%Y%m%dT%H%M%SZ}"
    names = (stamp, *(f"{stamp}-{number}" for number in range(2, 1000)))
    backup = next(path for name in names if not (path := folder.with_name(name)).exists())
    return folder.rename(backup)
