"""The explorer without a browser: texts as a browser would send them, and the replies."""

from pathlib import Path

import pytest

from lessons_lib.classroom.record.log import session_log
from lessons_lib.lesson.views.trace import TextExplorer, show_explorer
from lessons_lib.pipeline.inference.prediction import PredictionTrace
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from tests.classroom.widgets.pretend_browser import send, sent

PIPELINE = SentimentPipeline.load()


def ask(explorer: TextExplorer, text: str) -> None:
    send(explorer, "ask", id="mine", text=text)
    assert explorer.page["replies_to"] == "mine"


def test_each_text_is_answered_and_the_first_one_at_once() -> None:
    explorer = TextExplorer(trace=PIPELINE.trace)
    assert explorer.page["tokens"] == ["the", "movie", "was", "great"]
    ask(explorer, "Plain weather.")
    trace = PIPELINE.trace("Plain weather.")
    assert explorer.page["tokens"] == trace.tokens
    assert explorer.page["ids"] == trace.ids.tolist()
    assert explorer.page["logits"] == pytest.approx(trace.logits.tolist(), abs=6e-4)
    assert explorer.page["label"] == trace.prediction.label


@pytest.mark.parametrize(
    "text",
    ["", "?!…", "😀", "a\0b", "\ud800", "שלום עולם", "x" * 100_000, "word " * 20_000],
    ids=["empty", "punctuation", "emoji", "nul", "half", "rtl", "long", "many"],
)
def test_any_text_gets_an_answer_that_can_be_sent(text: str) -> None:
    explorer = TextExplorer(trace=PIPELINE.trace)
    ask(explorer, text)
    assert "error" not in explorer.page
    assert sent(explorer.page)


def test_an_exception_is_shown_and_the_next_text_answered() -> None:
    def fussy(text: str) -> PredictionTrace:
        if "boom" in text:
            raise RuntimeError(f"no \ud800 {text}")
        return PIPELINE.trace(text)

    explorer = TextExplorer(trace=fussy, text="boom")
    assert explorer.page["error"] == "RuntimeError: no � boom"
    ask(explorer, "calm")
    assert explorer.page["tokens"] == ["calm"]


def test_it_needs_no_earlier_cells_and_its_repr_does_not_depend_on_what_is_typed() -> None:
    explorer = show_explorer()
    ask(explorer, "something else")
    assert repr(explorer) == "TextExplorer(five layers of 'The movie was great')"


def test_the_first_text_that_a_learner_types_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path))
    explorer = show_explorer(PIPELINE, "I love sunny days")
    assert list(session_log().events()) == []
    for text in ("How is the weather?", "Fine."):
        ask(explorer, text)
        assert [event.subject for event in session_log().events()] == ["text-traced"]
