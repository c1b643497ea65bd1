"""The trade between latency and throughput, one dot a batch size, and the knee between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from lessons_lib.plots.style import INK, MODE_COLOURS, new_figure, show_figure, write_note


def show_frontier(seconds: Mapping[int, Sequence[float]], *, knee: int, note: str = "") -> None:
    """Show, for each batch size, how long its texts wait and how many are done a second.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        How long one batch of that size took in each round; what `time_in_turn` returns.
    knee : int
        The batch size to mark: `find_knee(seconds)`.
    note : str
        Where and how it was measured; stands under the figure.

    Raises
    ------
    ValueError
        If fewer than two batch sizes were measured, or the knee is none of them.

    Notes
    -----
    A batch is answered as a whole, so all its texts wait for as long as it takes.
    """
    if len(seconds) < 2 or knee not in seconds:
        raise ValueError(
            f"show_frontier() needs at least 2 batch sizes, the knee {knee} among them, "
            f"got {sorted(seconds)}."
        )
    sizes = sorted(seconds)
    waits_ms = [1000 * float(np.median(seconds[size])) for size in sizes]
    rates = [size / float(np.median(seconds[size])) for size in sizes]
    figure, axes = new_figure(height=3.6)
    axes.plot(waits_ms, rates, color="#bbbbbb", linewidth=1, zorder=1)
    for size, wait, rate in zip(sizes, waits_ms, rates, strict=True):
        mode = "real-time" if size == 1 else "batch"
        spread = 1000 * np.asarray(seconds[size])
        axes.hlines(rate, spread.min(), spread.max(), color=MODE_COLOURS[mode], alpha=0.4)
        axes.scatter(wait, rate, color=MODE_COLOURS[mode], s=60 if size == knee else 28, zorder=2)
        _name_dot(axes, size, (wait, rate), is_knee=size == knee, is_first=size == sizes[0])
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set(
        xlabel="latency of every text in the batch, in milliseconds (log scale)",
        ylabel="texts per second",
        xlim=(min(waits_ms) / 1.5, max(waits_ms) * 4),
        ylim=(0, 1.15 * max(rates)),
    )
    write_note(figure, note)
    dots = ", ".join(
        f"{size:,}: {wait:.3g} ms and {rate:,.0f} a second"
        for size, wait, rate in zip(sizes, waits_ms, rates, strict=True)
    )
    alt = f"Latency and throughput by batch size: {dots}. The knee is at {knee:,}. {note}"
    show_figure(figure, alt=alt.strip())


def _name_dot(
    axes: Axes, size: int, place: tuple[float, float], *, is_knee: bool, is_first: bool
) -> None:
    name = "1 (real-time)" if size == 1 else f"{size:,}"
    offset, side = (7, 4 if is_first else -11), "left"
    if is_knee:  # on the other side, where no line to the next dot crosses it
        name, offset, side = f"{name}: the knee", (-7, 5), "right"
    axes.annotate(
        name,
        place,
        offset,
        textcoords="offset points",
        horizontalalignment=side,
        color=INK,
        fontsize=9,
    )
