"""The one exception that a command ends with when it cannot do what was asked."""

from __future__ import annotations

import io
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from tqdm import tqdm


class CommandError(Exception):
    """Expected trouble: the message says what is wrong and what to do; no traceback is shown."""


REFRESH_S = 0.2


def print_on_any_console() -> None:
    """Write what a console cannot show as an escape, rather than failing over it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(message: str) -> None:
    """Print one line at once: the next thing may take long, or be another program's output."""
    print(message, flush=True)


def tell(message: str) -> None:
    """Print a line on standard error, above a bar; what we do does not depend on being heard."""
    if sys.stderr is None:
        return
    try:
        tqdm.write(message, file=sys.stderr)
        sys.stderr.flush()
    except OSError:  # It is full, or its reader has gone: the rest goes nowhere.
        _drop(sys.stderr)


def reason(error: OSError) -> str:
    """Return in a line what the system refused, and for which file."""
    told = error.strerror or str(error) or type(error).__name__
    return told if error.filename is None else f"{told}: {error.filename}"


def read_line(prompt: str) -> str:
    """Return what is typed, whatever its encoding; `EOFError` if nobody is there to type."""
    if sys.stdin is None:
        raise EOFError
    # Only before the first line: later it is refused.
    if isinstance(sys.stdin, io.TextIOWrapper) and sys.stdin.errors != "replace":
        sys.stdin.reconfigure(errors="replace")
    return input(prompt)


def drop_output() -> None:
    """Send the rest of the output nowhere: its reader has gone, as in `lessons check | head`."""
    if sys.stdout is not None:
        _drop(sys.stdout)


def _drop(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Show the library's warnings as sentences, without file names and line numbers."""

    def show(message: Warning | str, *place: object, **more: object) -> None:
        tell(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        yield


@contextmanager
def progress(steps: int) -> Iterator[Callable[[str], None]]:
    """Show a bar that moves on with each step it is told of; in a log, one line a step.

    Parameters
    ----------
    steps : int
        How many steps there are at most.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda step: tell(f"{step} …")
        return
    layout = "|{bar:20}| {elapsed} {desc}"
    with tqdm(total=steps, file=sys.stderr, bar_format=layout) as bar:
        ended = threading.Event()
        clock = threading.Thread(target=_keep_time, args=(bar, ended), daemon=True)
        clock.start()

        def begin(step: str) -> None:
            bar.set_description_str(step, refresh=False)
            bar.update(1)

        try:
            yield begin
            bar.set_description_str("done")
            bar.update(steps - bar.n)
        finally:
            ended.set()
            clock.join()


def _keep_time(bar: tqdm[object], ended: threading.Event) -> None:
    """Let the time on a bar run on while one long step is under way."""
    while not ended.wait(REFRESH_S):
        bar.refresh()
