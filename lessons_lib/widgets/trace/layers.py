"""Figures rounded for show, so that columns still add up and equal figures look alike."""

from __future__ import annotations

import itertools
import math
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from lessons_lib.text.label import LABELS, Label
from lessons_lib.widgets.safe_text import shown

SAME = 1e-6  # figures no further apart are equal: the model reckons in float32
UNEVEN = "(Rounded so that each column adds up: equal figures may differ in the last digit.)"


def figures_that_add_up(figures: Sequence[float], *, total: float) -> list[float]:
    """Round one column to three decimals: see `columns_that_add_up`."""
    return [figure / 1000 for figure in columns_that_add_up([figures], [total])[0]]


def columns_that_add_up(
    columns: Sequence[Sequence[float]], totals: Sequence[float]
) -> list[list[int]]:
    """Return the figures in thousandths so that each column sums to its rounded total.

    Notes
    -----
    No figure moves by more than 0.001, and whoever adds a column up by hand arrives at its total.
    Equal figures, in whichever column, are rounded alike where any such rounding adds up; else
    each figure is the step between two rounded running sums. A total that differs from the sum by
    more than rounding is an error of the trace: ValueError.
    """
    for column, total in zip(columns, totals, strict=True):
        _check_sum(column, total)
    alike = _rounded_alike(columns, [round(1000 * total) for total in totals])
    return alike or [_steps(*one) for one in zip(columns, totals, strict=True)]


def is_uneven(figures: Sequence[float], rounded: Sequence[float]) -> bool:
    """Say whether equal figures were rounded differently."""
    pairs = sorted(zip(figures, rounded, strict=True))
    return any(b[0] - a[0] <= SAME and a[1] != b[1] for a, b in itertools.pairwise(pairs))


def _check_sum(figures: Sequence[float], total: float) -> None:
    if not all(map(math.isfinite, (*figures, total))):
        raise ValueError("shares of the trace hold a number that is not finite.")
    if abs(math.fsum(figures) - total) > 1e-3:
        raise ValueError(
            f"bias and shares sum to {math.fsum(figures):.4f}, the logit is {total:.4f}."
        )


def _rounded_alike(
    columns: Sequence[Sequence[float]], wanted: Sequence[int]
) -> list[list[int]] | None:
    """Round each distinct figure down or up: of all ways that add up, the one nearest to it."""
    same = _same_figures([figure for column in columns for figure in column])
    counts = [Counter(same[figure] for figure in column) for column in columns]
    distinct = sorted(set(same.values()))
    reached: dict[tuple[int, ...], tuple[float, tuple[int, ...]]] = {}
    reached[(0,) * len(columns)] = (0.0, ())
    for figure in distinct:
        times = [count[figure] for count in counts]
        grown: dict[tuple[int, ...], tuple[float, tuple[int, ...]]] = {}
        for (sums, (cost, chosen)), up in itertools.product(reached.items(), (0, 1)):
            shown = math.floor(1000 * figure) + up
            sums = tuple(sum_ + n * shown for sum_, n in zip(sums, times, strict=True))
            way = (cost + sum(times) * (shown - 1000 * figure) ** 2, (*chosen, shown))
            grown[sums] = min(way, grown.get(sums, way))
        reached = grown
    if tuple(wanted) not in reached:
        return None
    shown_as = dict(zip(distinct, reached[tuple(wanted)][1], strict=True))
    return [[shown_as[same[figure]] for figure in column] for column in columns]


def _same_figures(figures: Sequence[float]) -> dict[float, float]:
    """Map each figure to the one that stands for all equal to it."""
    stands_for: dict[float, float] = {}
    last = first = -math.inf
    for figure in sorted(figures):
        if figure - last > SAME:
            first = figure
        stands_for[figure], last = first, figure
    return stands_for


def _steps(figures: Sequence[float], total: float) -> list[int]:
    running = [math.fsum(figures[:end]) for end in range(1, len(figures))] + [total]
    thousandths = [0, *(round(1000 * value) for value in running)]
    return [after - before for before, after in itertools.pairwise(thousandths)]


UNKNOWN_ID = 1
UNSURE_BELOW = 0.5


class Figures(Protocol):
    """An array of any shape, for instance numpy's."""

    def tolist(self) -> Any:
        """Return the numbers as (nested) lists."""
        ...


class Decided(Protocol):
    """The end of a trace: a label and the probabilities it was decided from."""

    @property
    def label(self) -> Label:
        """The most probable class."""
        ...

    @property
    def probabilities(self) -> Sequence[float]:
        """Negative, neutral, positive; they sum to 1."""
        ...


class Trace(Protocol):
    """One text on its way to a label; `PredictionTrace` is one."""

    @property
    def tokens(self) -> Sequence[str]:
        """The text after preprocessing, k ≤ 20 tokens."""
        ...

    @property
    def ids(self) -> Figures:
        """The tokens by number, (20,)."""
        ...

    @property
    def vectors(self) -> Figures:
        """One row of features a token, (20, 50)."""
        ...

    @property
    def pooled(self) -> Figures:
        """The mean of the rows that are not padding, (50,)."""
        ...

    @property
    def logits(self) -> Figures:
        """The scores of the three classes, (3,)."""
        ...

    @property
    def shares(self) -> Figures:
        """What each token adds to each logit, (k, 3)."""
        ...

    @property
    def bias(self) -> Figures:
        """What each logit starts from, (3,)."""
        ...

    @property
    def prediction(self) -> Decided:
        """The probabilities and the label."""
        ...


def layers_of(text: str, trace: Trace) -> dict[str, Any]:
    """Return the five layers of a trace, ready to be sent to a browser.

    Raises
    ------
    ValueError
        If a number in the trace is not finite: a browser could not be told of it.
    """
    tokens = [shown(token) for token in trace.tokens]
    ids = trace.ids.tolist()
    shares, logits, bias = trace.shares.tolist(), trace.logits.tolist(), trace.bias.tolist()
    _check_finite("logits", logits)
    exact = [[bias[c], *(row[c] for row in shares)] for c in range(len(LABELS))]
    columns = [figures_that_add_up(exact[c], total=logits[c]) for c in range(len(LABELS))]
    decided = trace.prediction
    seen = what_was_seen(tokens, shares, decided)
    if any(map(is_uneven, exact, columns)):
        seen += f" {UNEVEN}"
    return {
        "characters": len(text),
        "words": count_words(text),
        "tokens": tokens,
        "unknown": [number == UNKNOWN_ID for number in ids[: len(tokens)]],
        "ids": ids,
        "vectors": [_rounded("vectors", row) for row in trace.vectors.tolist()],
        "pooled": _rounded("pooled", trace.pooled.tolist()),
        "classes": [{"name": label.value, "sign": label.sign} for label in LABELS],
        "bias": [column[0] for column in columns],
        "shares": [list(row) for row in zip(*(column[1:] for column in columns), strict=True)],
        "logits": [round(sum(column), 3) for column in columns],
        "probabilities": _rounded("probabilities", decided.probabilities),
        "label": decided.label.value,
        "seen": seen,
    }


def what_was_seen(
    tokens: Sequence[str], shares: Sequence[Sequence[float]], decided: Decided
) -> str:
    """Say which word pushed most towards the label, and whether the model is unsure."""
    label = decided.label
    sentence = _strongest_push(tokens, [row[label.number] for row in shares], label)
    top = decided.probabilities[label.number]
    if top < UNSURE_BELOW:
        sentence += f" The highest probability is only {top:.3f}: the model is unsure."
    return sentence


def _strongest_push(tokens: Sequence[str], pushes: Sequence[float], label: Label) -> str:
    if not tokens:
        return f"No token is left after preprocessing: the bias alone decides for {label}."
    most = max(pushes)
    if most <= 0:
        return f"No word pushed towards {label}: it won because the other scores fell lower."
    pairs = zip(tokens, pushes, strict=True)
    strongest = list(dict.fromkeys(token for token, push in pairs if most - push <= SAME))
    return f"{names_in_words(strongest)} pushed it most towards {label}."


def names_in_words(tokens: Sequence[str]) -> str:
    """Name one token, or say that several count the same: "‘a’ and ‘b’ alike"."""
    if len(tokens) == 1:
        return f"‘{tokens[0]}’"
    others = f"‘{tokens[1]}’" if len(tokens) == 2 else f"{len(tokens) - 1} other words"
    return f"‘{tokens[0]}’ and {others} alike"


def count_words(text: str) -> int:
    """Count the pieces that are not punctuation alone: the tokens before the cut."""
    return sum(1 for piece in text.split() if not all(map(_is_punctuation, piece)))


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def _rounded(name: str, figures: Iterable[float]) -> list[float]:
    rounded = [round(figure, 3) for figure in figures]  # as the browser prints them
    _check_finite(name, rounded)
    return rounded


def _check_finite(name: str, figures: Sequence[float]) -> None:
    if not all(map(math.isfinite, figures)):
        raise ValueError(f"{name} of the trace hold a number that is not finite.")
