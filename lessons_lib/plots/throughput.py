"""Plot throughput by batch size and by mode, its trade-off with latency, and stage costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from lessons_lib.plots.style import INK, MODE_COLORS, display_figure, new_figure, write_note


def plot_throughput(
    seconds: Mapping[int, Sequence[float]], *, n_texts: int, note: str = ""
) -> None:
    """Plot the throughput of each batch size: the median, and the range of all rounds.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        What `time_in_turn` returns: how long the whole job took in each round.
    n_texts : int
        The number of texts in the job.
    note : str
        Where and how it was measured; shown below the figure.

    Raises
    ------
    ValueError
        If fewer than two batch sizes were measured.
    """
    if len(seconds) < 2:
        raise ValueError(f"plot_throughput() needs at least 2 batch sizes, got {len(seconds)}.")
    sizes = sorted(seconds)
    rates = [n_texts / np.asarray(seconds[size]) for size in sizes]  # each (rounds,)
    medians = np.array([np.median(rate) for rate in rates])
    best = int(medians.argmax())
    figure, axes = new_figure()
    blue = MODE_COLORS["batch"]
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
    display_figure(figure, alt=alt.strip())


def plot_modes(
    paths: Mapping[str, Mapping[str, Sequence[float]]], *, n_texts: int, note: str = ""
) -> None:
    """Plot the throughput of each mode on each path: the median, and the range of all rounds.

    Parameters
    ----------
    paths : mapping of path names to mappings of modes to seconds
        What `time_in_turn` returns for the modes: batch, real-time or micro-batching.
    n_texts : int
        The number of texts in each round.
    note : str
        Where and how it was measured; shown below the figure.

    Raises
    ------
    ValueError
        If there is nothing to plot.
    """
    rows = [
        (path, mode, n_texts / np.asarray(seconds))
        for path, by_mode in paths.items()
        for mode, seconds in by_mode.items()
    ]
    if not rows:
        raise ValueError("plot_modes() needs at least one mode, got none.")
    figure, axes = new_figure(height=0.9 + 0.36 * len(rows))
    for y, (_, mode, rates) in enumerate(rows):
        median = float(np.median(rates))
        axes.barh(y, median, height=0.62, color=MODE_COLORS[mode])
        axes.hlines(y, rates.min(), rates.max(), color=INK, linewidth=1)
        label = f"  {median:,.0f}"
        axes.text(rates.max(), y, label, va="center", color=INK, fontsize=9)
    axes.set_yticks(range(len(rows)), [f"{path} path, {mode}" for path, mode, _ in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.2 * max(float(rates.max()) for _, _, rates in rows))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set(xlabel="texts per second")
    write_note(figure, note)
    display_figure(figure, alt=f"Texts per second: {_as_text(paths, n_texts)}. {note}".strip())


def _as_text(paths: Mapping[str, Mapping[str, Sequence[float]]], n_texts: int) -> str:
    text = []
    for path, by_mode in paths.items():
        rates = (f"{mode} {n_texts / np.median(s):,.0f}" for mode, s in by_mode.items())
        text.append(f"{path} path, {', '.join(rates)}")
    return "; ".join(text)


def plot_frontier(seconds: Mapping[int, Sequence[float]], *, knee: int, note: str = "") -> None:
    """Plot throughput against latency for each batch size.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        How long one batch of that size took in each round; what `time_in_turn` returns.
    knee : int
        The batch size to mark: `find_knee(seconds)`.
    note : str
        Where and how it was measured; shown below the figure.

    Raises
    ------
    ValueError
        If fewer than two batch sizes were measured, or the knee is not one of them.

    Notes
    -----
    A batch is answered as a whole, so the latency of each text is the duration of its batch.
    """
    if len(seconds) < 2 or knee not in seconds:
        raise ValueError(
            f"plot_frontier() needs at least 2 batch sizes, including the knee {knee}, "
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
        axes.hlines(rate, spread.min(), spread.max(), color=MODE_COLORS[mode], alpha=0.4)
        axes.scatter(wait, rate, color=MODE_COLORS[mode], s=60 if size == knee else 28, zorder=2)
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
    display_figure(figure, alt=alt.strip())


def _name_dot(
    axes: Axes, size: int, point: tuple[float, float], *, is_knee: bool, is_first: bool
) -> None:
    name = "1 (real-time)" if size == 1 else f"{size:,}"
    offset, side = (7, 4 if is_first else -11), "left"
    if is_knee:  # on the left, where the line to the next dot does not cross it
        name, offset, side = f"{name}: the knee", (-7, 5), "right"
    axes.annotate(
        name,
        point,
        offset,
        textcoords="offset points",
        horizontalalignment=side,
        color=INK,
        fontsize=9,
    )


MICRO = 1e6


def plot_stage_costs(
    paths: Mapping[str, Mapping[str, Sequence[float]]], *, n_texts: int, note: str = ""
) -> None:
    """Plot the median microseconds per text of each stage on each path.

    Parameters
    ----------
    paths : mapping of path names to what `time_in_turn` returns for its stages
        The seconds that each stage took for all texts in each round.
    n_texts : int
        The number of texts in each round.
    note : str
        Where and how it was measured; shown below the figure.

    Raises
    ------
    ValueError
        If there is no stage to plot.
    """
    rows = [
        (f"{path}: {stage}", MICRO * np.asarray(seconds) / n_texts)
        for path, stages in paths.items()
        for stage, seconds in stages.items()
    ]
    if not rows:
        raise ValueError("plot_stage_costs() needs at least one stage, got none.")
    names = [name for name, _ in rows]
    medians = [float(np.median(cost)) for _, cost in rows]
    spread = [(float(cost.min()), float(cost.max())) for _, cost in rows]
    figure, axes = new_figure(height=0.6 + 0.34 * len(rows))
    ys = np.arange(len(rows))
    axes.barh(ys, medians, height=0.6, color=MODE_COLORS["batch"])
    axes.hlines(ys, *zip(*spread, strict=True), color=INK, linewidth=1)
    longest = max(high for _, high in spread)
    for y, (median, (_, high)) in enumerate(zip(medians, spread, strict=True)):
        label = f"{median:.2f} µs"
        axes.text(high + longest / 60, y, label, va="center", color=INK, fontsize=9)
    axes.set_yticks(ys, names)
    axes.invert_yaxis()
    axes.set(xlabel="microseconds per text", xlim=(0, 1.18 * longest))
    write_note(figure, note)
    costs = ", ".join(f"{name} {cost:.2f}" for name, cost in zip(names, medians, strict=True))
    display_figure(figure, alt=f"Microseconds per text by stage: {costs}. {note}".strip())
