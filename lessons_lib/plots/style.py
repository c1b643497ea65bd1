"""The one look of all figures: colours by meaning, quiet axes, and a way onto the screen."""

from __future__ import annotations

import base64
import html
import io
import textwrap

from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's palette, which readers with colour blindness can tell apart.
MODE_COLOURS = {"batch": "#0072B2", "real-time": "#D55E00", "micro-batching": "#009E73"}
CLASS_COLOURS = ("#CC79A7", "#777777", "#56B4E9")  # negative, neutral, positive; never without sign
TRAINING_COLOUR, HELD_OUT_COLOUR, REFERENCE_COLOUR = "#0072B2", "#D55E00", "#777777"
INK = "#333333"
DOTS_PER_INCH = 144


def new_figure(width: float = 6.4, height: float = 3.2) -> tuple[Figure, Axes]:
    """Return a figure (in inches) with one quiet pair of axes.

    Notes
    -----
    It is made without pyplot, so nothing has to be closed and no global state is left behind.
    """
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    quieten(axes)
    return figure, axes


def quieten(axes: Axes) -> None:
    """Take away the frame lines that carry no data."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#999999")
    axes.tick_params(which="both", colors=INK, labelsize=9)


def write_note(figure: Figure, note: str) -> None:
    """Write in small print under a figure where and how it was measured."""
    if note:
        wrapped = textwrap.fill(note, width=round(18 * figure.get_figwidth()))
        figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=7.5, color="#666666")


def figure_html(figure: Figure, alt: str) -> str:
    """Return the figure as an `<img>` with alternative text, which Lab drops from plain PNGs."""
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    data = base64.b64encode(png.getvalue()).decode("ascii")
    width = round(figure.get_figwidth() * 100)
    alt = html.escape(alt, quote=True)
    return f'<img alt="{alt}" width="{width}" src="data:image/png;base64,{data}">'


def display_figure(figure: Figure, *, alt: str) -> None:
    """Display a figure; `alt` says in a sentence or two what is to be seen on it."""
    bundle = {"text/html": figure_html(figure, alt), "text/plain": alt}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]
