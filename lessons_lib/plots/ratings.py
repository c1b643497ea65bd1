"""How people rated the texts: a histogram, coloured by the label that each rating becomes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lessons_lib.plots.style import CLASS_COLOURS, INK, new_figure, show_figure
from lessons_lib.text.label import LABELS, RATING_THRESHOLD, Label


def show_ratings(ratings: Sequence[float]) -> None:
    """Show how many texts got which mean rating, with the two thresholds between the labels.

    Raises
    ------
    ValueError
        If there are no ratings.
    """
    if not len(ratings):
        raise ValueError("show_ratings() needs at least one rating, got none.")
    figure, axes = new_figure()
    edges = np.linspace(-4, 4, 65).tolist()
    shares = []
    for label, place in zip(LABELS, (-2.3, 0.0, 2.3), strict=True):
        own = [rating for rating in ratings if Label.from_rating(rating) is label]
        axes.hist(own, edges, color=CLASS_COLOURS[label.number])
        shares.append(f"{len(own) / len(ratings):.0%} {label}")
        axes.text(place, 1.02, f"{label.sign} {shares[-1]}", transform=axes.get_xaxis_transform(),
                  ha="center", fontsize=9, color=INK)  # fmt: skip
    for threshold in (-RATING_THRESHOLD, RATING_THRESHOLD):
        axes.axvline(threshold, color=INK, linewidth=1)
    axes.set(xlabel="mean rating by people, from −4 to 4", ylabel="texts")
    show_figure(figure, alt=f"Histogram of the mean ratings: {', '.join(shares)}.")
