"""Where a learner's record lies, and how it is set aside."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from pathlib import Path

import platformdirs

DATA_VARIABLE = "LESSONS_DATA_DIR"
RECORD_NAME = "record"


def record_folder() -> Path:
    """Return the folder of the learner's record, whether it is there or not.

    Raises
    ------
    FileNotFoundError
        If `LESSONS_DATA_DIR` starts with `~` and a user that this machine does not know.

    Notes
    -----
    `record` in `LESSONS_DATA_DIR` if that is set, else in the user's data folder: outside the
    lessons, so that an update of theirs never touches it.
    """
    by_hand = os.environ.get(DATA_VARIABLE)
    if by_hand:
        try:
            return Path(by_hand).expanduser() / RECORD_NAME
        except RuntimeError:
            raise FileNotFoundError(
                f"{DATA_VARIABLE}={by_hand}: no such home folder. Write the whole path."
            ) from None
    return platformdirs.user_data_path("lessons-lib", appauthor=False) / RECORD_NAME


def learner_id() -> str:
    """Return what stays the same for a learner on this machine or hub; chooses their variants."""
    if user := os.environ.get("JUPYTERHUB_USER"):
        return user
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        return "learner"


def set_aside(folder: Path, now: datetime) -> Path | None:
    """Move a record out of the way, so that a new one starts; nothing is deleted.

    Returns
    -------
    Path or None
        Where it went, `record.backup-<time>` beside it; None if there was no record.

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
