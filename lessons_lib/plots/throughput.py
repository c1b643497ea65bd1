"""Throughput against batch size, with its sweet spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lessons_lib.plots.style import INK, MODE_COLOURS, new_figure, show_figure, write_note


def show_throughput(
    seconds: Mapping[int, Sequence[float]], *, n_texts: int, note: str = ""
) -> None:
    """Show how many texts per second each batch size labels: medians, and all rounds as a bar.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        What `time_in_turn` returns: how long the whole job took in each round.
    n_texts : int
        How many texts the job labels.
    note : str
        Where and how it was measured; stands under the figure.

    Raises
    ------
    ValueError
        If fewer than two batch sizes were measured.
    """
    if len(seconds) < 2:
        raise ValueError(f"show_throughput() needs at least 2 batch sizes, got {len(seconds)}.")
    sizes = sorted(seconds)
    rates = [n_texts / np.asarray(seconds[size]) for size in sizes]  # each (rounds,)
    medians = np.array([np.median(rate) for rate in rates])
    best = int(medians.argmax())
    figure, axes = new_figure()
    blue = MODE_COLOURS["batch"]
    axes.vlines(sizes, [r.min() for r in rates], [r.max() for r in rates], color=blue, alpha=0.35)
    axes.plot(sizes, medians, color=blue, marker="o", markersize=4)
    axes.annotate(
        f"sweet spot: {sizes[best]:,}",
        (sizes[best], rates[best].max()),
        (0, 5),
        textcoords="offset points",
        ha="center",
        color=INK,
        fontsize=9,
    )
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set(xlabel="batch size (log scale)", ylabel="texts per second")
    axes.set_ylim(0, 1.2 * max(r.max() for r in rates))
    write_note(figure, note)
    alt = (
        f"Throughput against batch size: from {medians[0]:,.0f} texts per second at "
        f"{sizes[0]:,} up to {medians[best]:,.0f} at {sizes[best]:,}, the sweet spot, and "
        f"{medians[-1]:,.0f} at {sizes[-1]:,}. {note}"
    )
    show_figure(figure, alt=alt.strip())
