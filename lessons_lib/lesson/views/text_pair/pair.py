"""Two texts side by side: their labels, their words, and which word changed the prediction.

The mean and the head are linear, so each word's contribution to the difference of two scores is
exact. So is its change from one text to the other, whether the word was added, removed, or has a
different weight because the number of words changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lessons_lib.classroom.sessions.page import shown
from lessons_lib.classroom.widgets.page import framed_styles, script
from lessons_lib.lesson.views.trace.explorer import (
    SAME,
    Trace,
    TracedTexts,
    class_of,
    names_in_words,
    rounded,
)
from lessons_lib.pipeline.inference.models import load_textbook
from lessons_lib.pipeline.inference.prediction import PredictionTrace
from lessons_lib.pipeline.text.label import LABELS, Label
from lessons_lib.pipeline.text.preprocess import uncut_tokens
from lessons_lib.pipeline.text.vocabulary import UNK

if TYPE_CHECKING:
    from lessons_lib.pipeline.inference.textbook import SentimentPipeline

FIRST = "not good"
SECOND = "not bad"


class TextPair(TracedTexts):
    """Traces two texts, and explains what moved the prediction from one to the other.

    Parameters
    ----------
    trace : callable
        Accepts one text and returns its trace, for instance ``SentimentPipeline.load().trace``.
    first, second : str
        The initial texts.

    Raises
    ------
    TypeError
        If a text is not a string.
    """

    _esm = script("lesson/views/text_pair/pair.js")
    _css = framed_styles("lesson/views/trace/bars.css", "lesson/views/text_pair/pair.css")
    saved = ("Two texts, side by side", "Change a word and see what it does to the prediction.")

    def __init__(self, trace: Trace, first: str = FIRST, second: str = SECOND) -> None:
        super().__init__(trace, first=first, second=second)

    def __repr__(self) -> str:
        first, second = (shown(text, length=40) for text in self._first_texts.values())
        return f"TextPair({first!r} beside {second!r})"

    def _answer_to(self, asked: dict[str, Any]) -> dict[str, Any]:
        texts = [asked["first"], asked["second"]]
        return pair_of(texts, [self._trace(text) for text in texts])


@dataclass(frozen=True, slots=True)
class WordMove:
    """A word: its count in each text, and its contribution to one class's lead over another."""

    word: str
    times: tuple[int, int]
    parts: tuple[float, float]

    @property
    def moved(self) -> float:
        """How far it moved the lead from the first text to the second."""
        return self.parts[1] - self.parts[0]

    @property
    def change(self) -> str:
        """How the word changed: "adding ", "removing ", or empty."""
        return "" if all(self.times) else "adding " if self.times[1] else "removing "


def pair_of(texts: Sequence[str], traces: Sequence[PredictionTrace]) -> dict[str, Any]:
    """Compare two traces and return plain values for a browser.

    Raises
    ------
    ValueError
        If a number in a trace is not finite.
    """
    first, second = traces
    ahead, behind = _classes_to_compare(first, second)
    leads = [_lead(trace.logits.tolist(), ahead, behind) for trace in traces]
    bias = _lead(first.bias.tolist(), ahead, behind)
    moves = _moves(traces, ahead, behind)
    rows = [_row(one) for one in (*moves, WordMove("", (1, 1), (bias, bias)))]
    return {
        "texts": [
            _side(texts[0], first, only_here(first.tokens, second.tokens)),
            _side(texts[1], second, only_here(second.tokens, first.tokens)),
        ],
        "ahead": class_of(ahead),
        "behind": class_of(behind),
        "words": rows[:-1],
        "bias": rows[-1],
        "leads": rounded("logits", leads),
        "moved": round(leads[1] - leads[0], 3) + 0.0,
        "seen": change_explanation(first, second, moves, (ahead, behind)),
    }


def change_explanation(
    first: PredictionTrace,
    second: PredictionTrace,
    moves: Sequence[WordMove],
    classes: tuple[Label, Label],
) -> str:
    """Describe whether the label changed, and which word moved its lead most."""
    before, after = first.prediction.label, second.prediction.label
    if not moves:
        return f"Neither text has any tokens left, so the bias alone decides both: {after}."
    if first.tokens == second.tokens:
        return "Both texts have the same tokens, so they get the same prediction."
    if sorted(first.tokens) == sorted(second.tokens):
        return (
            "Both texts have the same words in a different order. The model averages the words, "
            "and an average does not depend on their order, so the prediction is the same."
        )
    change = f"changes from {before} to {after}" if before is not after else f"stays {after}"
    most = moves[0]
    if abs(most.moved) <= SAME:
        return f"The label {change}: every word contributes the same to both texts."
    alike = [
        one for one in moves if abs(one.moved - most.moved) <= SAME and one.change == most.change
    ]
    names = names_in_words([shown(one.word) for one in alike])
    towards = classes[0] if most.moved > 0 else classes[1]
    each = " each" if len(alike) > 1 else ""
    effect = f"{abs(most.moved):.2f}{each} toward {towards}"
    return f"The label {change}. The largest effect comes from {most.change}{names}: {effect}."


def only_here(tokens: Iterable[str], other: Iterable[str]) -> list[bool]:
    """Return whether each token is missing from the other text; repeats are matched one by one."""
    left = Counter(other)
    lacking = []
    for token in tokens:
        lacking.append(left[token] == 0)
        left[token] -= not lacking[-1]
    return lacking


def _classes_to_compare(first: PredictionTrace, second: PredictionTrace) -> tuple[Label, Label]:
    """Return the second label and the first; if both are equal, the label and its closest rival."""
    before, after = first.prediction.label, second.prediction.label
    if before is not after:
        return after, before
    scores = (first.logits.tolist(), second.logits.tolist())
    rivals = [label for label in LABELS if label is not after]
    return after, max(rivals, key=lambda one: max(_lead(row, one, after) for row in scores))


def _lead(scores: Sequence[float], ahead: Label, behind: Label) -> float:
    return scores[ahead.number] - scores[behind.number]


def _moves(traces: Sequence[PredictionTrace], ahead: Label, behind: Label) -> list[WordMove]:
    """Return each distinct word, sorted by how far it moved the lead, largest first."""
    times = [Counter(trace.tokens) for trace in traces]
    words = dict.fromkeys((*traces[1].tokens, *traces[0].tokens))
    parts = [dict.fromkeys(words, 0.0) for _ in traces]
    for trace, part in zip(traces, parts, strict=True):
        for token, share in zip(trace.tokens, trace.shares.tolist(), strict=True):
            part[token] += _lead(share, ahead, behind)
    moves = [
        WordMove(word, (times[0][word], times[1][word]), (parts[0][word], parts[1][word]))
        for word in words
    ]
    return sorted(moves, key=lambda one: -abs(round(one.moved, 6)))


def _row(move: WordMove) -> dict[str, Any]:
    return {
        "word": shown(move.word),
        "times": list(move.times),
        "parts": rounded("shares", move.parts),
        "moved": round(move.moved, 3) + 0.0,
    }


def _side(text: str, trace: PredictionTrace, only: list[bool]) -> dict[str, Any]:
    decided = trace.prediction
    figures = rounded("probabilities", decided.probabilities)
    return {
        "words": len(uncut_tokens(text)),
        "tokens": [
            {"token": shown(token), "only": is_only, "unknown": number == UNK}
            for token, is_only, number in zip(trace.tokens, only, trace.ids.tolist(), strict=False)
        ],
        "label": class_of(decided.label),
        "probabilities": [
            {**class_of(label), "p": p} for label, p in zip(LABELS, figures, strict=True)
        ],
    }


def show_text_pair(
    pipeline: SentimentPipeline | None = None, first: str = FIRST, second: str = SECOND
) -> TextPair:
    """Return a widget that compares two texts and shows how each word changes the prediction."""
    return TextPair(trace=(pipeline or load_textbook()).trace, first=first, second=second)
