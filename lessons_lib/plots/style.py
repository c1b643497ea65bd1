"""The shared style of all figures: colors by meaning, plain axes, and display with alt text."""

from __future__ import annotations

import base64
import html
import io
import textwrap

from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's palette, which readers with color blindness can distinguish.
MODE_COLORS = {"batch": "#0072B2", "real-time": "#D55E00", "micro-batching": "#009E73"}
CLASS_COLORS = ("#CC79A7", "#777777", "#56B4E9")  # negative, neutral, positive; add the sign
TRAINING_COLOR, HELD_OUT_COLOR, REFERENCE_COLOR = "#0072B2", "#D55E00", "#777777"
INK = "#333333"
DOTS_PER_INCH = 144


def new_figure(width: float = 6.4, height: float = 3.2) -> tuple[Figure, Axes]:
    """Return a figure (sizes in inches) with one pair of plain axes.

    Notes
    -----
    It does not use pyplot, so there is no global state and nothing to close.
    """
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    quieten(axes)
    return figure, axes


def quieten(axes: Axes) -> None:
    """Remove the top and right frame lines, and make the others gray."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#999999")
    axes.tick_params(which="both", colors=INK, labelsize=9)


def write_note(figure: Figure, note: str) -> None:
    """Write a note in small print below a figure: where and how it was measured."""
    if note:
        wrapped = textwrap.fill(note, width=round(18 * figure.get_figwidth()))
        figure.supxlabel(wrapped, x=0.01, ha="left", fontsize=7.5, color="#666666")


def figure_html(figure: Figure, alt: str) -> str:
    """Return the figure as an `<img>` with alt text, which JupyterLab does not add to PNGs."""
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    data = base64.b64encode(png.getvalue()).decode("ascii")
    width = round(figure.get_figwidth() * 100)
    alt = html.escape(alt, quote=True)
    return f'<img alt="{alt}" width="{width}" src="data:image/png;base64,{data}">'


def display_figure(figure: Figure, *, alt: str) -> None:
    """Display a figure; `alt` describes it in a sentence or two."""
    bundle = {"text/html": figure_html(figure, alt), "text/plain": alt}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]
