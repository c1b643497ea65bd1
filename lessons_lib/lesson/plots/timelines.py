"""Plot requests over time, one strip per mode: when each arrives, waits, runs and is answered."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from lessons_lib.lesson.plots.style import (
    FONT_SIZE,
    GRAY,
    INK,
    MODE_COLORS,
    display_figure,
    new_panels,
)
from lessons_lib.pipeline.timing.simulate import SimulatedRun


def plot_timelines(runs: Mapping[str, SimulatedRun]) -> None:
    """Plot each request as a line: thin while it waits, thick while its pass runs.

    Parameters
    ----------
    runs : mapping of modes to runs
        A mode is batch, real-time or micro-batching; each run has at least one request.

    Raises
    ------
    ValueError
        If there are no runs.
    """
    if not runs:
        raise ValueError("plot_timelines() needs at least one run, got none.")
    figure, panels = new_panels(len(runs), 1, height=0.7 + 1.25 * len(runs))
    for axes, (mode, run) in zip(panels, runs.items(), strict=True):
        _draw_strip(axes, mode, run)
    panels[-1].set(xlabel="time in milliseconds")
    panels[0].set_xlim(0, 1000 * max(run.finished_s.max() for run in runs.values()))
    text = "; ".join(f"{mode}: {_as_text(run)}" for mode, run in runs.items())
    alt = f"One strip per mode. A thin line is a request waiting, a thick one its pass. {text}."
    display_figure(figure, alt=alt)


def _draw_strip(axes: Axes, mode: str, run: SimulatedRun) -> None:
    rows = np.arange(len(run.arrivals_s))
    arrivals, starts, ends = 1000 * np.array([run.arrivals_s, run.started_s, run.finished_s])
    axes.hlines(rows, arrivals, starts, color=GRAY, linewidth=1)
    axes.hlines(rows, starts, ends, color=MODE_COLORS[mode], linewidth=4)
    axes.scatter(arrivals, rows, s=10, color=INK, zorder=2, clip_on=False)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(len(rows) - 0.3, -0.7)
    axes.set_title(f"{mode}: {_as_text(run)}", loc="left", fontsize=FONT_SIZE, color=INK)


def _as_text(run: SimulatedRun) -> str:
    passes = len(run.batch_sizes)
    times = dict.fromkeys(f"{one:.1f}" for one in (run.latency_ms.min(), run.latency_ms.max()))
    return (
        f"{passes} pass{'' if passes == 1 else 'es'}, answers after {' to '.join(times)} ms, "
        f"all done at {1000 * run.finished_s.max():.1f} ms"
    )
