"""Find the learners' homes or exports, and read the record in each.

Their owners may have planted links, pipes or endless files. The record's folder is therefore
opened step by step without following links, and its files relative to it, so that changes made in
the meantime cannot lead to another learner's record.
"""

import errno
import io
import os
import stat
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, TypeAlias

from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.folder import EXPORTED_RECORD, RECORD_NAME
from lessons_lib.classroom.record.reader import LARGEST_RECORD, FolderReader
from lessons_lib.console import CommandError

# Folders among the homes that belong to nobody.
NOBODY = {"lost+found"}
# Where platformdirs stores a user's data on Linux, relative to the home.
DEFAULT_DATA = PurePosixPath(".local/share/lessons-lib")
LONGEST_SHOWN = 300

_CAN_STEP = os.open in os.supports_dir_fd
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK

Status: TypeAlias = Literal["read", "in part", "no record", "unreadable"]


@dataclass(frozen=True, slots=True)
class HomeRecord:
    """A learner's events, the file and line of each, and one sentence per problem."""

    status: Status
    events: list[Event] = field(default_factory=list)
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def list_homes(folder: Path, *, leave_out: Collection[str] = ()) -> list[Path]:
    """Return the homes and exports in a folder, sorted by name.

    Parameters
    ----------
    folder : Path
        Contains one home, `NAME.jsonl`, or folder with `.jsonl` files per learner. Other files,
        names that start with a dot, and `lost+found` are ignored.
    leave_out : collection of str
        Names of folders and files that do not belong to learners.

    Raises
    ------
    CommandError
        If the folder is missing, cannot be read or contains neither.
    """
    rule = "HOMES must be a folder with one folder, or one file NAME.jsonl, per learner"
    try:
        paths = sorted(
            one
            for one in folder.iterdir()
            if one.suffix == ".jsonl" or one.is_dir() or one.is_symlink()
        )
    except OSError as error:
        raise CommandError(f"{rule}; {folder} cannot be read ({error.strerror}).") from None
    paths = [one for one in paths if not one.name.startswith(".") and one.name not in NOBODY]
    missing = sorted(set(leave_out) - {one.name for one in paths})
    if missing:
        raise CommandError(
            f"Nothing in {folder} is named {', '.join(missing)}: nothing was collected."
        )
    homes = [one for one in paths if one.name not in leave_out]
    if not homes:
        raise CommandError(f"{rule}; {folder} contains neither.")
    return homes


def read_home(home: Path, data: PurePosixPath = DEFAULT_DATA) -> HomeRecord:
    """Return the record in a home or an export; problems are reported in it, never raised.

    Parameters
    ----------
    home : Path
        As returned by `list_homes`. In a home that has both, an export is ignored. The files of a
        folder without folders, as a learning platform hands them out, are one record.
    data : PurePosixPath
        The library's data folder, relative to the home.
    """
    try:
        if home.is_symlink():
            raise OSError(errno.ELOOP, "it must be a folder or a file, but is a link")
        top, inner, only = _place(home, data / RECORD_NAME)
        with closing(_RecordFolder(top, inner)) as folder:
            reader = FolderReader(folder.path, only=only, opened=folder.open)
            reader.refresh()
    except FileNotFoundError:
        return HomeRecord("no record")
    except OSError as error:
        problem = f"the record cannot be read: {error.strerror or type(error).__name__}; skipped."
        return HomeRecord("unreadable", problems=[problem])
    problems = [printable(one) for one in sorted(reader.problems())]
    status: Status = "in part" if reader.losses() else "read"
    if not inner.parts and problems and not reader.events():  # unknown is not zero
        status = "unreadable"
    return HomeRecord(status, reader.events(), reader.places(), problems)


def _place(home: Path, record: PurePosixPath) -> tuple[Path, PurePosixPath, str]:
    """Return a folder, the one in it that has the record, and the only file to read or ""."""
    if home.suffix == ".jsonl" and not home.is_dir():
        return home.parent, PurePosixPath(), home.name
    if not os.path.lexists(home / record):
        with os.scandir(home) as entries:
            is_folder = {one.name: one.is_dir() for one in entries}
        if not any(is_folder.values()) and any(name.endswith(".jsonl") for name in is_folder):
            return home, PurePosixPath(), ""  # handed in, perhaps several times
        if EXPORTED_RECORD in is_folder:
            return home, PurePosixPath(), EXPORTED_RECORD
    return home, record, ""


class _RecordFolder:
    """A record's open folder. Its files can be read once, up to `LARGEST_RECORD` bytes in total.

    Parameters
    ----------
    top : Path
        The home, or the folder of exports.
    inner : PurePosixPath
        The record's folder, relative to it.

    Raises
    ------
    OSError
        If there is no record, if it cannot be read, or if its path leads out of the home.
    """

    def __init__(self, top: Path, inner: PurePosixPath) -> None:
        top = Path(os.path.realpath(top))
        self.path = Path(os.path.realpath(top / inner, strict=True))
        if not self.path.is_relative_to(top):
            raise OSError(errno.ELOOP, "its path leads out of the home through a link")
        self._descriptor = None
        if _CAN_STEP:
            self._descriptor = _descended(top, self.path.relative_to(top).parts)
        self._left = LARGEST_RECORD

    def close(self) -> None:
        """Close the folder."""
        if self._descriptor is not None:
            os.close(self._descriptor)

    def open(self, path: Path) -> BinaryIO:
        """Return the content of a file in this folder; raise `OSError` if it cannot be read."""
        name = path if self._descriptor is None else path.name
        try:
            descriptor = os.open(name, os.O_RDONLY | _NO_LINK, dir_fd=self._descriptor)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK):
                raise OSError(error.errno, "a link") from None
            raise
        with open(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise OSError(errno.ENODEV, "not a file")
            content = b"" if about.st_size > self._left else file.read(self._left + 1)
        if max(about.st_size, len(content)) > self._left:
            limit = f"{LARGEST_RECORD // 1_000_000} MB"
            raise OSError(errno.EFBIG, f"it would make the record larger than {limit}")
        self._left -= len(content)
        return io.BytesIO(content)


def _descended(top: Path, parts: tuple[str, ...]) -> int:
    """Open the folder at the end of a path step by step, without following links."""
    descriptor = os.open(top, _FOLDER)
    for part in parts:
        try:
            inner = os.open(part, _FOLDER, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = inner
    return descriptor


def printable(text: str) -> str:
    """Return a text on one line, escaping unprintable characters and bytes that are not UTF-8."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    shown = "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text
    )
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
