"""What all widgets share: who may set their state, and stable reprs."""

from collections.abc import Callable
from html import escape
from threading import Event, Thread, current_thread
from time import sleep
from typing import Any

import pytest
from anywidget import AnyWidget

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.server.extension import WIDGET_VIEW
from lessons_lib.classroom.widgets.explore.guess import show_guess
from lessons_lib.classroom.widgets.page import Card
from lessons_lib.classroom.widgets.quiz.card import show_flashcards, show_quiz
from lessons_lib.classroom.widgets.static import STATIC_CLASS
from lessons_lib.lesson.views.race import RaceView
from lessons_lib.lesson.views.training import TrainingLab
from tests.classroom.sessions.small_bank import SMALL_BANK
from tests.classroom.widgets.pretend_browser import send

WIDGETS: dict[str, Callable[[QuizBank, InMemoryLog], Card]] = {
    "quiz": lambda bank, log: show_quiz("01", bank=bank, log=log),
    "flashcards": lambda bank, log: show_flashcards(log, bank=bank),
    "guess": lambda bank, log: show_guess("one-by-one", log=log),
    "race": lambda bank, log: RaceView(lambda: iter(())),
    "training": lambda bank, log: TrainingLab(print, learning_rates={"bold": 0.1}),
}


@pytest.mark.parametrize("name", WIDGETS)
def test_a_browser_cannot_set_the_state_of_the_kernel(name: str) -> None:
    widget = WIDGETS[name](SMALL_BANK, InMemoryLog())
    own = sorted({*widget.keys} - {*AnyWidget().keys})
    before = widget.get_state(own)
    widget.set_state({name: {"view": "forged"} for name in own})
    assert [name for name in own if name[0] != "_"] == ["about", "page"]
    assert widget.get_state(own) == before


@pytest.mark.parametrize("name", WIDGETS)
@pytest.mark.parametrize("do", ["look", "steal", None])
def test_every_action_gets_a_page_that_names_it_even_an_invalid_one(
    name: str, do: str | None
) -> None:
    widget = WIDGETS[name](SMALL_BANK, InMemoryLog())
    before = widget.page
    for mine in ("first", "second"):
        send(widget, do, id=mine)
        assert widget.page == before | {"replies_to": mine}


def test_a_page_of_another_thread_does_not_hide_a_newer_one() -> None:
    """A measurement may end in the cells' thread while the browser's is still replying."""
    state, is_read = {"is": "measuring"}, Event()

    class Measuring(Card):
        def content(self) -> dict[str, Any]:
            page = dict(state)
            if current_thread() is replying:
                is_read.set()
                sleep(0.2)  # long enough for a newer page, if it does not have to wait
            return page

    replying = Thread(target=lambda: card.refresh())
    card = Measuring()
    replying.start()
    is_read.wait()
    state["is"] = "measured"
    card.refresh()
    replying.join()
    assert card.page["is"] == "measured"


ACTIONS: dict[str, dict[str, Any]] = {
    "quiz": {"do": "answer", "question": "one", "letters": ["A"]},
    "flashcards": {"do": "show"},
    "guess": {"do": "commit", "value": "2"},
    "race": {"do": "start"},
    "training": {"do": "train"},
}


@pytest.mark.parametrize("name", WIDGETS)
def test_what_a_stored_output_shows_does_not_depend_on_the_learner(name: str) -> None:
    log = InMemoryLog()
    widget = WIDGETS[name](SMALL_BANK, log)
    before, stored = widget.get_state(), (repr(widget), _static_form(widget))
    card = {"card": before["page"]["id"]} if name == "flashcards" else {}
    widget._handle_custom_msg({**ACTIONS[name], **card}, [])
    assert widget.get_state() != before
    for one in (widget, WIDGETS[name](SMALL_BANK, log)):
        assert (repr(one), _static_form(one)) == stored
    assert stored[0].startswith(f"{type(widget).__name__}(")


def _static_form(widget: Card) -> str:
    """Return the HTML next to a widget's view, which JupyterLab prefers as long as it is stored."""
    bundle = widget._repr_mimebundle_()
    assert bundle is not None and WIDGET_VIEW in bundle[0]
    html = str(bundle[0]["text/html"])
    assert STATIC_CLASS in html and f"<strong>{escape(widget.saved[0])}</strong>" in html
    return html
