"""Two texts side by side: their labels, their words, and which word moved the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from lessons_lib.text.label import LABELS, Label
from lessons_lib.widgets.page import script, styles
from lessons_lib.widgets.safe_text import error_in_words, shown, well_formed
from lessons_lib.widgets.text_pair.moves import WordMove, compare, only_here
from lessons_lib.widgets.text_pair.words import what_moved
from lessons_lib.widgets.trace.layers import UNKNOWN_ID, Trace, count_words

FIRST = "The movie was good"
SECOND = "The movie was not good"


class TextPair(anywidget.AnyWidget):
    """Traces two texts at once, and says what moved the answer from one to the other.

    Parameters
    ----------
    trace : callable
        Takes one text and returns its trace, for instance ``SentimentPipeline.load().trace``.
    first, second : str
        The texts to begin with.

    Raises
    ------
    TypeError
        If `trace` cannot be called, or a text is not one string.

    Notes
    -----
    The browser sets `asked` to two texts with a serial number; the kernel answers in `answer` with
    the same number, and the browser drops answers to texts it has left.
    """

    _esm = script("text_pair/pair.js")
    _css = styles("frame.css", "text_pair/pair.css")

    asked: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True, echo_update=False)
    answer: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(
        self, trace: Callable[[str], Trace], first: str = FIRST, second: str = SECOND
    ) -> None:
        if not callable(trace):
            raise TypeError(
                "TextPair(trace=...) takes a callable such as pipeline.trace, "
                f"got {type(trace).__name__}."
            )
        for name, text in (("first", first), ("second", second)):
            if not isinstance(text, str):
                raise TypeError(
                    f"TextPair({name}=...) takes one text (str), got {type(text).__name__}."
                )
        self._trace = trace
        self._first_texts = (first, second)
        super().__init__(asked={"serial": 0, "first": first, "second": second})

    def __repr__(self) -> str:
        first, second = (shown(text, length=40) for text in self._first_texts)
        return f"TextPair({first!r} beside {second!r})"

    @traitlets.validate("asked")
    def _well_formed(self, proposal: dict[str, Any]) -> dict[str, Any]:
        asked = proposal["value"]
        texts = {name: well_formed(str(asked.get(name, ""))) for name in ("first", "second")}
        return {"serial": int(asked.get("serial", 0)), **texts}

    @traitlets.observe("asked")
    def _answer(self, change: dict[str, Any]) -> None:
        asked = change["new"]
        told = _pair_or_error(self._trace, asked["first"], asked["second"])
        self.answer = {"serial": asked["serial"], **told}


def _pair_or_error(trace: Callable[[str], Trace], first: str, second: str) -> dict[str, Any]:
    """Return both texts compared, or what went wrong: raised here, it would be lost in a log."""
    try:
        return pair_of((first, second), (trace(first), trace(second)))
    except Exception as error:
        return {"error": error_in_words(error)}


def pair_of(texts: tuple[str, str], traces: tuple[Trace, Trace]) -> dict[str, Any]:
    """Return two traces compared, ready to be sent to a browser.

    Raises
    ------
    ValueError
        If a number in a trace is not finite, or shares and logits do not agree.
    """
    comparison = compare(*traces)
    one, other = (trace.tokens for trace in traces)
    return {
        "texts": [
            _side(texts[0], traces[0], only_here(one, other)),
            _side(texts[1], traces[1], only_here(other, one)),
        ],
        "ahead": _class(comparison.ahead),
        "behind": _class(comparison.behind),
        "words": [_row(word) for word in comparison.words],
        "bias": _row(comparison.bias),
        "leads": [lead / 1000 for lead in comparison.leads],
        "moved": comparison.moved / 1000,
        "seen": what_moved(comparison, one, other),
    }


def _side(text: str, trace: Trace, only: list[bool]) -> dict[str, Any]:
    ids = trace.ids.tolist()
    decided = trace.prediction
    return {
        "words": count_words(text),
        "tokens": [
            {"token": shown(token), "only": is_only, "unknown": number == UNKNOWN_ID}
            for token, is_only, number in zip(trace.tokens, only, ids, strict=False)
        ],
        "label": _class(decided.label),
        "probabilities": [
            {**_class(label), "p": round(float(p), 3)}
            for label, p in zip(LABELS, decided.probabilities, strict=True)
        ],
    }


def _class(label: Label) -> dict[str, str]:
    return {"name": label.value, "sign": label.sign}


def _row(word: WordMove) -> dict[str, Any]:
    return {
        "word": shown(word.word),
        "times": list(word.times),
        "parts": [part / 1000 for part in word.parts],
        "moved": word.moved / 1000,
    }
