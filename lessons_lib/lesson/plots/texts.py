"""Plot text lengths, padding, ratings and maps of word vectors, and what the next token costs."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lessons_lib.formats import percent
from lessons_lib.lesson.plots import style
from lessons_lib.pipeline.embedding.table import EmbeddingTable
from lessons_lib.pipeline.inference.batch import padded_lengths
from lessons_lib.pipeline.text.label import LABELS, RATING_THRESHOLD, Label

LONGEST_TEXT_SHOWN = 60


def plot_lengths(lengths: Sequence[int], *, limit: int | None = None, unit: str = "words") -> None:
    """Plot a histogram of text lengths.

    Parameters
    ----------
    lengths : sequence of int
        One length per text, at least one.
    limit : int, optional
        The length at which texts are truncated; the bars beyond it are hollow.
    unit : str
        The unit of the lengths.

    Raises
    ------
    ValueError
        If there are no lengths.
    """
    if not len(lengths):
        raise ValueError("plot_lengths() needs at least one length, got none.")
    figure, axes = style.new_figure()
    counts = np.bincount(np.clip(lengths, 0, LONGEST_TEXT_SHOWN))
    bars = np.arange(len(counts))
    within = bars <= (limit if limit is not None else LONGEST_TEXT_SHOWN)
    axes.bar(bars[within], counts[within], color=style.ACCENT, width=0.85)
    axes.bar(bars[~within], counts[~within], color="none", edgecolor=style.ACCENT, width=0.85)
    axes.set(xlabel=f"{unit} per text (last bar: {LONGEST_TEXT_SHOWN} or more)", ylabel="texts")
    alt = f"Histogram of {unit} per text; the median is {np.median(lengths):.0f} {unit}."
    if limit is not None:
        cut = float(np.mean(np.asarray(lengths) > limit))
        note = f"{percent(cut)} of the texts have more than {limit} {unit}"
        axes.axvline(limit + 0.5, color=style.INK, linewidth=1)
        axes.text(limit + 1.5, counts.max() * 0.92, note, color=style.INK, fontsize=style.FONT_SIZE)
        alt += f" {note}."
    style.display_figure(figure, alt=alt)


def plot_ratings(ratings: Sequence[float]) -> None:
    """Plot a histogram of the mean ratings, with the two thresholds between the labels.

    Raises
    ------
    ValueError
        If there are no ratings.
    """
    if not len(ratings):
        raise ValueError("plot_ratings() needs at least one rating, got none.")
    figure, axes = style.new_figure()
    edges = np.linspace(-4, 4, 65).tolist()
    shares = []
    for label, x in zip(LABELS, (-2.3, 0.0, 2.3), strict=True):
        own = [rating for rating in ratings if Label.from_rating(rating) is label]
        axes.hist(own, edges, color=style.CLASS_COLORS[label.number])
        shares.append(f"{percent(len(own) / len(ratings))} {label}")
        axes.text(x, 1.02, f"{label.sign} {shares[-1]}", transform=axes.get_xaxis_transform(),
                  ha="center", fontsize=style.FONT_SIZE, color=style.INK)  # fmt: skip
    for threshold in (-RATING_THRESHOLD, RATING_THRESHOLD):
        axes.axvline(threshold, color=style.INK, linewidth=1)
    axes.set(xlabel="mean human rating, from −4 to 4", ylabel="texts", xlim=(-4, 4))
    style.display_figure(figure, alt=f"Histogram of the mean ratings: {', '.join(shares)}.")


GROUP_MARKERS = ("v", "o", "^", "s", "D")


def plot_word_map(table: EmbeddingTable, groups: Mapping[str, Sequence[str]]) -> None:
    """Plot groups of words on the table's two-dimensional map.

    Parameters
    ----------
    table : EmbeddingTable
        The source of the vectors.
    groups : mapping of str to words
        At most five named groups, each with its own color and marker.

    Raises
    ------
    ValueError
        If a word is not in the table, or if there are more than five groups.
    """
    if len(groups) > len(GROUP_MARKERS):
        raise ValueError(f"plot_word_map() draws at most 5 groups, got {len(groups)}.")
    figure, axes = style.new_figure(6.4, 4.4)
    words = [word for group in groups.values() for word in group]
    at = table.map_2d(words)  # (n, 2)
    gaps = (at[None] - at[:, None]) / np.ptp(at, axis=0).clip(min=1e-9)  # (n, n, 2)
    is_close = (gaps[..., 0] > 0) & (gaps[..., 0] < 0.12) & (abs(gaps[..., 1]) < 0.05)
    points, crowded = iter(at), iter(is_close.any(axis=1))
    colors = (*style.CLASS_COLORS, style.ACCENT, style.INK)
    for (name, group), marker, color in zip(groups.items(), GROUP_MARKERS, colors, strict=False):
        xy = [next(points) for _ in group]
        across, up = zip(*xy, strict=True)
        axes.scatter(across, up, marker=marker, color=color, s=28, label=name)
        for word, (x, y) in zip(group, xy, strict=True):
            if next(crowded):  # a name on the right would touch the next point
                style.name_point(axes, word, (x, y), (-6, 6), side="center")
            else:
                style.name_point(axes, word, (x, y), (4, 4))
    axes.set(xlabel="first component (no unit)", ylabel="second component (no unit)")
    axes.legend(frameon=False, fontsize=style.FONT_SIZE, labelcolor=style.INK, loc="best")
    listed = "; ".join(f"{name}: {', '.join(group)}" for name, group in groups.items())
    style.display_figure(figure, alt=f"Map of {len(words)} word vectors in the plane. {listed}.")


THRESHOLDS = np.linspace(0.34, 0.95, 62)


def plot_confidence(probabilities: NDArray[np.float32], class_numbers: Sequence[int]) -> None:
    """Plot, for each threshold, the share of labels accepted and their accuracy.

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
    accepted = np.array([(top >= threshold).mean() for threshold in THRESHOLDS])
    reached = THRESHOLDS[accepted > 0]
    accuracy = np.array([right[top >= threshold].mean() for threshold in reached])
    figure, axes = style.new_figure()
    axes.plot(reached, accuracy, color=style.ACCENT, clip_on=False)
    axes.plot(THRESHOLDS, accepted, "--", color=style.INK, clip_on=False)
    style.name_point(axes, "accuracy of those accepted", (reached[-1], accuracy[-1]))
    style.name_point(axes, "accepted", (THRESHOLDS[-1], accepted[-1]))
    axes.set(xlabel="threshold", ylabel="share of texts", xlim=(0.3, 1), ylim=(0, 1))
    middle = int(np.searchsorted(reached, 0.6))
    alt = (
        f"Two curves over {len(top):,} texts. With all labels accepted, {percent(accuracy[0])} "
        f"are correct; with a threshold of 0.6, {percent(accepted[middle])} are accepted, and "
        f"{percent(accuracy[middle])} of those are correct."
    )
    style.display_figure(figure, alt=alt)


HEIGHT = 2.4  # inches of a panel


def plot_padding(ways: Mapping[str, Sequence[float]], *, batch_size: int) -> None:
    """Draw each text as a row: its tokens in color, and in gray the padding that its batch adds.

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
    figure, panels = style.new_panels(len(ways), 1, height=HEIGHT * len(ways))
    described = []
    for axes, (name, lengths) in zip(panels, ways.items(), strict=True):
        tokens = np.asarray(lengths, dtype=np.float64)  # (n,)
        widths = np.array(padded_lengths(tokens.tolist(), batch_size))  # (n,)
        share = percent(1 - tokens.sum() / widths.sum())
        numbers = np.arange(len(tokens))
        rows = numbers + numbers // batch_size * max(1, batch_size // 8)  # a gap after each batch
        axes.barh(rows, tokens, height=1, color=style.ACCENT)
        axes.barh(rows, widths - tokens, left=tokens, height=1, color=style.GRAY, alpha=0.35)
        style.title(axes, f"{name}: {share} padding")
        axes.set(xlim=(0, None), yticks=[], ylabel="texts")
        axes.invert_yaxis()
        described.append(f"{name}, {share} of the slots are padding")
    panels[-1].set_xlabel("tokens, and padding in gray")
    alt = f"Rows of tokens and padding in batches of {batch_size}: {'; '.join(described)}."
    style.display_figure(figure, alt=alt)


def plot_next_token(seconds: Mapping[str, Mapping[int, float]], *, note: str = "") -> None:
    """Plot the time for the next token against the length of the text so far.

    Parameters
    ----------
    seconds : mapping of names to mappings of lengths to seconds
        What `time_next_token` returns; the first way is the one without the cache.
    note : str
        Where and how it was measured; shown below the figure.
    """
    figure, axes = style.new_figure()
    for (name, times), color in zip(seconds.items(), (style.GRAY, style.ACCENT), strict=True):
        lengths, ms = list(times), [1000 * one for one in times.values()]
        axes.plot(lengths, ms, color=color, marker="o", markersize=4)
        style.name_point(axes, name, (lengths[-1], ms[-1]), (0, 6), side="right")
    axes.set(xlabel="tokens in the text", ylabel="milliseconds for the next token", ylim=(0, None))
    ends = "; ".join(
        f"{name}: {1000 * times[min(times)]:.1f} ms at {min(times)}, "
        f"{1000 * times[max(times)]:.1f} ms at {max(times)}"
        for name, times in seconds.items()
    )
    style.display_figure(figure, alt=f"Time for the next token. {ends}.", note=note)
