"""Word vectors on a plane: words with like vectors lie close together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lessons_lib.embedding.table import EmbeddingTable
from lessons_lib.plots.style import CLASS_COLOURS, new_figure, show_figure

GROUP_MARKERS = ("v", "o", "^", "s", "D")


def show_word_map(table: EmbeddingTable, groups: Mapping[str, Sequence[str]]) -> None:
    """Show groups of words at their places on the table's two-dimensional map.

    Parameters
    ----------
    table : EmbeddingTable
        Where the vectors come from.
    groups : mapping of str to words
        At most five named groups, each with a colour and a marker of its own.

    Raises
    ------
    ValueError
        If the table does not know a word, or if there are more than five groups.
    """
    if len(groups) > len(GROUP_MARKERS):
        raise ValueError(f"show_word_map() draws at most 5 groups, got {len(groups)}.")
    figure, axes = new_figure(6.4, 4.4)
    words = [word for group in groups.values() for word in group]
    places = iter(table.map_2d(words))  # (n, 2)
    colours = (*CLASS_COLOURS, "#E69F00", "#009E73")
    for (name, group), marker, colour in zip(groups.items(), GROUP_MARKERS, colours, strict=False):
        xy = [next(places) for _ in group]
        across, up = zip(*xy, strict=True)
        axes.scatter(across, up, marker=marker, color=colour, s=28, label=name)
        for word, (x, y) in zip(group, xy, strict=True):
            axes.annotate(word, (x, y), (4, 4), textcoords="offset points", fontsize=9)
    axes.set(xlabel="first direction (no unit)", ylabel="second direction (no unit)")
    axes.legend(frameon=False, fontsize=9, loc="best")
    listed = "; ".join(f"{name}: {', '.join(group)}" for name, group in groups.items())
    show_figure(figure, alt=f"Map of {len(words)} word vectors on a plane. {listed}.")
