"""The shared style of all figures, their display with alt text, tables, and a progress bar."""

import base64
import html
import io
import textwrap
from collections.abc import Iterator
from typing import Any, Literal

from IPython.core.getipython import get_ipython
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lessons_lib.classroom.widgets.explore.explore import Table
from lessons_lib.classroom.widgets.explore.guess import keep_picture, say_step

# The modes have the hues of Okabe and Ito's palette. Those of the classes and the accent were
# chosen so that people with color blindness can distinguish all of them, and so that every color
# has a contrast of 3:1 on light and on dark pages. The accent is for what is neither a mode nor a
# class.
BLUE, ORANGE, GREEN, GRAY = "#0072B2", "#D55E00", "#009E73", "#777777"
ACCENT = "#7650D9"
MODE_COLORS = {"batch": BLUE, "real-time": ORANGE, "micro-batching": GREEN}
CLASS_COLORS: tuple[str, str, str] = (
    "#C46B9C",
    GRAY,
    "#6C783A",
)  # negative, neutral, positive; add the sign
# Text needs 4.5:1, which no ink has on white and on #111. So page.css inverts the lightness of a
# figure in a dark theme. Where nothing does, this ink still has 3:1.
INK = "#606060"
FONT_SIZE = 9  # in points: 12.5 px on the page
PIXELS_PER_INCH = 100  # on the page; the picture has twice as many


def new_figure(width: float = 6.4, height: float = 3.2) -> tuple[Figure, Axes]:
    """Return a figure (sizes in inches) with one pair of plain axes."""
    figure, (axes,) = new_panels(1, 1, width=width, height=height)
    return figure, axes


def new_panels(
    rows: int, columns: int, *, width: float = 6.4, height: float
) -> tuple[Figure, list[Axes]]:
    """Return a figure (sizes in inches) with plain axes; panels below each other share their x.

    Notes
    -----
    It does not use pyplot, so there is no global state and nothing to close.
    """
    figure = Figure(figsize=(width, height), layout="constrained", frameon=False)
    clear = {"facecolor": "none"}
    grid = figure.subplots(rows, columns, sharex="col", squeeze=False, subplot_kw=clear)
    panels: list[Axes] = grid.ravel().tolist()
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(GRAY)
        axes.tick_params(which="both", colors=INK, labelsize=FONT_SIZE)
        axes.xaxis.label.set_color(INK)
        axes.yaxis.label.set_color(INK)
    return figure, panels


def title(axes: Axes, text: str) -> None:
    """Write a title above the left end of some axes."""
    axes.set_title(text, loc="left", fontsize=FONT_SIZE, color=INK)


def name_point(
    axes: Axes,
    name: str,
    point: tuple[float, float],
    offset: tuple[float, float] = (6, -3),
    *,
    side: Literal["left", "center", "right"] = "left",
) -> None:
    """Write a name next to a point; the offset is in typographic points."""
    axes.annotate(
        name, point, offset, textcoords="offset points", color=INK, fontsize=FONT_SIZE, ha=side
    )


def figure_html(figure: Figure, alt: str) -> str:
    """Return the figure as an `<img>` with alt text, which JupyterLab does not add to PNGs.

    The picture is transparent, and has two pixels for each one on the page. Where the theme is
    dark, `page.css` of our lab extension makes the class `lessons-figure` light.
    """
    return _image(**_picture(figure, alt))


def _picture(figure: Figure, alt: str) -> dict[str, str]:
    png = io.BytesIO()
    figure.savefig(png, dpi=2 * PIXELS_PER_INCH, metadata={"Software": None})
    data = base64.b64encode(png.getvalue()).decode("ascii")
    width = round(figure.get_figwidth() * PIXELS_PER_INCH)
    return {"src": f"data:image/png;base64,{data}", "alt": alt, "width": str(width)}


def _image(src: str, alt: str, width: str) -> str:
    alt = html.escape(alt, quote=True)
    return f'<img alt="{alt}" width="{width}" class="lessons-figure" src="{src}">'


def display_figure(figure: Figure, *, alt: str, note: str = "") -> None:
    """Display a figure; `alt` describes it in a sentence or two.

    If the cell measures the result of a guess, the card of a guess that was made shows it.

    The note says where and how it was measured. It is shown in small print below the figure, and
    ends its description.
    """
    if note:
        wrapped = textwrap.fill(note, width=round(15 * figure.get_figwidth()))
        figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=FONT_SIZE, color=INK)
        alt = f"{alt} {note}"
    keep_picture(picture := _picture(figure, alt))
    bundle = {"text/html": _image(**picture), "text/plain": alt}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


def display_table(table: Table) -> None:
    """Display a small table; a terminal shows aligned text. Bars are left out."""
    head, *rows = (
        "".join(_cell(tag, cell, is_first=not column) for column, cell in enumerate(row))
        for tag, row in (("th", table.head), *(("td", row) for row in table.rows))
    )
    caption = (
        f'<caption style="caption-side: bottom; {_LEFT}">{html.escape(table.caption)}</caption>'
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    text = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    display({"text/html": text, "text/plain": table_as_text(table)}, raw=True)  # type: ignore[no-untyped-call]


_LEFT = "text-align: left"


def _cell(tag: str, text: str, *, is_first: bool) -> str:
    tag, look = ("th", f' style="{_LEFT}"') if is_first else (tag, "")
    return f"<{tag}{look}>{html.escape(text)}</{tag}>"


def table_as_text(table: Table) -> str:
    """Return a table as aligned lines, and its caption below."""
    columns = [list(column) for column in zip(table.head, *table.rows, strict=True)]
    widths = [max(map(len, column)) for column in columns]
    lines = (
        "  ".join(cell.rjust(width) if column else cell.ljust(width)
                  for column, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in zip(*columns, strict=True)
    )  # fmt: skip
    return "\n".join([*lines, *([table.caption] if table.caption else [])])


def progress_bar(steps: range, *, label: str = "Measuring") -> Iterator[int]:
    """Yield each step of a range and show the progress in a bar, which is removed at the end.

    The card of a guess at the result also shows it. Outside a notebook there is no bar.

    Parameters
    ----------
    steps : range
        The steps to iterate over.
    label : str
        The text in front of the bar.
    """
    if get_ipython() is None:
        yield from steps
        return
    handle: Any = display(_bar(label, 0, len(steps)), raw=True, display_id=True)  # type: ignore[no-untyped-call]
    try:
        for done, step in enumerate(steps, 1):
            yield step
            say_step(done, len(steps))
            handle.update(_bar(label, done, len(steps)), raw=True)
    finally:
        handle.update({"text/html": "", "text/plain": ""}, raw=True)


def _bar(label: str, done: int, steps: int) -> dict[str, str]:
    text = f"{label}: {done} of {steps}"
    bar = f'<progress value="{done}" max="{steps}" style="width: 16em"></progress>'
    return {"text/html": f"<label>{html.escape(text)} {bar}</label>", "text/plain": text}
