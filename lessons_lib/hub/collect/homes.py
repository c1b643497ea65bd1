"""Find the learners' homes and read the record in each.

A home's owner may have planted links, pipes or endless files. The record's folder is therefore
opened step by step without following links, and its files relative to it, so that changes made in
the meantime cannot lead to another learner's record.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, TypeAlias

from lessons_lib.record.event import Event
from lessons_lib.record.folder import RECORD_NAME
from lessons_lib.record.reader import FolderReader

# Folders among the homes that belong to nobody.
NOBODY = {"lost+found"}
# Where platformdirs stores a user's data on Linux, relative to the home.
DEFAULT_DATA = PurePosixPath(".local/share/lessons-lib")
LARGEST_RECORD = 10_000_000  # bytes per learner; an answer needs about 300
LONGEST_NAME_SHOWN = 300

_CAN_STEP = os.open in os.supports_dir_fd
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK

Status: TypeAlias = Literal["read", "in part", "no record", "unreadable"]


class CollectError(ValueError):
    """A folder of homes or a table of names is invalid; the message says why."""


class HomeError(Exception):
    """A home's record cannot be read; the message says why, without the learner's name."""


@dataclass(frozen=True, slots=True)
class Home:
    """One learner's home; `fault` says why it cannot be read, if so."""

    directory: str
    path: Path
    fault: str = ""


@dataclass(frozen=True, slots=True)
class HomeRecord:
    """The events of a home, the file and line of each, and one sentence per problem."""

    status: Status
    events: list[Event] = field(default_factory=list)
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def list_homes(folder: Path, *, leave_out: Collection[str] = ()) -> list[Home]:
    """Return the homes in a folder, sorted by name.

    Parameters
    ----------
    folder : Path
        Contains one folder per learner. Files, names that start with a dot, and `lost+found` are
        ignored.
    leave_out : collection of str
        Names of folders that do not belong to learners.

    Raises
    ------
    CollectError
        If the folder is missing, cannot be read or contains no home.
    """
    rule = "HOMES must be a folder with one folder per learner"
    try:
        paths = sorted(one for one in folder.iterdir() if one.is_dir() or one.is_symlink())
    except OSError as error:
        raise CollectError(f"{rule}; {folder} cannot be read ({error.strerror}).") from None
    paths = [one for one in paths if not one.name.startswith(".") and one.name not in NOBODY]
    missing = sorted(set(leave_out) - {one.name for one in paths})
    if missing:
        raise CollectError(
            f"No folder in {folder} is named {', '.join(missing)}: nothing was collected."
        )
    homes = [_home(one) for one in paths if one.name not in leave_out]
    if not homes:
        raise CollectError(f"{rule}; {folder} contains no folder of a learner.")
    return homes


def read_home(home: Home, data: PurePosixPath = DEFAULT_DATA) -> HomeRecord:
    """Return the record in a home; problems are reported in it, never raised.

    Parameters
    ----------
    home : Home
        As returned by `list_homes`.
    data : PurePosixPath
        The library's data folder, relative to the home.
    """
    if home.fault:
        return HomeRecord("unreadable", problems=[f"the home {home.fault}; skipped."])
    try:
        with record_in(home.path, data) as folder:
            if folder is None:
                return HomeRecord("no record")
            reader = FolderReader(folder.path, opened=folder.open)
            reader.refresh()
    except HomeError as error:
        return HomeRecord("unreadable", problems=[f"{error}; skipped."])
    links = {f"{name} cannot be read (a link); skipped." for name in folder.links}
    problems = [printable(_as_text(one)) for one in sorted(links | set(reader.problems()))]
    status: Status = "in part" if links or reader.losses() else "read"
    return HomeRecord(status, reader.events(), reader.places(), problems)


class RecordFolder:
    """A record's open folder. Its files can be read once, up to `LARGEST_RECORD` bytes in total.

    `links` lists the symbolic links in it, which are not followed.
    """

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.path = path
        with os.scandir(path) as files:
            links = [one.name for one in files if one.is_symlink()]
        self.links = [one for one in links if one.endswith(".jsonl")]
        self._descriptor = descriptor
        self._left = LARGEST_RECORD

    def open(self, path: Path) -> BinaryIO:
        """Return the content of a file in this folder; raise `OSError` if it cannot be read."""
        try:
            content = self._content(path.name)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK):
                raise OSError(errno.ELOOP, "a link") from None
            raise
        self._left -= len(content)
        return io.BytesIO(content)

    def _content(self, name: str) -> bytes:
        flags = os.O_RDONLY | _NO_LINK
        if self._descriptor is None:
            if (self.path / name).is_symlink():
                raise OSError(errno.ELOOP, "a link")
            descriptor = os.open(self.path / name, flags)
        else:
            descriptor = os.open(name, flags, dir_fd=self._descriptor)
        with open(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise OSError(errno.ENODEV, "not a file")
            content = b"" if about.st_size > self._left else file.read(self._left + 1)
        if max(about.st_size, len(content)) > self._left:
            limit = f"{LARGEST_RECORD // 1_000_000} MB"
            raise OSError(errno.EFBIG, f"with it the record is larger than {limit}")
        return content


@contextmanager
def record_in(home: Path, data: PurePosixPath = DEFAULT_DATA) -> Iterator[RecordFolder | None]:
    """Open the record of a home; yield None if there is none.

    Parameters
    ----------
    home : Path
        A folder, not a link to one.
    data : PurePosixPath
        The library's data folder, relative to the home.

    Raises
    ------
    HomeError
        If the path to the record leads out of the home or ends at a file, or if the record cannot
        be read.
    """
    top, path = _resolved(home), _resolved(home / data / RECORD_NAME)
    if not path.is_relative_to(top):
        raise HomeError("a link leads out of the home to the record")
    descriptor = None
    try:
        try:
            descriptor = _descended(top, path.relative_to(top).parts) if _CAN_STEP else None
            folder = RecordFolder(path, descriptor) if path.is_dir() else None
        except FileNotFoundError:
            folder = None
        except OSError as error:
            raise HomeError(_reason(error)) from None
        yield folder
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _resolved(path: Path) -> Path:
    """Return a path with links resolved; a link can disappear in the meantime."""
    try:
        return Path(os.path.realpath(path))
    except OSError as error:
        raise HomeError(_reason(error)) from None


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


def _reason(error: OSError) -> str:
    if isinstance(error, NotADirectoryError):
        return "the record must be in a folder, but there is a file or a link"
    return f"the record cannot be read: {error.strerror or type(error).__name__}"


def printable(text: str) -> str:
    """Return a text on one line, escaping unprintable and direction-changing characters."""
    shown = "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text
    )
    return shown if len(shown) <= LONGEST_NAME_SHOWN else f"{shown[:LONGEST_NAME_SHOWN]}…"


def printable_name(name: str) -> str:
    """Return a file name, escaping bytes that are not UTF-8."""
    return printable(_as_text(name))


def _as_text(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _home(path: Path) -> Home:
    is_link = path.is_symlink()
    fault = "is a link, but must be a folder named after its learner" if is_link else ""
    return Home(printable_name(path.name), path, fault)
