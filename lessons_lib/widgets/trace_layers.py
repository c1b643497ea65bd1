"""A prediction trace as plain layers that a browser can draw: rounded, shortened, valid JSON."""

from __future__ import annotations

import math
import string
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from lessons_lib.text.label import LABELS, Label
from lessons_lib.widgets.trace_layers_rounding import (
    SAME,
    UNEVEN,
    figures_that_add_up,
    is_uneven,
)

UNKNOWN_ID = 1
SHOWN_TOKEN_LENGTH = 32
UNSURE_BELOW = 0.5

_CONTROL_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}


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


def shown(text: str, *, length: int = SHOWN_TOKEN_LENGTH) -> str:
    """Return a text fit to be sent and seen: short, valid, control characters as pictures."""
    short = text if len(text) <= length else text[: length - 1] + "…"
    return well_formed(short).translate(_CONTROL_PICTURES)


def error_in_words(error: BaseException) -> str:
    """Return an exception as one short line that can be sent and shown."""
    return f"{type(error).__name__}: {shown(str(error), length=500)}"


def well_formed(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates by U+FFFD: neither can be sent as UTF-8."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def _rounded(name: str, figures: Iterable[float]) -> list[float]:
    rounded = [round(figure, 3) for figure in figures]  # as the browser prints them
    _check_finite(name, rounded)
    return rounded


def _check_finite(name: str, figures: Sequence[float]) -> None:
    if not all(map(math.isfinite, figures)):
        raise ValueError(f"{name} of the trace hold a number that is not finite.")
