"""Show the tables of `lessons collect`.

The tables are plain HTML, not widgets, so reopened and exported notebooks show them, too.
JupyterLab's sanitizer removes variables of the theme from untrusted outputs, but keeps colors, so
the bars have one that is visible on light and on dark pages. They are borders, because browsers
leave out backgrounds on paper and in forced colors.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TypeAlias

from lessons_lib.classroom.quiz.export import unguarded
from lessons_lib.formats import counted, percent

ResultRow: TypeAlias = Mapping[str, str]

MOST_ROWS = 12
SHARES = {"facility", "most_chosen_wrong_share"}

# On a narrow page, arrow keys scroll it once it has the focus; JupyterLab must not take them.
_REGION = (
    '<div role="region" aria-label="{0}" tabindex="0" data-lm-suppress-shortcuts="true" '
    'style="overflow-x: auto"><table style="margin: 0 0 6px"><caption style="text-align: left; '
    'font-weight: bold; padding-bottom: 4px">{0}</caption>{1}</table></div>{2}'
)
_CELL = '<{0} style="text-align: left">{2}</{1}>'
_NUMBER = re.compile(r"-?\d")
_BAR = (
    '<span aria-hidden="true" style="display: inline-block; width: 52px; margin-right: 6px; '
    'border: 1px solid #808080"><span style="display: block; width: {:.0%}; '
    'border-top: 8px solid #1976d2"></span></span>{}'
)


@dataclass(frozen=True, slots=True)
class ClassTable:
    """A table as HTML and as plain text.

    Attributes
    ----------
    caption : str
        What it shows.
    head : sequence of str
        The names of the columns.
    rows : sequence of sequences
        Texts, and shares from 0 to 1, which are drawn as bars; the first is the row's heading.
    note : str
        What to know about it, or why there are no rows.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | float]]
    note: str = ""

    def __repr__(self) -> str:
        if not self.rows:
            return self.note
        lines = [self.head, *([_text(cell) for cell in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        padded = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
        return "\n".join(filter(None, (self.caption, *padded, self.note)))

    def _repr_html_(self) -> str:
        note = self.note and f"<p>{escape(self.note)}</p>"
        if not self.rows:
            return note
        head = "".join(_CELL.format('th scope="col"', "th", escape(name)) for name in self.head)
        rows = "".join(f"<tr>{_row(row)}</tr>" for row in self.rows)
        content = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
        return _REGION.format(escape(self.caption), content, note)


def read_results(path: str | Path) -> list[ResultRow]:
    """Return the rows of a table that `lessons collect` wrote.

    Raises
    ------
    FileNotFoundError
        If it does not exist; the message says how to create it.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, restval="")
            return [{name: unguarded(cell) for name, cell in row.items()} for row in rows]
    except FileNotFoundError:
        advice = "run `lessons collect HOMES --out class.csv` first, or fix the path."
        raise FileNotFoundError(f"The table {path} does not exist: {advice}") from None


def show_class_progress(learners: Sequence[ResultRow]) -> ClassTable:
    """Return the shares of each notebook's questions that the class answered and has right now.

    Raises
    ------
    ValueError
        If no learner's record could be read.
    """
    read = [one for one in learners if one["total_of"]]
    if not read:
        raise ValueError("show_class_progress() needs at least one readable record, got none.")
    names = [key.removesuffix("_of") for key in read[0] if key.endswith("_of")]
    names.remove("total")
    rows = [(name, _share(read, name, "answered"), _share(read, name, "right")) for name in names]
    caption = f"Shares of all questions, for {counted(len(read), 'learner')}"
    return ClassTable(caption, ("notebook", "answered", "correct by now"), rows)


def show_rows(
    rows: Sequence[ResultRow],
    caption: str,
    columns: Sequence[str],
    *,
    sort: str = "",
    reverse: bool = False,
    most: int = MOST_ROWS,
) -> ClassTable:
    """Return some columns of a table.

    Parameters
    ----------
    rows : sequence of rows
        As `read_results` returns them, or some of them.
    caption : str
        What the table shows.
    columns : sequence of str
        The first is the row's heading. Shares are drawn as bars.
    sort : str
        A column to sort by, from the lowest number on; rows without one are left out.
    reverse : bool
        Whether to begin with the highest number instead.
    most : int
        The largest number of rows.
    """
    found = list(rows)
    if sort:
        found = [one for one in rows if _NUMBER.match(one[sort])]
        found.sort(key=lambda one: float(one[sort]), reverse=reverse)
    cells = [[_cell(name, one.get(name, "")) for name in columns] for one in found[:most]]
    left_out = len(rows) - len(cells)
    note = f"{counted(left_out, 'more row')}: see the CSV file." if left_out else ""
    return ClassTable(caption, columns, cells, note if cells else f"{caption}: nothing to show.")


def _share(learners: Sequence[ResultRow], name: str, what: str) -> float:
    part, whole = (sum(int(one[f"{name}_{key}"]) for one in learners) for key in (what, "of"))
    return part / whole


def _cell(name: str, cell: str) -> str | float:
    return float(cell) if cell and name in SHARES else cell


def _text(cell: str | float) -> str:
    return cell if isinstance(cell, str) else percent(cell)


def _html(cell: str | float) -> str:
    text = escape(_text(cell)).replace("_", "_<wbr>")  # where a narrow page may break a name
    return text if isinstance(cell, str) else _BAR.format(cell, text)


def _row(row: Sequence[str | float]) -> str:
    first, *rest = map(_html, row)
    cells = (_CELL.format("td", "td", cell) for cell in rest)
    return _CELL.format('th scope="row"', "th", first) + "".join(cells)
