"""The card of the flashcards: the session decides what to show, and the browser draws it."""

from __future__ import annotations

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import Clock, EventLog, utc_now
from lessons_lib.classroom.sessions.flashcards import FlashcardAction, FlashcardsSession
from lessons_lib.classroom.widgets.page import SessionCard, framed_styles, script
from lessons_lib.classroom.widgets.record import bank_or_empty, learner_record


class Flashcards(SessionCard):
    """Shows the pages of a flashcards session.

    Parameters
    ----------
    session : FlashcardsSession
        Performs the learner's actions and provides the page to show.
    """

    _kind = FlashcardAction
    _esm = script("classroom/widgets/flashcards/card.js")
    _css = framed_styles("classroom/widgets/quiz/card.css", "classroom/widgets/flashcards/card.css")


def show_flashcards(
    log: EventLog | None = None, *, bank: QuizBank | None = None, clock: Clock = utc_now
) -> Flashcards:
    """Return the flashcards, scheduled by the ratings in the record.

    Parameters
    ----------
    log : EventLog, optional
        The session's record if not given.
    bank : QuizBank, optional
        The course's questions if not given; broken files are left out.
    clock : callable
        Returns the current time, with a time zone.

    Notes
    -----
    The schedule depends only on the record, so every kernel with the same record shows the same
    cards.
    """
    return Flashcards(FlashcardsSession(bank_or_empty(bank), learner_record(log), clock))
