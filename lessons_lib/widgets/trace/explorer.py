"""The explorer: a learner types a sentence, and its five layers follow, letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from lessons_lib.widgets.page import script, styles
from lessons_lib.widgets.safe_text import error_in_words, shown, well_formed
from lessons_lib.widgets.trace.layers import Trace, layers_of

DEFAULT_TEXT = "The movie was great"


class TextExplorer(anywidget.AnyWidget):
    """Shows text, tokens, ids and vectors, scores and probabilities of whatever is typed.

    Parameters
    ----------
    trace : callable
        Takes one text and returns its trace, for instance ``SentimentPipeline.load().trace``.
    text : str
        The sentence to begin with.

    Raises
    ------
    TypeError
        If `trace` cannot be called or `text` is not one string.

    Notes
    -----
    The browser sets `asked` to a text with a serial number; the kernel answers in `answer` with the
    same number, and the browser drops answers to questions it has asked anew since. An exception of
    `trace` is shown in the widget, which goes on living.
    """

    _esm = script("trace/explorer.js")
    _css = styles("trace/explorer.css")

    asked: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True, echo_update=False)
    answer: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, trace: Callable[[str], Trace], text: str = DEFAULT_TEXT) -> None:
        if not callable(trace):
            raise TypeError(
                "TextExplorer(trace=...) takes a callable such as pipeline.trace, "
                f"got {type(trace).__name__}."
            )
        if not isinstance(text, str):
            raise TypeError(
                f"TextExplorer(text=...) takes one text (str), got {type(text).__name__}."
            )
        self._trace = trace
        self._first_text = text
        super().__init__(asked={"serial": 0, "text": text})

    def __repr__(self) -> str:
        return f"TextExplorer(five layers of {shown(self._first_text, length=60)!r})"

    @traitlets.validate("asked")
    def _well_formed(self, proposal: dict[str, Any]) -> dict[str, Any]:
        asked = proposal["value"]
        return {
            "serial": int(asked.get("serial", 0)),
            "text": well_formed(str(asked.get("text", ""))),
        }

    @traitlets.observe("asked")
    def _answer(self, change: dict[str, Any]) -> None:
        asked = change["new"]
        self.answer = {"serial": asked["serial"], **_layers_or_error(self._trace, asked["text"])}


def _layers_or_error(trace: Callable[[str], Trace], text: str) -> dict[str, Any]:
    """Return the layers, or what went wrong: raised here, it would be lost in the kernel's log."""
    try:
        return layers_of(text, trace(text))
    except Exception as error:
        return {"error": error_in_words(error)}
