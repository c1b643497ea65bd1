"""Locate a learner's record, and set it aside."""

import errno
import getpass
import os
from datetime import datetime
from pathlib import Path

DATA_VARIABLE = "LESSONS_DATA_DIR"
RECORD_NAME = "record"
EXPORTED_RECORD = "record.jsonl"


def record_folder() -> Path:
    """Return the folder of the learner's record, whether or not it exists.

    Notes
    -----
    `record` in `LESSONS_DATA_DIR` if that is set, else in the user's data folder: outside the
    lessons, so that updating them never touches it.

    Raises
    ------
    FileNotFoundError
        If `LESSONS_DATA_DIR` names the home of a user that does not exist.
    """
    if configured := os.environ.get(DATA_VARIABLE):
        try:
            return Path(configured).expanduser() / RECORD_NAME
        except RuntimeError:
            problem = f"{DATA_VARIABLE} names a user who has no home folder"
            raise FileNotFoundError(errno.ENOENT, problem, configured) from None
    import platformdirs  # which a web page has no use for

    return platformdirs.user_data_path("lessons-lib", appauthor=False) / RECORD_NAME


def learner_id() -> str:
    """Return a stable identifier of the learner on this machine or hub; it selects variants."""
    if user := os.environ.get("JUPYTERHUB_USER"):
        return user
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        return "learner"


def set_aside(folder: Path, now: datetime) -> Path:
    """Rename a record so that a new one starts; nothing is deleted.

    Returns
    -------
    Path
        The new path, `record.backup-<time>` next to the old one.

    Raises
    ------
    OSError
        If the folder does not exist or cannot be moved.
    """
    return folder.rename(folder.with_name(f"{folder.name}.backup-{now:%Y%m%dT%H%M%S.%fZ}"))
