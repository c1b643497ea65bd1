"""The five layers of a prediction's trace, ready to be sent to a browser."""

from __future__ import annotations

import math
import string
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from lessons_lib.text.label import LABELS, Label
from lessons_lib.widgets.safe_text import shown

if TYPE_CHECKING:
    from lessons_lib.inference.prediction import Prediction, PredictionTrace

SAME = 1e-6  # figures no further apart are equal: the model computes in float32
ROUNDED = "(Rounded: a column may differ from its sum in the last digit.)"
UNKNOWN_ID = 1
UNSURE_BELOW = 0.5


def layers_of(text: str, trace: PredictionTrace) -> dict[str, Any]:
    """Return the five layers of a trace as plain values, figures in three decimals.

    Raises
    ------
    ValueError
        If a number in the trace is not finite: it could not be sent to a browser.
    """
    tokens = [shown(token) for token in trace.tokens]
    ids = trace.ids.tolist()
    bias, logits = rounded("bias", trace.bias.tolist()), rounded("logits", trace.logits.tolist())
    shares = [rounded("shares", row) for row in trace.shares.tolist()]
    seen = what_was_seen(tokens, trace.shares.tolist(), trace.prediction)
    return {
        "characters": len(text),
        "words": count_words(text),
        "tokens": tokens,
        "unknown": [number == UNKNOWN_ID for number in ids[: len(tokens)]],
        "ids": ids,
        "vectors": [rounded("vectors", row) for row in trace.vectors.tolist()],
        "pooled": rounded("pooled", trace.pooled.tolist()),
        "classes": [class_of(label) for label in LABELS],
        "bias": bias,
        "shares": shares,
        "logits": logits,
        "probabilities": rounded("probabilities", trace.prediction.probabilities),
        "label": trace.prediction.label.value,
        "seen": with_remark(seen, [bias, *shares], logits),
    }


def what_was_seen(
    tokens: Sequence[str], shares: Sequence[Sequence[float]], decided: Prediction
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


def with_remark(sentence: str, rows: Sequence[Sequence[float]], totals: Sequence[float]) -> str:
    """Add to a sentence that figures are rounded, where a column of them does not add up."""
    columns = zip(*rows, strict=True)
    if all(round(sum(one), 3) == total for one, total in zip(columns, totals, strict=True)):
        return sentence
    return f"{sentence} {ROUNDED}"


def rounded(name: str, figures: Iterable[float]) -> list[float]:
    """Return figures in the three decimals that a browser prints; ValueError if one is infinite."""
    found = [round(figure, 3) + 0.0 for figure in figures]  # + 0.0 makes -0.0 plain
    if not all(map(math.isfinite, found)):
        raise ValueError(f"{name} of the trace hold a number that is not finite.")
    return found


def class_of(label: Label) -> dict[str, str]:
    """Return a class by its name and its sign."""
    return {"name": label.value, "sign": label.sign}


def count_words(text: str) -> int:
    """Count the pieces that are not punctuation alone: the tokens before the cut."""
    return sum(1 for piece in text.split() if not all(map(_is_punctuation, piece)))


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")
