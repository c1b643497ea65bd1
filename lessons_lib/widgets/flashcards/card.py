"""The card of the flashcards: the session decides what to show, and the browser draws it."""

from __future__ import annotations

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.record.event import Clock, EventLog, utc_now
from lessons_lib.sessions.flashcards import FlashcardAction, FlashcardsSession
from lessons_lib.widgets.page import SessionCard, script, styles
from lessons_lib.widgets.record import bank_or_empty, learner_record


class Flashcards(SessionCard):
    """Shows the pages of a flashcards session.

    Parameters
    ----------
    session : FlashcardsSession
        Performs the learner's actions and provides the page to show.
    """

    _kind = FlashcardAction
    _esm = script("flashcards/card.js")
    _css = styles("frame.css", "quiz/card.css", "flashcards/card.css")


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
