"""Two traces side by side: what each word adds to the lead of one class over another, in each.

Mean and head are linear, so a word's part in the difference of two scores is exact, and so is how
that part changes from one text to the other: because the word came, went, or counts as one of more
or fewer words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lessons_lib.text.label import LABELS, Label
from lessons_lib.widgets.trace.layers import SAME, Figures, Trace, columns_that_add_up, is_uneven


@dataclass(frozen=True, slots=True)
class WordMove:
    """One word, or the bias, in the lead of both texts; figures in thousandths, so sums are exact.

    Attributes
    ----------
    word : str
        The token; empty for the bias.
    times : pair of int
        How often it stands in the first and in the second text.
    parts : pair of int
        What it adds to the lead in each, rounded so that the columns add up.
    exact : float
        How far it moved the lead, not rounded; which word moved it most is told by this.
    """

    word: str
    times: tuple[int, int]
    parts: tuple[int, int]
    exact: float = 0.0

    @property
    def moved(self) -> int:
        """How far it moved the lead from the first text to the second."""
        return self.parts[1] - self.parts[0]

    @property
    def is_new(self) -> bool:
        """Whether it stands in the second text alone."""
        return self.times[0] == 0

    @property
    def is_gone(self) -> bool:
        """Whether it stands in the first text alone."""
        return self.times[1] == 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The lead of class `ahead` over class `behind` in two texts, and what moved it.

    Attributes
    ----------
    words : tuple of WordMove
        One for each distinct word, those that moved the lead most first.
    bias : WordMove
        What the lead starts from; the same in both.
    counts : pair of int
        How many tokens each text has.
    labels : pair of Label
        What each text was labelled.
    is_uneven : bool
        Words that count the same are not shown alike, as the columns would not add up.
    """

    ahead: Label
    behind: Label
    words: tuple[WordMove, ...]
    bias: WordMove
    counts: tuple[int, int]
    labels: tuple[Label, Label]
    is_uneven: bool = False

    @property
    def leads(self) -> tuple[int, int]:
        """The lead in each text: the sum of the parts."""
        first, second = zip(*(one.parts for one in (*self.words, self.bias)), strict=True)
        return sum(first), sum(second)

    @property
    def moved(self) -> int:
        """How far the lead moved."""
        return self.leads[1] - self.leads[0]


def compare(first: Trace, second: Trace) -> Comparison:
    """Return how each word moved the lead that tells the story of both texts.

    Notes
    -----
    Where the label changed, it is the lead of the second label over the first. Where both are the
    same, it is the lead of that label over the class that comes closest to it in either text.

    Raises
    ------
    ValueError
        If a trace holds a number that is not finite, or its shares do not sum to its logits.
    """
    pair = (first, second)
    ahead, behind = _told_classes(first, second)
    times = [Counter(trace.tokens) for trace in pair]
    # Words that count the same in both come first: what is rounded alike looks alike.
    found = dict.fromkeys((*second.tokens, *first.tokens))
    order = sorted(found, key=lambda word: times[0][word] != times[1][word])
    exact = [_parts(trace, ahead, behind, order) for trace in pair]
    shown, uneven = _rounded(exact, [_lead(trace.logits, ahead, behind) for trace in pair])
    words = [
        WordMove(
            word,
            (times[0][word], times[1][word]),
            (shown[0][word], shown[1][word]),
            exact[1][word] - exact[0][word],
        )
        for word in found
    ]
    return Comparison(
        ahead,
        behind,
        words=tuple(sorted(words, key=lambda one: (-abs(one.moved), -abs(one.exact)))),
        bias=WordMove("", (1, 1), (shown[0][""], shown[1][""])),
        counts=(len(first.tokens), len(second.tokens)),
        labels=(first.prediction.label, second.prediction.label),
        is_uneven=uneven,
    )


def strongest(words: Sequence[WordMove]) -> list[WordMove]:
    """Return the word that moved the lead most, or all those that moved it equally far."""
    most = max((abs(one.exact) for one in words), default=0.0)
    return [one for one in words if most - abs(one.exact) <= 2 * SAME]


def only_here(tokens: Sequence[str], other: Sequence[str]) -> list[bool]:
    """Say of each token whether the other text lacks it; a repeated word is matched one by one."""
    left = Counter(other)
    lacking = []
    for token in tokens:
        lacking.append(left[token] == 0)
        left[token] -= not lacking[-1]
    return lacking


def _told_classes(first: Trace, second: Trace) -> tuple[Label, Label]:
    before, after = first.prediction.label, second.prediction.label
    if before is not after:
        return after, before
    scores = (first.logits.tolist(), second.logits.tolist())

    def closest(rival: Label) -> float:
        return float(max(logits[rival.number] - logits[after.number] for logits in scores))

    return after, max((rival for rival in LABELS if rival is not after), key=closest)


def _lead(scores: Figures, ahead: Label, behind: Label) -> float:
    plain = scores.tolist()
    return float(plain[ahead.number] - plain[behind.number])


def _parts(trace: Trace, ahead: Label, behind: Label, order: Sequence[str]) -> dict[str, float]:
    """Return what each distinct word adds to the lead; the bias, named "", comes first."""
    parts = {"": _lead(trace.bias, ahead, behind), **dict.fromkeys(order, 0.0)}
    for token, share in zip(trace.tokens, trace.shares.tolist(), strict=True):
        parts[token] += share[ahead.number] - share[behind.number]
    return parts


def _rounded(
    exact: Sequence[dict[str, float]], totals: Sequence[float]
) -> tuple[list[dict[str, int]], bool]:
    """Return the parts in thousandths that sum to the leads, and whether equal ones differ."""
    columns = columns_that_add_up([list(parts.values()) for parts in exact], totals)
    shown = [dict(zip(*pair, strict=True)) for pair in zip(exact, columns, strict=True)]
    pairs = zip(exact, columns, strict=True)
    return shown, any(is_uneven(list(parts.values()), column) for parts, column in pairs)
