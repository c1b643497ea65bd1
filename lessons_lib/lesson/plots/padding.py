"""Plot the padding of batches: a row for each text, as long as the longest one in its batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lessons_lib.formats import percent
from lessons_lib.lesson.plots.style import BLUE, GRAY, INK, display_figure, new_panels
from lessons_lib.pipeline.inference.batch import padded_lengths

HEIGHT = 2.4  # inches of a panel


def plot_padding(ways: Mapping[str, Sequence[float]], *, batch_size: int) -> None:
    """Draw each text as a row: its tokens in blue, and in gray the padding that its batch adds.

    Parameters
    ----------
    ways : mapping of names to sequences of numbers
        The number of tokens of each text, in the order in which the texts are batched. Each way
        gets a panel.
    batch_size : int
        How many texts share a pass; a gap separates the batches.

    Raises
    ------
    ValueError
        If there is nothing to draw.
    """
    if not ways or not all(len(lengths) for lengths in ways.values()):
        raise ValueError("plot_padding() needs at least one text in each panel, got none.")
    figure, panels = new_panels(len(ways), 1, height=HEIGHT * len(ways))
    described = []
    for axes, (name, lengths) in zip(panels, ways.items(), strict=True):
        tokens = np.asarray(lengths, dtype=np.float64)  # (n,)
        widths = np.array(padded_lengths(tokens.tolist(), batch_size))  # (n,)
        share = percent(1 - tokens.sum() / widths.sum())
        numbers = np.arange(len(tokens))
        rows = numbers + numbers // batch_size * max(1, batch_size // 8)  # a gap after each batch
        axes.barh(rows, tokens, height=1, color=BLUE)
        axes.barh(rows, widths - tokens, left=tokens, height=1, color=GRAY, alpha=0.35)
        axes.set_title(f"{name}: {share} padding", loc="left", color=INK, fontsize=9)
        axes.set(xlim=(0, None), yticks=[], ylabel="texts")
        axes.invert_yaxis()
        described.append(f"{name}, {share} of the slots are padding")
    panels[-1].set_xlabel("tokens, and padding in gray")
    alt = f"Rows of tokens and padding in batches of {batch_size}: {'; '.join(described)}."
    display_figure(figure, alt=alt)
