"""Output that is whole or absent: written aside, then put in its place by one rename."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from types import FrameType
from typing import BinaryIO, NoReturn

from lessons_lib.commands.console import CommandError, drop_output

_STANDARD_OUTPUT = {"-", "/dev/stdout", "/dev/fd/1"}


def is_standard_output(name: str) -> bool:
    """Say whether a name means the output that the command was started with."""
    return name in _STANDARD_OUTPUT


@contextmanager
def output(name: str) -> Iterator[BinaryIO]:
    """Open what is to be written, under one rule: a file comes to be whole or not at all.

    Parameters
    ----------
    name : str
        A file; through a link, the file that it leads to. Standard output (``-``), pipes and
        devices cannot be put in place by a rename and are written to at once.

    Raises
    ------
    CommandError
        If it cannot be written, or no longer: the disk is full, the folder is missing.
    BrokenPipeError
        If whoever read it has gone.
    """
    is_standard = is_standard_output(name)
    try:
        with _to_standard_output() if is_standard else _to_file(name) as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        told = error.strerror or type(error).__name__
        place = "Standard output" if is_standard else name
        raise CommandError(f"{place} could not be written ({told}).{_kept(name)}") from error


def _kept(name: str) -> str:
    return " It is as it was before." if os.path.isfile(name) else ""


@contextmanager
def _to_standard_output() -> Iterator[BinaryIO]:
    if sys.stdout is None:
        raise CommandError("There is no standard output: name a file with --out.")
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError:
        drop_output()  # or else what is still held back fails once more when Python ends
        raise


@contextmanager
def _to_file(name: str) -> Iterator[BinaryIO]:
    kind = _kind(name)
    if kind is not None and not stat.S_ISREG(kind):
        if stat.S_ISDIR(kind):
            raise CommandError(f"{name} is a folder: name a file.")
        with open(name, "wb") as file:
            yield file
        return
    if not name or name.endswith(("/", os.sep)):
        raise CommandError(f"{name!r} names no file: name the one that is to be written.")
    target = Path(os.path.realpath(name))
    if not target.parent.is_dir():
        raise CommandError(f"There is no folder {target.parent}: make it, or name another file.")
    if kind is not None and not _may_write(target):
        raise CommandError(f"{name} is write-protected: allow writing, or name another file.")
    with _aside(target) as file:
        yield file


def _kind(name: str) -> int | None:
    """Return the mode of what is there, `None` if there is nothing."""
    try:
        return os.stat(name).st_mode
    except FileNotFoundError:
        return None


def _may_write(file: Path) -> bool:
    """Ask for the user whose rights count when a file is opened."""
    effective = os.access in os.supports_effective_ids
    return os.access(file, os.W_OK, effective_ids=effective)


@contextmanager
def _aside(target: Path) -> Iterator[BinaryIO]:
    part = target.with_name(f".lessons-{token_hex(8)}.part")
    try:
        with open(part, "xb") as file:
            if target.exists():
                shutil.copymode(target, part)
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def kills_unwind() -> Iterator[None]:
    """Let a polite kill end the work as Ctrl-C does, so that nothing half-written stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # What is ignored stays ignored: nohup counts on it.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    with suppress(ValueError):
        signal.signal(number, signal.SIG_IGN)  # a second one must not break the tidying up
    raise SystemExit(128 + number)
