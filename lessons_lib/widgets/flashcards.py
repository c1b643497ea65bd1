"""The flashcards: a word or a question, its answer, and four ways to say how well it went."""

from __future__ import annotations

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.record.event import Clock, EventLog, utc_now
from lessons_lib.widgets.flashcards_session import (
    FlashcardAction,
    FlashcardsSession,
    flashcard_action,
)
from lessons_lib.widgets.kernel_owned import PageCard
from lessons_lib.widgets.quiz_bank import bank_or_none_left
from lessons_lib.widgets.quiz_record import QuizRecord
from lessons_lib.widgets.static_files import read_static


class Flashcards(PageCard[FlashcardAction]):
    """Shows the pages of a session at the flashcards.

    Parameters
    ----------
    session : FlashcardsSession
        Takes what the learner does, and says what to show.
    """

    _esm = read_static(
        "elements.js",
        "kernel_line.js",
        "course_link.js",
        "quiz_parts.js",
        "flashcards_face.js",
        "flashcards_card.js",
    )
    _css = read_static("quiz_card.css", "flashcards_card.css")

    def __repr__(self) -> str:
        return "Flashcards(run this cell to see what is due today)"

    def _action(self, message: object) -> FlashcardAction | None:
        return flashcard_action(message)


def show_flashcards(
    log: EventLog | None = None, *, bank: QuizBank | None = None, clock: Clock = utc_now
) -> Flashcards:
    """Return the flashcards, each due as the ratings in the record say.

    Parameters
    ----------
    log : EventLog, optional
        The session's record if not given.
    bank : QuizBank, optional
        The course's questions if not given. Those of a broken file are left out.
    clock : callable
        Tells the time, with its zone.

    Notes
    -----
    The order and the times follow from the record alone. Every kernel that reads the same record
    shows the same cards.
    """
    return Flashcards(FlashcardsSession(bank_or_none_left(bank), QuizRecord(log), clock))
