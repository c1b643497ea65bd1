"""Which homes there are: one folder for each learner, whose name is who the learner is."""

from __future__ import annotations

import stat
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from lessons_lib.hub.printable import printable_name

# What lies among homes on every server and belongs to nobody.
NOBODY = {"lost+found"}


class HomesError(ValueError):
    """There are no homes to be read where they were said to be."""


@dataclass(frozen=True, slots=True)
class Home:
    """One learner's home; `fault` says why it is not looked into."""

    directory: str
    path: Path
    fault: str = ""


def list_homes(folder: Path, *, leave_out: Collection[str] = ()) -> list[Home]:
    """Return the homes in a folder, in the order of their names.

    Parameters
    ----------
    folder : Path
        Holds one folder for each learner. Files in it, names that start with a dot and
        `lost+found` are no homes.
    leave_out : collection of str
        Names of folders that are no learners'.

    Raises
    ------
    HomesError
        If the folder is missing, is a file, cannot be read or holds no home.
    """
    rule = "HOMES is a folder with one folder for each learner"
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        raise HomesError(f"{rule}; there is no {folder}.") from None
    except NotADirectoryError:
        raise HomesError(f"{rule}; {folder} is a file.") from None
    except OSError as error:
        raise HomesError(f"{rule}; {folder} cannot be read ({error.strerror}).") from None
    homes = [_home(path) for path in paths if not _is_nobody(path.name) and _may_be_home(path)]
    missing = sorted(set(leave_out) - {one.path.name for one in homes})
    if missing:
        raise HomesError(f"No folder of {folder} is called {', '.join(missing)}: nothing was done.")
    homes = [one for one in homes if one.path.name not in leave_out]
    if not homes:
        raise HomesError(f"{rule}; {folder} holds no folder to look into.")
    return homes


def _is_nobody(name: str) -> bool:
    return name.startswith(".") or name in NOBODY


def _may_be_home(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return True  # whatever is wrong with it is told when it is opened
    return stat.S_ISDIR(mode) or stat.S_ISLNK(mode)


def _home(path: Path) -> Home:
    is_link = path.is_symlink()
    fault = "is a link, and a learner is told by the folder's own name" if is_link else ""
    return Home(printable_name(path.name), path, fault)
