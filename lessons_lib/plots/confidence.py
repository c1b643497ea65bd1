"""Plot accuracy and coverage by the minimum probability that is accepted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lessons_lib.plots.style import (
    HELD_OUT_COLOR,
    INK,
    TRAINING_COLOR,
    display_figure,
    new_figure,
)

THRESHOLDS = np.linspace(0.34, 0.95, 62)


def plot_confidence(probabilities: NDArray[np.float32], class_numbers: Sequence[int]) -> None:
    """Plot, for each threshold, the share of texts answered and their accuracy.

    Parameters
    ----------
    probabilities : array, shape (n, 3)
        Predicted for at least one held-out text.
    class_numbers : sequence of int, length n
        The human labels.

    Raises
    ------
    ValueError
        If there are no texts, or not exactly one class number per text.
    """
    if not len(probabilities) or len(probabilities) != len(class_numbers):
        raise ValueError(
            "plot_confidence() needs at least one text and one class number per text, "
            f"got {len(class_numbers)} for {len(probabilities)}."
        )
    top = probabilities.max(axis=1)  # (n, 3) -> (n,)
    right = probabilities.argmax(axis=1) == np.asarray(class_numbers)
    answered = np.array([(top >= threshold).mean() for threshold in THRESHOLDS])
    reached = THRESHOLDS[answered > 0]
    accuracy = np.array([right[top >= threshold].mean() for threshold in reached])
    figure, axes = new_figure()
    axes.plot(reached, accuracy, color=TRAINING_COLOR)
    axes.plot(THRESHOLDS, answered, color=HELD_OUT_COLOR, linestyle="--")
    for name, x, curve in (
        ("right, of those answered", reached, accuracy),
        ("answered", THRESHOLDS, answered),
    ):
        axes.annotate(name, (x[-1], curve[-1]), (6, -3), textcoords="offset points", color=INK)
    axes.set(
        xlabel="least top probability accepted",
        ylabel="share of texts",
        xlim=(0.3, 1.25),
        ylim=(0, 1.05),
    )
    middle = int(np.searchsorted(reached, 0.6))
    alt = (
        f"Two curves over {len(top):,} texts. With all texts answered {accuracy[0]:.0%} are "
        f"right; with a least top probability of 0.6, {answered[middle]:.0%} are answered and "
        f"{accuracy[middle]:.0%} of them are right."
    )
    display_figure(figure, alt=alt)
