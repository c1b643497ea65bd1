"""How latency spreads: a histogram for each way of asking, with p50, p90 and p99."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lessons_lib.plots.style import (
    INK,
    MODE_COLOURS,
    new_figure,
    quieten,
    show_figure,
    write_note,
)

BINS = 60
PERCENTILES = (50, 90, 99)


def show_latencies(
    latencies_ms: Mapping[str, Sequence[float] | NDArray[np.float64]],
    *,
    note: str = "",
    mode: str = "real-time",
) -> None:
    """Show how many answers took how long, one histogram under the other on one logarithmic axis.

    Parameters
    ----------
    latencies_ms : mapping of names to sequences of float
        The latency of each answer in milliseconds, at least one a name.
    note : str
        Where and how it was measured; stands under the figure.
    mode : str
        Whose colour the bars get: batch, real-time or micro-batching.

    Raises
    ------
    ValueError
        If there is nothing to show, or a latency is not above 0.
    """
    rows = {name: np.asarray(values, dtype=float) for name, values in latencies_ms.items()}
    if not rows or any(len(row) == 0 or row.min() <= 0 for row in rows.values()):
        raise ValueError("show_latencies() needs latencies above 0 ms, got none or others.")
    low = min(row.min() for row in rows.values())
    high = max(row.max() for row in rows.values())
    edges = np.geomspace(low / 1.1, high * 1.1, BINS)
    figure, first = new_figure(height=0.9 + 1.35 * len(rows))
    first.remove()
    panels = figure.subplots(len(rows), sharex=True, squeeze=False)[:, 0]
    for axes, (name, row) in zip(panels, rows.items(), strict=True):
        _draw_row(axes, name, row, edges, MODE_COLOURS[mode])
    panels[-1].set(xlabel="latency in milliseconds (log scale)")
    panels[-1].xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    write_note(figure, note)
    told = "; ".join(f"{name}: {_told(row)}" for name, row in rows.items())
    show_figure(figure, alt=f"Latency histograms. {told}. {note}".strip())


def _draw_row(
    axes: Axes, name: str, row: NDArray[np.float64], edges: NDArray[np.float64], colour: str
) -> None:
    quieten(axes)
    counts, _, _ = axes.hist(row, bins=edges.tolist(), color=colour, alpha=0.8)
    tallest = float(np.max(counts))
    for place, percent in enumerate(PERCENTILES):
        value = float(np.percentile(row, percent))
        height = tallest * (1.45 - 0.17 * place)
        axes.vlines(value, 0, height, color=INK, linewidth=1)
        axes.text(value, height, f" p{percent} {value:.3g} ms", color=INK, fontsize=8, va="top")
    axes.set_xscale("log")
    axes.set(ylabel="answers", ylim=(0, tallest * 1.5))
    axes.set_title(name, loc="left", fontsize=9, color=INK)


def _told(row: NDArray[np.float64]) -> str:
    figures = (f"p{percent} {np.percentile(row, percent):.3g} ms" for percent in PERCENTILES)
    return ", ".join(figures)
