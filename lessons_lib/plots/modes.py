"""Throughput of the modes side by side, always on the same path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lessons_lib.plots.style import INK, MODE_COLOURS, new_figure, show_figure, write_note


def show_modes(
    paths: Mapping[str, Mapping[str, Sequence[float]]], *, n_texts: int, note: str = ""
) -> None:
    """Show how many texts per second each mode answers on each path: medians, and all rounds.

    Parameters
    ----------
    paths : mapping of path names to mappings of modes to seconds
        What `time_in_turn` returns for the modes; a mode is batch, real-time or micro-batching.
    n_texts : int
        How many texts each mode was given.
    note : str
        Where and how it was measured; stands under the figure.

    Raises
    ------
    ValueError
        If there is nothing to show.
    """
    rows = [
        (path, mode, n_texts / np.asarray(seconds))
        for path, by_mode in paths.items()
        for mode, seconds in by_mode.items()
    ]
    if not rows:
        raise ValueError("show_modes() needs at least one mode, got none.")
    figure, axes = new_figure(height=0.9 + 0.36 * len(rows))
    for place, (_, mode, rates) in enumerate(rows):
        median = float(np.median(rates))
        axes.barh(place, median, height=0.62, color=MODE_COLOURS[mode])
        axes.hlines(place, rates.min(), rates.max(), color=INK, linewidth=1)
        label = f"  {median:,.0f}"
        axes.text(rates.max(), place, label, va="center", color=INK, fontsize=9)
    axes.set_yticks(range(len(rows)), [f"{path} path, {mode}" for path, mode, _ in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.2 * max(float(rates.max()) for _, _, rates in rows))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set(xlabel="texts per second")
    write_note(figure, note)
    show_figure(figure, alt=f"Texts per second: {_told(paths, n_texts)}. {note}".strip())


def _told(paths: Mapping[str, Mapping[str, Sequence[float]]], n_texts: int) -> str:
    told = []
    for path, by_mode in paths.items():
        rates = (f"{mode} {n_texts / np.median(s):,.0f}" for mode, s in by_mode.items())
        told.append(f"{path} path, {', '.join(rates)}")
    return "; ".join(told)
