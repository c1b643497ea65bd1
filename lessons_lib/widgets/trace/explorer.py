"""The explorer: a learner types a sentence, and its five layers follow, letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import anywidget
import traitlets

from lessons_lib.arguments import check_callable, check_text
from lessons_lib.widgets.page import script, styles
from lessons_lib.widgets.safe_text import error_in_words, shown, well_formed
from lessons_lib.widgets.trace.layers import layers_of

if TYPE_CHECKING:
    from lessons_lib.inference.prediction import PredictionTrace

Trace: TypeAlias = "Callable[[str], PredictionTrace]"
DEFAULT_TEXT = "The movie was great"


class TracedTexts(anywidget.AnyWidget):
    """Answers with what the traces of some texts show.

    Parameters
    ----------
    trace : callable
        Takes one text and returns its trace, for instance ``SentimentPipeline.load().trace``.
    **texts : str
        The texts to begin with, by name.

    Raises
    ------
    TypeError
        If `trace` cannot be called, or a text is not one string.

    Notes
    -----
    The browser sets `asked` to texts with a serial number; the kernel answers in `answer` with the
    same number, and the browser drops answers to texts it has left. An exception of `trace` is
    shown in the widget, which goes on living.
    """

    asked: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True, echo_update=False)
    answer: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, trace: Trace, **texts: str) -> None:
        widget = type(self).__name__
        check_callable(f"{widget}(trace=...)", trace, "a callable such as pipeline.trace")
        for name, text in texts.items():
            check_text(f"{widget}({name}=...)", text, "one text")
        self._trace, self._first_texts = trace, texts
        super().__init__(asked={"serial": 0, **texts})

    def _answer_to(self, *texts: str) -> dict[str, Any]:
        """Return what is shown of some texts."""
        raise NotImplementedError

    @traitlets.validate("asked")
    def _well_formed(self, proposal: dict[str, Any]) -> dict[str, Any]:
        asked = proposal["value"]
        texts = {name: well_formed(str(asked.get(name, ""))) for name in self._first_texts}
        return {"serial": int(asked.get("serial", 0)), **texts}

    @traitlets.observe("asked")
    def _answer(self, change: dict[str, Any]) -> None:
        serial, *texts = change["new"].values()
        try:
            answer = self._answer_to(*texts)
        except Exception as error:  # raised here, it would be lost in the kernel's log
            answer = {"error": error_in_words(error)}
        self.answer = {"serial": serial, **answer}


class TextExplorer(TracedTexts):
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
    """

    _esm = script("trace/explorer.js")
    _css = styles("trace/explorer.css")

    def __init__(self, trace: Trace, text: str = DEFAULT_TEXT) -> None:
        super().__init__(trace, text=text)

    def __repr__(self) -> str:
        return f"TextExplorer(five layers of {shown(self._first_texts['text'], length=60)!r})"

    def _answer_to(self, *texts: str) -> dict[str, Any]:
        return layers_of(texts[0], self._trace(texts[0]))
