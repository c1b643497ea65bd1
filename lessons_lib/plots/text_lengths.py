"""How long texts are: a histogram, with the limit of tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lessons_lib.plots.style import INK, MODE_COLOURS, new_figure, show_figure

LONGEST_SHOWN = 60


def show_lengths(lengths: Sequence[int], *, limit: int | None = None, unit: str = "words") -> None:
    """Show how many texts have how many words or tokens.

    Parameters
    ----------
    lengths : sequence of int
        One length a text, at least one.
    limit : int, optional
        Where texts are cut; the bars beyond it are drawn hollow.
    unit : str
        What the lengths count.

    Raises
    ------
    ValueError
        If there are no lengths.
    """
    if not len(lengths):
        raise ValueError("show_lengths() needs at least one length, got none.")
    figure, axes = new_figure()
    counts = np.bincount(np.clip(lengths, 0, LONGEST_SHOWN))
    places = np.arange(len(counts))
    within = places <= (limit if limit is not None else LONGEST_SHOWN)
    blue = MODE_COLOURS["batch"]
    axes.bar(places[within], counts[within], color=blue, width=0.85)
    axes.bar(places[~within], counts[~within], color="white", edgecolor=blue, width=0.85)
    axes.set(xlabel=f"{unit} in a text ({LONGEST_SHOWN} = {LONGEST_SHOWN} or more)", ylabel="texts")
    alt = f"Histogram of {unit} per text; the middle text has {np.median(lengths):.0f} {unit}."
    if limit is not None:
        cut = float(np.mean(np.asarray(lengths) > limit))
        note = f"{cut:.0%} of the texts go beyond {limit}"
        axes.axvline(limit + 0.5, color=INK, linewidth=1)
        axes.text(limit + 1.5, counts.max() * 0.92, note, color=INK, fontsize=9)
        alt += f" {note}."
    show_figure(figure, alt=alt)
