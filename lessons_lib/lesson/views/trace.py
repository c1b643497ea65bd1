"""The explorer: the five layers of a typed text as plain values that a browser can draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import Struct

from lessons_lib.arguments import check_text
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.sessions.page import Page, shown, well_formed
from lessons_lib.classroom.widgets.page import Card, Entered, attempted, framed_styles, script
from lessons_lib.classroom.widgets.record import recorded
from lessons_lib.pipeline.inference.prediction import Prediction, PredictionTrace, load_textbook
from lessons_lib.pipeline.text.label import LABELS, Label
from lessons_lib.pipeline.text.preprocess import uncut_tokens
from lessons_lib.pipeline.text.vocabulary import UNK

if TYPE_CHECKING:
    from lessons_lib.pipeline.inference.realtime import LightPipeline
    from lessons_lib.pipeline.inference.textbook import SentimentPipeline

SAME = 1e-6  # smaller differences count as equal because the model computes in float32
FULL_COLOR_AT = 3.0  # 99 of 100 numbers in the embedding table are closer to zero
MOST_DROPPED = 20
UNSURE_BELOW = 0.5
NO_KNOWN_WORD = (
    "No word of this text is in the vocabulary. Unknown words share one vector, so every such text "
    "gets the same answer."
)


def layers_of(text: str, trace: PredictionTrace) -> dict[str, Any]:
    """Return the five layers of a trace as plain values, with three decimals."""
    tokens = [shown(token) for token in trace.tokens]
    ids = trace.ids.tolist()
    unknown = [number == UNK for number in ids[: len(tokens)]]
    dropped = uncut_tokens(text)[len(tokens) :]
    return {
        "tokens": tokens,
        "unknown": unknown,
        "dropped": [shown(token) for token in dropped[:MOST_DROPPED]],
        "more_dropped": len(dropped[MOST_DROPPED:]),
        "ids": ids,
        "full_color_at": FULL_COLOR_AT,
        "vectors": [rounded(row) for row in trace.vectors.tolist()],
        "pooled": rounded(trace.pooled.tolist()),
        "classes": [{"name": label.value, "sign": label.sign} for label in LABELS],
        "bias": rounded(trace.bias.tolist()),
        "shares": [rounded(row) for row in trace.shares.tolist()],
        "logits": rounded(trace.logits.tolist()),
        "probabilities": rounded(trace.prediction.probabilities),
        "label": trace.prediction.label.value,
        "seen": label_explanation(tokens, unknown, trace.shares.tolist(), trace.prediction),
    }


def label_explanation(
    tokens: Sequence[str],
    unknown: Sequence[bool],
    shares: Sequence[Sequence[float]],
    decided: Prediction,
) -> str:
    """Name the word that contributed most to the label, and say whether the model is unsure."""
    label = decided.label
    if tokens and all(unknown):
        sentence = NO_KNOWN_WORD
    else:
        sentence = _strongest_push(tokens, [row[label.number] for row in shares], label)
    top = decided.probabilities[label.number]
    if top < UNSURE_BELOW:
        sentence += f" The highest probability is only {top:.3f}, so the model is unsure."
    return sentence


def _strongest_push(tokens: Sequence[str], pushes: Sequence[float], label: Label) -> str:
    if not tokens:
        return f"No tokens are left after preprocessing, so the bias alone decides: {label}."
    most = max(pushes)
    if most <= 0:
        why = "it wins because the other scores are even lower"
        return f"No word raises the score of {label}; {why}."
    pairs = zip(tokens, pushes, strict=True)
    strongest = list(dict.fromkeys(token for token, push in pairs if most - push <= SAME))
    names = names_in_words(strongest)
    if len(strongest) > 1:
        return f"{names} are tied for the largest contribution to {label}."
    return f"{names} contributes most to {label}."


def names_in_words(tokens: Sequence[str]) -> str:
    """Name one token or several: "‘a’ and ‘b’", "‘a’ and 2 other words"."""
    if len(tokens) == 1:
        return f"‘{tokens[0]}’"
    others = f"‘{tokens[1]}’" if len(tokens) == 2 else f"{len(tokens) - 1} other words"
    return f"‘{tokens[0]}’ and {others}"


def rounded(figures: Iterable[float]) -> list[float]:
    """Round to the three decimals that a browser prints."""
    return [round(figure, 3) + 0.0 for figure in figures]  # + 0.0 turns -0.0 into 0.0


Trace: TypeAlias = Callable[[str], PredictionTrace]
DEFAULT_TEXT = "The movie was great"


class TraceAction(Struct, frozen=True):
    """What a page may request: the layers of a text."""

    do: Literal["ask"]
    text: str


class TextExplorer(Card):
    """Shows tokens, ids, vectors, scores and probabilities of any text that is typed.

    Parameters
    ----------
    trace : callable
        Accepts one text and returns its trace, for instance ``SentimentPipeline.load().trace``.
    text : str
        The initial text.

    Raises
    ------
    TypeError
        If `text` is not a string.
    """

    _esm = script("lesson/views/trace/explorer.js")
    _css = framed_styles(
        "lesson/views/modes.css", "lesson/views/trace/bars.css", "lesson/views/trace/explorer.css"
    )
    _kind = TraceAction
    saved = ("From a sentence to a label", "Type any text and see what each layer does with it.")

    def __init__(self, trace: Trace, text: str = DEFAULT_TEXT) -> None:
        check_text("TextExplorer(text=...)", text, "one text")
        self._trace, self._first_text = trace, text
        self._entered = Entered({"text": text}, type(self).__name__)
        super().__init__()

    def __repr__(self) -> str:
        return f"TextExplorer(five layers of {shown(self._first_text, length=60)!r})"

    def submit(self, action: TraceAction) -> None:
        """Show the layers of a text."""
        self._entered.keep({"text": well_formed(action.text)})
        self.refresh()

    def content(self) -> Page:
        """Return the text and its layers."""
        text: str = self._entered.values["text"]
        return {"text": text, **attempted(lambda: layers_of(text, self._trace(text)))}


def show_explorer(
    pipeline: SentimentPipeline | LightPipeline | None = None,
    text: str = DEFAULT_TEXT,
    *,
    log: EventLog | None = None,
) -> TextExplorer:
    """Return a widget that explores the five layers of a prediction, starting with a text."""
    trace = (pipeline or load_textbook()).trace
    own = recorded(trace, "text-traced", lambda typed: typed != text, log=log)
    return TextExplorer(trace=own, text=text)
