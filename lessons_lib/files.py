"""Write files atomically: to a temporary file in the same folder, which is then renamed."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def write_whole(path: str | os.PathLike[str], content: bytes | str) -> None:
    """Write a file atomically; text is encoded as UTF-8 and keeps its line endings.

    Raises
    ------
    OSError
        If the file cannot be written, as in `whole_file`.
    """
    with whole_file(path) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def read_file(path: Path) -> bytes:
    """Return a file's content; raise `OSError` for a pipe or device, which might never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a file", str(path))
    return path.read_bytes()


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing that replaces `path` only if the block ends without an error.

    Until then, and after an error, an existing file is unchanged. It keeps its permissions; a new
    file gets those that the umask allows.

    Parameters
    ----------
    path : str or path-like
        Links are followed. Pipes and devices cannot be replaced, so they are written directly.

    Raises
    ------
    OSError
        If the file cannot be written: it is write-protected or a folder, its folder is missing or
        read-only, or the disk is full. The error names `path`.
    """
    target = Path(os.path.realpath(path))
    is_folder_name = os.fspath(path).endswith(("/", os.sep))
    if is_folder_name or (target.exists() and not target.is_file()):
        with open(path, "wb") as stream:
            yield stream
        return
    temporary = target.with_name(f".lessons-{secrets.token_hex(8)}.part")
    try:
        mode = _mode_of_writable(target)
        with open(temporary, "xb") as file:
            if mode is not None:
                temporary.chmod(mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        is_ours = str(error.filename) in ("None", str(temporary), str(target))
        if error.errno is None or not is_ours:
            raise
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _mode_of_writable(target: Path) -> int | None:
    """Return the permissions of a writable file, or None if it does not exist."""
    try:
        with open(target, "r+b") as old:
            return stat.S_IMODE(os.fstat(old.fileno()).st_mode)
    except FileNotFoundError:
        return None


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file in a folder survive a crash; do nothing if unsupported."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
