"""What `lessons predict --file` says on standard error: progress, passed-over lines, the end."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Never

from tqdm import tqdm

from lessons_lib.commands.console import tell
from lessons_lib.commands.predict_lines import NOT_UTF8, Flaw
from lessons_lib.commands.predict_writers import Chunk

MOST_TOLD = 20
LONGEST_TOLD = 300


class Report:
    """Counts what was labelled and tells what was not.

    Parameters
    ----------
    bar : tqdm
        Moves on with the bytes read.
    """

    def __init__(self, bar: tqdm[Never]) -> None:
        self._bar = bar
        self._is_other_encoding = False
        self.labelled = 0
        self.passed_over = 0

    def chunk_done(self, chunk: Chunk, bytes_read: int) -> None:
        """Count a chunk and tell its flaws, the first ones of all with their lines."""
        self.labelled += len(chunk.records)
        for _, flaw in chunk.flaws:
            self._tell(flaw)
        self._bar.update(bytes_read - self._bar.n)

    def _tell(self, flaw: Flaw) -> None:
        self.passed_over += 1
        self._is_other_encoding |= flaw.told.startswith(NOT_UTF8)
        if self.passed_over <= MOST_TOLD:
            told = flaw.told
            told = told if len(told) <= LONGEST_TOLD else f"{told[:LONGEST_TOLD]}…"
            tell(f"line {flaw.number:,}: {told}; passed over")
        elif self.passed_over == MOST_TOLD + 1:
            tell("Further lines that are passed over are only counted.")

    def told_in_the_end(self) -> str:
        """Return how much was labelled and how much passed over."""
        labelled, passed = self.labelled, self.passed_over
        end = f"{labelled:,} {'text' if labelled == 1 else 'texts'} labelled"
        if passed:
            end += f", {passed:,} {'line' if passed == 1 else 'lines'} passed over"
        return f"{end}."

    def advice(self) -> str:
        """Return what to do about the encoding, empty if nothing is wrong with it."""
        if not self._is_other_encoding:
            return ""
        return (
            "What is not UTF-8 is often Latin-1: convert the file and label it again, "
            "for instance with iconv -f latin1 -t utf8 IN > NEW"
        )


@contextmanager
def reporting(source: BinaryIO, target: BinaryIO) -> Iterator[Report]:
    """Report on the labelling of a source, with a bar if somebody watches.

    Parameters
    ----------
    source : binary file
        Its size, where it has one, is the length of the bar.
    target : binary file
        Where the labels go; a bar would come between them on the same screen.
    """
    is_watched = sys.stderr is not None and sys.stderr.isatty()
    is_quiet = source.isatty() or target.isatty() or not is_watched
    size = _size(source)
    with tqdm(
        total=size, unit="B", unit_scale=True, file=sys.stderr, leave=False, disable=is_quiet
    ) as bar:
        yield Report(bar)


def _size(source: BinaryIO) -> int | None:
    mode = os.fstat(source.fileno())
    return mode.st_size if stat.S_ISREG(mode.st_mode) else None
