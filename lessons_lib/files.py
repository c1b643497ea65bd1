"""Write files atomically: to a temporary file in the same folder, which is then renamed."""

import errno
import hashlib
import importlib.resources
import os
import platform
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

# In names of temporary files: on a shared disk, other machines may not see this one's locks.
_MACHINE = hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def shipped_asset(name: str) -> Traversable:
    """Return a file of `assets`, which is installed with the package."""
    return importlib.resources.files("lessons_lib") / "assets" / name


def write_whole(path: str | os.PathLike[str], content: bytes | str, *, mode: int = 0o666) -> None:
    """Write a file atomically; text is encoded as UTF-8 and keeps its line endings.

    Parameters
    ----------
    path, mode
        As in `whole_file`.
    content : bytes or str
        What to write.

    Raises
    ------
    OSError
        If the file cannot be written, as in `whole_file`.
    """
    with whole_file(path, mode=mode) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def read_file(path: Path, most: int = -1) -> bytes:
    """Return a file's content, or its first bytes; `OSError` for a pipe, which might never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a file", str(path))
    with path.open("rb") as file:
        return file.read(most)


@contextmanager
def whole_file(path: str | os.PathLike[str], *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a file for writing that replaces `path` only if the block ends without an error.

    Until then, and after an error, an existing file is unchanged. A killed process leaves the
    temporary file behind; the next one on this machine that writes to this folder removes it
    (except on Windows).

    Parameters
    ----------
    path : str or path-like
        Links are followed. Pipes and devices cannot be replaced, so they are written directly.
    mode : int
        The permissions of a new file, as far as the umask allows; an existing one keeps its own.

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
    temporary = target.with_name(f".lessons-{_MACHINE}{secrets.token_hex(4)}.part")
    try:
        kept = _mode_of_writable(target)
        _remove_abandoned(target.parent)
        with _locked(temporary, mode) as file:
            if kept is not None:
                temporary.chmod(kept)
            yield file
            file.flush()
            os.fsync(file.fileno())
            if sys.platform == "win32":  # where an open file cannot be renamed
                file.close()
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


def _locked(path: Path, mode: int) -> BinaryIO:
    """Create a temporary file that is locked until the caller closes it, or its process ends."""
    while True:
        file = open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode))  # noqa: SIM115
        if sys.platform != "win32":
            with suppress(OSError):  # the file system has no locks: nobody removes the file
                fcntl.flock(file, fcntl.LOCK_EX)
        if path.exists():
            return file
        file.close()  # it was removed before it was locked


def _remove_abandoned(folder: Path) -> None:
    """Remove the temporary files of processes that were killed: those that nobody has locked."""
    if sys.platform != "win32":
        for path in folder.glob(f".lessons-{_MACHINE}{'[0-9a-f]' * 8}.part"):
            if not path.is_file() or path.is_symlink():
                continue
            with suppress(OSError), path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


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
