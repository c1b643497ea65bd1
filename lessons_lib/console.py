"""Console output and input, and the exception that ends one."""

import io
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tqdm import tqdm

from lessons_lib.formats import UNPRINTABLE


class CommandError(Exception):
    """An expected failure: the message says what is wrong and what to do, without a traceback."""


def print_on_any_console() -> None:
    """Escape characters that the console cannot encode, instead of raising an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(*lines: str) -> None:
    """Print lines and flush, because the next step may be slow or run another program."""
    print("".join(f"{_shown(line)}\n" for line in lines), end="", flush=True)


def print_to_stderr(*lines: str) -> None:
    """Print lines to stderr, above any progress bar; ignore write errors."""
    if sys.stderr is None or not lines:
        return
    try:
        tqdm.write("\n".join(map(_shown, lines)), file=sys.stderr)
        sys.stderr.flush()
    except OSError:  # the disk is full or the reader has closed: discard the rest
        _drop(sys.stderr)


def _shown(message: str) -> str:
    """Escape what a terminal would obey or not show, such as a control character in a file name."""
    return UNPRINTABLE.sub(lambda it: ascii(it[0])[1:-1], message).replace("\r", r"\r")


def reason(error: OSError) -> str:
    """Return a one-line description of a system error, with the file if it names one."""
    problem = error.strerror or str(error) or type(error).__name__
    return problem if error.filename is None else f"{problem}: {error.filename}"


def read_line(prompt: str) -> str:
    """Return a line of input, replacing invalid bytes; raise `EOFError` if there is no input."""
    if sys.stdin is None:
        raise EOFError
    # Allowed only before the first line is read.
    if isinstance(sys.stdin, io.TextIOWrapper) and sys.stdin.errors != "replace":
        sys.stdin.reconfigure(errors="replace")
    return input(prompt)


def drop_output() -> None:
    """Discard output that cannot be written, so that Python does not fail again when it exits."""
    try:
        sys.stdout.flush()
    except OSError:
        _drop(sys.stdout)


def _drop(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Show the library's warnings as sentences, without file names and line numbers."""

    def show(message: Warning | str, *location: object, **more: object) -> None:
        print_to_stderr(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        yield


def print_step(step: str) -> None:
    """Print a step that may be slow when it begins."""
    print_to_stderr(f"{step} …")
