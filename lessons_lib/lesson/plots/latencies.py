"""Plot latencies with p50, p90 and p99, simulated against measured, and requests over time."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator
from numpy.typing import NDArray

from lessons_lib.formats import two_digits
from lessons_lib.lesson.plots import style
from lessons_lib.pipeline.timing.latency import LatencySummary
from lessons_lib.pipeline.timing.load import MeasuredRun
from lessons_lib.pipeline.timing.simulate import SimulatedRun

BINS = 60
SHOWN_PERCENTILES = (50, 90, 99)


def plot_latencies(
    latencies_ms: Mapping[str, Sequence[float] | NDArray[np.float64]], *, note: str = ""
) -> None:
    """Plot one latency histogram per name, below each other on a shared logarithmic axis.

    Parameters
    ----------
    latencies_ms : mapping of names to sequences of float
        The latency of each answer in milliseconds, at least one per name.
    note : str
        Where and how it was measured; shown below the figure.

    Raises
    ------
    ValueError
        If there is nothing to plot, or a latency is not above 0.
    """
    rows = {name: np.asarray(values, dtype=float) for name, values in latencies_ms.items()}
    if not rows or any(len(row) == 0 or row.min() <= 0 for row in rows.values()):
        raise ValueError("plot_latencies() needs latencies above 0 ms, got none or invalid ones.")
    low = min(row.min() for row in rows.values())
    high = max(row.max() for row in rows.values())
    edges = np.geomspace(low / 1.1, high * 1.1, BINS)
    figure, panels = style.new_panels(len(rows), 1, height=0.9 + 1.6 * len(rows))
    for axes, (name, row) in zip(panels, rows.items(), strict=True):
        _draw_row(axes, name, row, edges)
    panels[-1].set(xlabel="latency in milliseconds (log scale)")
    panels[-1].xaxis.set_major_formatter("{x:g}")
    text = "; ".join(f"{name}: {_percentiles_as_text(row)}" for name, row in rows.items())
    style.display_figure(figure, alt=f"Latency histograms. {text}.", note=note)


def _draw_row(axes: Axes, name: str, row: NDArray[np.float64], edges: NDArray[np.float64]) -> None:
    counts, _, _ = axes.hist(row, bins=edges.tolist(), color=style.MODE_COLORS["real-time"])
    tallest = float(np.max(counts))
    for number, percent in enumerate(SHOWN_PERCENTILES):
        value = float(np.percentile(row, percent))
        height = tallest * (1.7 - 0.25 * number)
        axes.vlines(value, 0, height, color=style.INK, linewidth=1)
        style.name_point(axes, f"p{percent} {value:.3g} ms", (value, height), (3, -9))
    axes.set_xscale("log")
    axes.set(ylabel="calls", ylim=(0, tallest * 1.75))
    style.title(axes, name)


def _percentiles_as_text(row: NDArray[np.float64]) -> str:
    figures = (f"p{percent} {np.percentile(row, percent):.3g} ms" for percent in SHOWN_PERCENTILES)
    return ", ".join(figures)


def plot_ways(paths: Mapping[str, Mapping[str, LatencySummary]], *, note: str = "") -> None:
    """Plot the p50 of each way to call each path as a dot, with a line up to its p99.

    Parameters
    ----------
    paths : mapping of path names to mappings of ways to summaries
        All paths have the same ways; neighboring rows compare the paths.
    note : str
        Where and how it was measured; shown below the figure.
    """
    rows = [(way, path, paths[path][way]) for way in next(iter(paths.values())) for path in paths]
    figure, axes = style.new_figure(height=0.9 + 0.36 * len(rows))
    for y, (_, _, found) in enumerate(rows):
        axes.hlines(y, found.p50_ms, found.p99_ms, color=style.MODE_COLORS["real-time"])
        axes.scatter(found.p50_ms, y, color=style.MODE_COLORS["real-time"], s=36, zorder=2)
        style.name_point(axes, f"{two_digits(found.p50_ms)} ms", (found.p50_ms, y), (-4, 6))
    axes.set_yticks(range(len(rows)), [f"{way}, {path} path" for way, path, _ in rows])
    axes.set(xscale="log", ylim=(len(rows) - 0.5, -0.8))
    axes.set(xlabel="milliseconds, log scale (dot: p50, line: up to the p99)")
    axes.xaxis.set_major_formatter("{x:g}")
    text = "; ".join(
        f"{way}, {path} path, p50 {two_digits(one.p50_ms)} ms, p99 {two_digits(one.p99_ms)} ms"
        for way, path, one in rows
    )
    style.display_figure(figure, alt=f"Latency by way to call the model: {text}.", note=note)


def plot_simulated_and_measured(
    runs: Mapping[float, tuple[SimulatedRun, MeasuredRun]],
    *,
    saturation_per_s: float,
    note: str = "",
) -> None:
    """Plot p50 and p99 against the load: simulated as lines, measured as dots.

    Parameters
    ----------
    runs : mapping of arrival rates to pairs
        For each rate per second, the simulated run and the measured one.
    saturation_per_s : float
        The maximum throughput, in texts per second.
    note : str
        Where and how it was measured; shown below the figure.

    Raises
    ------
    ValueError
        If there are no runs.
    """
    if not runs:
        raise ValueError("plot_simulated_and_measured() needs at least one load, got none.")
    rates = sorted(runs)
    loads = [100 * rate / saturation_per_s for rate in rates]
    figure, axes = style.new_figure(height=3.6)
    green = style.MODE_COLORS["micro-batching"]
    for name, line in (("p50", "-"), ("p99", "--")):
        predicted = [getattr(runs[rate][0], f"{name}_ms") for rate in rates]
        found = [getattr(runs[rate][1], f"{name}_ms") for rate in rates]
        axes.plot(loads, predicted, color=green, linestyle=line)
        axes.scatter(
            loads, found, color=style.INK, s=26, marker="o" if name == "p50" else "^", zorder=2
        )
        style.name_point(axes, f"{name} simulated", (loads[-1], predicted[-1]))
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    # Label 2 and 5 between the powers of ten too, because there may be only one on the axis.
    axes.yaxis.set_minor_locator(LogLocator(subs=(2, 5)))
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.set(
        xlabel="arrival rate, in % of saturation",
        ylabel="latency in ms (log scale)",
        xlim=(0, max(100, *loads)),
    )
    style.title(axes, "lines: simulated   ● ▲ measured")
    pairs = zip(loads, rates, strict=True)
    text = "; ".join(_load_as_text(load, *runs[rate]) for load, rate in pairs)
    style.display_figure(
        figure, alt=f"Latency by load, simulated and then measured: {text}.", note=note
    )


def _load_as_text(load: float, predicted: SimulatedRun, found: MeasuredRun) -> str:
    pairs = (
        f"{name} {getattr(predicted, name + '_ms'):.3g} and {getattr(found, name + '_ms'):.3g} ms"
        for name in ("p50", "p99")
    )
    return f"at {load:.0f} % of saturation, {', '.join(pairs)}"


def _draw_strip(axes: Axes, mode: str, run: SimulatedRun) -> None:
    rows = np.arange(len(run.arrivals_s))
    arrivals, starts, ends = 1000 * np.array([run.arrivals_s, run.started_s, run.finished_s])
    axes.hlines(rows, arrivals, starts, color=style.GRAY, linewidth=1)
    axes.hlines(rows, starts, ends, color=style.MODE_COLORS[mode], linewidth=4)
    axes.scatter(arrivals, rows, s=10, color=style.INK, zorder=2, clip_on=False)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(len(rows) - 0.3, -0.7)
    style.title(axes, f"{mode}: {_as_text(run)}")


def _as_text(run: SimulatedRun) -> str:
    passes = len(run.batch_sizes)
    times = dict.fromkeys(f"{one:.1f}" for one in (run.latency_ms.min(), run.latency_ms.max()))
    return (
        f"{passes} pass{'' if passes == 1 else 'es'}, answers after {' to '.join(times)} ms, "
        f"all done at {1000 * run.finished_s.max():.1f} ms"
    )
