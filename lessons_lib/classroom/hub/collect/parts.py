"""The parts of the results page: text, tables, and bars, as HTML that is safe to show.

Bars are borders, because browsers leave out backgrounds on paper and in forced colors. Each stands
beside its number, so nothing is lost where a page is shown without our style.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TypeAlias

from lessons_lib.formats import percent

# On a narrow page, arrow keys scroll it once it has the focus.
_TABLE = (
    '<div class="scrolled" tabindex="0"><table><caption>{}</caption>'
    "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
)
_BAR = '<span class="track"><span class="bar" aria-hidden="true" style="width: {}"></span></span>{}'


class Html(str):
    """Markup that is safe; any other text is escaped when it becomes part of some."""

    __slots__ = ()


Content: TypeAlias = str | int
TableLine: TypeAlias = tuple[Html, Sequence[Content]]


def fill(pattern: str, *cells: Content) -> Html:
    """Return markup whose `{}` are filled with texts, which are escaped, or with other markup."""
    return Html(
        pattern.format(*(one if isinstance(one, Html) else escape(str(one)) for one in cells))
    )


def join(parts: Iterable[Content]) -> Html:
    """Return texts and markup in a row."""
    return Html("".join(fill("{}", one) for one in parts))


def bar(share: float, text: Content) -> Html:
    """Return a bar that is as long as a share of its cell, and a text after it."""
    return fill(_BAR, f"{share:.1%}", text)


def share_bar(part: int, whole: int) -> Html:
    """Return a share as a bar and in percent, or nothing if there is nothing to divide by."""
    return bar(part / whole, percent(part / whole)) if whole else Html()


def table(caption: str, head: str, rows: Iterable[TableLine]) -> Html:
    """Return a table.

    Parameters
    ----------
    caption : str
        What it shows.
    head : str
        The names of the columns, with a bar between them.
    rows : iterable of rows
        The attributes and the cells of each; the first cell is the row's heading.
    """
    names = join(fill('<th scope="col">{}</th>', name) for name in head.split("|"))
    lines = join(fill("<tr{}>{}</tr>", which, _cells(*cells)) for which, cells in rows)
    return fill(_TABLE, caption, names, lines)


def _cells(first: Content, *others: Content) -> Html:
    return fill(
        '<th scope="row">{}</th>{}', first, join(fill("<td>{}</td>", one) for one in others)
    )


def bars(caption: str, rows: Sequence[tuple[str, int, str]]) -> Html:
    """Return a bar chart of counts: what each bar stands for, how many, and a mark or nothing."""
    most = max(1, *(count for _, count, _ in rows))
    lines: list[TableLine] = [
        (Html(' class="marked"' * bool(mark)), (name, bar(count / most, count), mark))
        for name, count, mark in rows
    ]
    return fill('<div class="bars">{}</div>', table(caption, "guess|learners|result", lines))
