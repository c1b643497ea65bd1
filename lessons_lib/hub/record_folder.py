"""Open the record in a home that its owner may have prepared: links, pipes, endless files.

The folder is opened step by step without following links, and its files relative to it, so that
nothing that is changed meanwhile leads to another learner's record.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from lessons_lib.record.folder import RECORD_NAME

# Where platformdirs puts a user's data on Linux, seen from the home.
DEFAULT_DATA = PurePosixPath(".local/share/lessons-lib")
LARGEST_RECORD = 10_000_000  # bytes of one learner; an answer takes about 300
MOST_FILES = 5_000  # one for each kernel that wrote

_CAN_STEP = os.open in os.supports_dir_fd
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK


class HomeError(Exception):
    """A home's record cannot be read; the message says why, without the learner's name."""


class RecordFolder:
    """A record's folder, held open. Its files may be read once, up to `LARGEST_RECORD` in all.

    `links` are those of its names that lead elsewhere; they are not followed.
    """

    def __init__(self, path: Path, descriptor: int | None, links: list[str]) -> None:
        self.path = path
        self.links = links
        self._descriptor = descriptor
        self._left = LARGEST_RECORD

    def open(self, path: Path) -> BinaryIO:
        """Return the content of a file of this folder; `OSError` says why it is not read."""
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
    """Open the record of a home; None if it has none.

    Parameters
    ----------
    home : Path
        A folder, not a link to one.
    data : PurePosixPath
        The library's data folder, seen from the home.

    Raises
    ------
    HomeError
        If the way to it leads out of the home or ends at a file, it cannot be read, or it holds
        too many files.
    """
    top = Path(os.path.realpath(home))
    path = Path(os.path.realpath(home / data / RECORD_NAME))
    if not path.is_relative_to(top):
        raise HomeError("the record lies outside of the home, through a link")
    try:
        descriptor = _descended(top, path.relative_to(top).parts) if _CAN_STEP else None
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise HomeError(_reason(error)) from None
    try:
        if not path.is_dir():
            yield None
            return
        yield RecordFolder(path, descriptor, _links_among_files(path))
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _descended(top: Path, parts: tuple[str, ...]) -> int:
    descriptor = os.open(top, _FOLDER)
    for part in parts:
        try:
            inner = os.open(part, _FOLDER, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = inner
    return descriptor


def _links_among_files(path: Path) -> list[str]:
    """Return the links in a folder, unless it holds more files than any record has."""
    try:
        with os.scandir(path) as entries:
            found = list(islice(entries, MOST_FILES + 1))
    except OSError as error:
        raise HomeError(_reason(error)) from None
    if len(found) > MOST_FILES:
        raise HomeError(f"the record has more than {MOST_FILES:,} files")
    return [one.name for one in found if one.name.endswith(".jsonl") and one.is_symlink()]


def _reason(error: OSError) -> str:
    if isinstance(error, NotADirectoryError):
        return "where the record's folder should be there is none, but a file or a link"
    return f"the record cannot be read: {error.strerror or type(error).__name__}"
