"""The records of a csv file: rows that span lines, and rows that are broken."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator

from lessons_lib.commands.console import CommandError
from lessons_lib.commands.predict_lines import LONGEST, TOO_LONG, Flaw, Lines
from lessons_lib.commands.predict_records import DEFAULT_COLUMN, Record, Records, named

MOST_LINES = 10_000  # of one row
UNCLEAR = "among too many broken quotes to say where a row starts"

# Lines below a broken row are read again, in all about twice as much as is read for the first time.
READ_AGAIN = 2
READ_AGAIN_AT_FIRST = 10_000_000
LINE_COST = 50  # characters that can be read in the time that a line takes in itself


def table_records(lines: Lines, column: str | None) -> Records:
    """Return the texts in a column of a csv whose first row names the columns.

    Parameters
    ----------
    lines : Lines
        The rows; one in quotes may span lines. Empty lines are left out.
    column : str or None
        The column of the texts; without it the one named text, or the only one.

    Raises
    ------
    CommandError
        If there is no such column, or no header that can be read.
    """
    feed = _Feed(lines)
    rows = _rows(feed)
    header = next(rows, None)
    if header is None:
        return Records((), iter(()))
    if isinstance(header, Flaw):
        message = f"The first row must name the columns, but line {header.number} is {header.told}."
        raise CommandError(message)
    place = _place(header, column)
    return Records(header, _texts(rows, feed, place, len(header)))


def _place(columns: list[str], column: str | None) -> int:
    """Return where the text stands in a row."""
    hint = _other_separator(columns)
    if column is None and len(columns) == 1 and not hint:
        return 0
    wanted = DEFAULT_COLUMN if column is None else column
    if columns.count(wanted) == 1:
        return columns.index(wanted)
    if wanted in columns:
        found, hint = f"{columns.count(wanted)} columns", ""
    else:
        found = "no column"
    raise CommandError(
        f"There must be one column with the texts, but there is {found} {wanted!r}. "
        f"Found: {named(columns)}. Choose with --column NAME.{hint}"
    )


def _other_separator(columns: list[str]) -> str:
    """Return what to do if the names look as if something else than a comma came between them."""
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if any(sign in column for column in columns):
            return (
                f" The header seems to be separated by {name}, and here it must be by commas: "
                "save the file again with commas, for instance from a spreadsheet."
            )
    return ""


def _texts(
    rows: Iterator[list[str] | Flaw], feed: _Feed, place: int, width: int
) -> Iterator[Record | Flaw]:
    for row in rows:
        if isinstance(row, Flaw):
            yield row
        elif len(row) != width:
            fields = "field" if len(row) == 1 else "fields"
            yield Flaw(feed.number, f"{len(row)} {fields} where the header has {width}")
        else:
            yield row[place], row, ""


def _rows(feed: _Feed) -> Iterator[list[str] | Flaw]:
    """Yield each row; after a broken one, go on with the line below its first.

    A quote that is never closed thus costs its own row and not all that it swallowed.
    """
    # A field may be as long as a row; the limit of the module is an eighth of that.
    csv.field_size_limit(max(LONGEST, csv.field_size_limit()))
    rows = csv.reader(feed, strict=True)
    while True:
        feed.begin_row()
        try:
            fields = next(rows)
        except StopIteration:
            return
        except (csv.Error, _RowTooLongError) as error:
            yield Flaw(feed.number, feed.flaw or f"no valid csv ({error})")
            yield from feed.take_back()
            continue
        if feed.flaw:
            yield Flaw(feed.number, feed.flaw)
        elif fields:
            yield fields


class _RowTooLongError(Exception):
    """The row goes on beyond the limit."""


class _Feed:
    """Gives a csv reader its lines, and knows which of them the row at hand consists of."""

    def __init__(self, lines: Lines) -> None:
        self._numbers = lines
        self._lines = iter(lines)
        self._waiting: deque[tuple[int, str | Flaw]] = deque()
        self._row: list[tuple[int, str | Flaw]] = []
        self._length = 0
        self._credit = READ_AGAIN_AT_FIRST
        self.flaw = ""

    @property
    def number(self) -> int:
        """The line where the row starts."""
        return self._row[0][0]

    def begin_row(self) -> None:
        self._row.clear()
        self._length = 0
        self.flaw = ""

    def take_back(self) -> Iterator[Flaw]:
        """Give the lines below the row's first once more, or if that gets too much, as flaws."""
        cost = self._length + LINE_COST * len(self._row)
        if cost <= self._credit:
            self._credit -= cost
            self._waiting.extendleft(reversed(self._row[1:]))
        else:
            yield from (Flaw(number, UNCLEAR) for number, _ in self._row[1:])

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self._waiting:
            number, line = self._waiting.popleft()
        else:
            line = next(self._lines)
            number = self._numbers.number
            length = len(line.text if isinstance(line, Flaw) else line)
            self._credit += READ_AGAIN * (LINE_COST + length)
        self._row.append((number, line))
        text = self._noted(line) if isinstance(line, Flaw) else line
        self._length += len(text)
        if self._length > LONGEST or len(self._row) > MOST_LINES:
            self.flaw = (
                f"a row {TOO_LONG} or {MOST_LINES:,} lines: perhaps a quote that is never closed"
            )
            raise _RowTooLongError
        return text

    def _noted(self, line: Flaw) -> str:
        """Remember what is wrong with the row; go on with it if the line is there."""
        self.flaw = self.flaw or line.told
        if not line.text:
            raise _RowTooLongError
        return line.text
