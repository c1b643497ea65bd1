"""The card that shows a quiz: the session decides, the browser draws what it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError
from lessons_lib.quiz.realise import NOTHING_MEASURED
from lessons_lib.record.event import EventLog
from lessons_lib.widgets.quiz_action import action_of
from lessons_lib.widgets.quiz_record import QuizRecord
from lessons_lib.widgets.quiz_session import QuizSession, Session
from lessons_lib.widgets.static_files import read_static

SCRIPTS = (
    "elements.js",
    "quiz_parts.js",
    "quiz_question.js",
    "quiz_review.js",
    "quiz_card.js",
)


class QuizCard(anywidget.AnyWidget):
    """Shows the pages of a session.

    Parameters
    ----------
    session : Session
        Takes what the learner does, and says what to show.
    name : str
        What stands in the text form, the same whatever was answered.

    Notes
    -----
    The browser sends actions as messages; the whole page comes back in `page`, with a serial
    number. What a browser sets there itself is not taken.
    """

    _esm = read_static(*SCRIPTS)
    _css = read_static("quiz_card.css")

    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self._name = name
        self._serial = 0
        super().__init__(page=self._next_page())
        self.on_msg(self._take)

    def __repr__(self) -> str:
        return f"QuizCard({self._name})"

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a browser sets, but for the page: that is written here alone."""
        super().set_state({key: value for key, value in sync_data.items() if key != "page"})

    def _take(self, _: object, content: object, buffers: object) -> None:
        action = action_of(content)
        if action is not None:
            self._session.take(action)
        self.page = self._next_page()

    def _next_page(self) -> dict[str, Any]:
        self._serial += 1
        return {"serial": self._serial, **self._session.page()}


class BrokenSession:
    """Stands behind a card that can show nothing but why."""

    def __init__(self, message: str) -> None:
        self._message = message

    def take(self, action: object) -> None:
        """Do nothing."""

    def page(self) -> dict[str, Any]:
        """Return the message."""
        return {"view": "error", "text": self._message}


def show_quiz(
    name: str,
    *,
    figures: Mapping[str, object] = NOTHING_MEASURED,
    log: EventLog | None = None,
    bank: QuizBank | None = None,
) -> QuizCard:
    """Return a card with the questions of a quiz, as the learner left it.

    Parameters
    ----------
    name : str
        The quiz, or a start of its name that no other has: ``"06"``.
    figures : mapping of names to float
        What the learner measured, as plain numbers: ``{"p50_ms": 0.31, "p99_ms": 0.84}``. A
        question that can be asked with them is; where a figure is missing or of no use, and once
        a question is answered, it keeps the numbers it has.
    log : EventLog, optional
        The session's record if not given.
    bank : QuizBank, optional
        The course's questions if not given.

    Raises
    ------
    TypeError
        If `name` is not a string, or `figures` no mapping.
    ValueError
        If there is no such quiz; the message lists those there are.

    Notes
    -----
    Where the quiz's file is broken, the card says what is wrong with it.
    """
    if not isinstance(name, str):
        raise TypeError(f"show_quiz() takes a quiz's name (str), got {type(name).__name__}.")
    if not isinstance(figures, Mapping):
        raise TypeError(
            f"show_quiz(figures=...) takes figures by name (dict), got {type(figures).__name__}."
        )
    try:
        bank = load_bank() if bank is None else bank
        quiz = bank.quiz(name)
    except QuizBankError as error:
        return QuizCard(BrokenSession(str(error)), f"{name}: cannot be shown")
    session = QuizSession(quiz, bank, QuizRecord(log), measured=figures)
    return QuizCard(session, f"{quiz.name}: run this cell to answer its questions")
