"""Plot throughput by batch size and by mode, its trade-off with latency, and stage costs."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from lessons_lib.lesson.plots import style
from lessons_lib.pipeline.timing.compare import find_knee, find_sweet_spot
from lessons_lib.pipeline.timing.cost import CostModel


def plot_throughput(
    seconds: Mapping[int, Sequence[float]], *, n_texts: int, note: str = ""
) -> None:
    """Plot the throughput of each batch size: the median, and the middle 80 % of rounds.

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
    best = sizes.index(find_sweet_spot(seconds))
    figure, axes = style.new_figure()
    lows, highs = zip(*map(_most, rates), strict=True)
    axes.vlines(sizes, lows, highs, color=style.BLUE, linewidth=1)
    axes.plot(sizes, medians, color=style.BLUE, marker="o", markersize=4)
    name, top = f"sweet spot: {sizes[best]:,}", (sizes[best], medians[best])
    style.name_point(axes, name, top, (-6 if best else 6, 5), side="right" if best else "left")
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set(xlabel="batch size (log scale); lines: 10–90 % of rounds", ylabel="texts per second")
    axes.set_ylim(0, 1.2 * max(highs))
    alt = (
        f"Throughput against batch size: from {medians[0]:,.0f} texts per second at "
        f"{sizes[0]:,} up to {medians[best]:,.0f} at {sizes[best]:,}, the sweet spot, and "
        f"{medians[-1]:,.0f} at {sizes[-1]:,}."
    )
    style.display_figure(figure, alt=alt, note=note)


def plot_modes(
    paths: Mapping[str, Mapping[str, Sequence[float]]], *, n_texts: int, note: str = ""
) -> None:
    """Plot the throughput of each mode on each path: the median, and the middle 80 % of rounds.

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
        (f"{path} path, {mode}", n_texts / np.asarray(seconds), style.MODE_COLORS[mode])
        for path, by_mode in paths.items()
        for mode, seconds in by_mode.items()
    ]
    if not rows:
        raise ValueError("plot_modes() needs at least one mode, got none.")
    figure, axes = style.new_figure(height=0.9 + 0.36 * len(rows))
    _draw_bars(axes, rows, "{:,.0f}", "texts per second")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    style.display_figure(figure, alt=f"Texts per second: {_as_text(paths, n_texts)}.", note=note)


def _most(rounds: NDArray[np.float64]) -> tuple[float, float]:
    """Return the range of the middle 80 % of rounds: a busy moment hides no bar."""
    low, high = np.percentile(rounds, (10, 90))
    return float(low), float(high)


BAR_LEGEND = "bar: median; line: 10–90 % of rounds"


def _draw_bars(
    axes: Axes, rows: Sequence[tuple[str, NDArray[np.float64], str]], label: str, unit: str
) -> None:
    """Draw a labeled bar up to the median of each row, and below it a line over most rounds."""
    for y, (_, rounds, color) in enumerate(rows):
        median = float(np.median(rounds))
        axes.barh(y, median, height=0.5, color=color)
        axes.hlines(y + 0.36, *_most(rounds), color=style.INK, linewidth=1.2)
        style.name_point(axes, label.format(median), (median, y))
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.invert_yaxis()
    axes.set(xlabel=f"{unit} ({BAR_LEGEND})", xlim=(0, None))


def _as_text(paths: Mapping[str, Mapping[str, Sequence[float]]], n_texts: int) -> str:
    text = []
    for path, by_mode in paths.items():
        rates = (f"{mode} {n_texts / np.median(s):,.0f}" for mode, s in by_mode.items())
        text.append(f"{path} path, {', '.join(rates)}")
    return "; ".join(text)


def plot_frontier(
    seconds: Mapping[int, Sequence[float]], *, cost: CostModel, note: str = ""
) -> None:
    """Plot throughput against latency for each batch size.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        How long one batch of that size took in each round; what `time_in_turn` returns.
    cost : CostModel
        The curve through the measurements, with the knee: `fit_frontier(seconds)`.
    note : str
        Where and how it was measured; shown below the figure.

    Raises
    ------
    ValueError
        If fewer than two batch sizes were measured.

    Notes
    -----
    A batch is answered as a whole, so the latency of each text is the duration of its batch. The
    knee is only marked if it lies below the largest size.
    """
    if len(seconds) < 2:
        raise ValueError(f"plot_frontier() needs at least 2 batch sizes, got {sorted(seconds)}.")
    sizes = sorted(seconds)
    waits_ms = [1000 * float(np.median(seconds[size])) for size in sizes]
    rates = [size / float(np.median(seconds[size])) for size in sizes]
    figure, axes = style.new_figure(height=3.6)
    curve = np.geomspace(sizes[0], sizes[-1], 60)  # batch sizes
    fitted_s = cost.fixed_s + cost.per_text_s * curve
    axes.plot(1000 * fitted_s, curve / fitted_s, color=style.GRAY, linewidth=0.8, zorder=1)
    for size, wait, rate in zip(sizes, waits_ms, rates, strict=True):
        spread_ms = _most(1000 * np.asarray(seconds[size]))
        axes.hlines(rate, *spread_ms, color=style.MODE_COLORS["batch"], linewidth=1)
        axes.scatter(wait, rate, color=style.MODE_COLORS["batch"], s=28, zorder=2)
        name = f"{size:,}"
        if sizes[0] < size < find_knee(cost):  # beside the curve, which rises to the right
            style.name_point(axes, name, (wait, rate), (-7, 4), side="right")
        else:
            is_above = size == sizes[0] or rate == max(rates)
            style.name_point(axes, name, (wait, rate), (7, 4 if is_above else -11))
    knee = _mark_knee(axes, cost, sizes[-1])
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set(
        xlabel="latency of every text in the batch, in milliseconds (log scale)",
        ylabel="texts per second",
        xlim=(min(waits_ms) / 1.5, max(waits_ms) * 1.2),
        ylim=(0, 1.15 * max(rates)),
    )
    dots = ", ".join(
        f"{size:,}: {wait:.3g} ms and {rate:,.0f} texts per second"
        for size, wait, rate in zip(sizes, waits_ms, rates, strict=True)
    )
    alt = f"Latency and throughput by batch size: {dots}.{knee}"
    style.display_figure(figure, alt=alt, note=note)


def _mark_knee(axes: Axes, cost: CostModel, largest: int) -> str:
    """Mark the knee on the fitted curve, and return the sentence about it."""
    knee = find_knee(cost)
    if knee >= largest:
        return f" There is no knee below {largest:,}."
    point = 1000 * cost.service_s(int(knee)), cost.texts_per_s(int(knee))
    axes.scatter(*point, color=style.INK, s=70, marker="D", zorder=3)
    style.name_point(axes, f"knee: {knee:,}", point, (9, -24))  # below a size
    return f" The knee is at {knee:,} texts."


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
        (f"{path}: {stage}", MICRO * np.asarray(seconds) / n_texts, style.ACCENT)
        for path, stages in paths.items()
        for stage, seconds in stages.items()
    ]
    if not rows:
        raise ValueError("plot_stage_costs() needs at least one stage, got none.")
    figure, axes = style.new_figure(height=0.8 + 0.36 * len(rows))
    _draw_bars(axes, rows, "{:.2f} µs", "microseconds per text")
    text = ", ".join(f"{name} {np.median(costs):.2f}" for name, costs, _ in rows)
    style.display_figure(figure, alt=f"Microseconds per text by stage: {text}.", note=note)
