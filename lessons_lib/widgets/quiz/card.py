"""The card that shows a quiz: the session decides, the browser draws what it is sent."""

from __future__ import annotations

from collections.abc import Mapping

from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError
from lessons_lib.quiz.variants import NOTHING_MEASURED
from lessons_lib.record.event import EventLog
from lessons_lib.widgets.page import Page, Session, SessionCard, script, styles
from lessons_lib.widgets.quiz.session import QuizAction, QuizSession
from lessons_lib.widgets.record import LearnerRecord


class QuizCard(SessionCard):
    """Shows the pages of a session.

    Parameters
    ----------
    session : Session of QuizAction
        Does what the learner asks for, and says what to show.
    name : str
        What stands in the text form, the same whatever was answered.
    """

    _kind = QuizAction
    _esm = script("quiz/card.js")
    _css = styles("quiz/card.css")

    def __init__(self, session: Session[QuizAction], name: str) -> None:
        self._name = name
        super().__init__(session)

    def __repr__(self) -> str:
        return f"QuizCard({self._name})"


class BrokenSession:
    """Stands behind a card that can show nothing but why."""

    def __init__(self, message: str) -> None:
        self._message = message

    def submit(self, action: object) -> None:
        """Do nothing."""

    def page(self) -> Page:
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
    session = QuizSession(quiz, bank, LearnerRecord(log), measured=figures)
    return QuizCard(session, f"{quiz.name}: run this cell to answer its questions")
