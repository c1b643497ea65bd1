"""The flashcards: a word or a question, its answer, and four ways to say how well it went."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError
from lessons_lib.record.event import Clock, EventLog, utc_now
from lessons_lib.widgets.flashcards_session import FlashcardsSession, flashcard_action
from lessons_lib.widgets.quiz_record import QuizRecord
from lessons_lib.widgets.static_files import read_static


class Flashcards(anywidget.AnyWidget):
    """Shows the pages of a session at the flashcards.

    Parameters
    ----------
    session : FlashcardsSession
        Takes what the learner does, and says what to show.

    Notes
    -----
    The browser sends actions as messages; the whole page comes back in `page`, with a serial
    number. What a browser sets there itself is not taken.
    """

    _esm = read_static("elements.js", "quiz_parts.js", "flashcards_face.js", "flashcards_card.js")
    _css = read_static("quiz_card.css", "flashcards_card.css")

    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, session: FlashcardsSession) -> None:
        self._session = session
        self._serial = 0
        super().__init__(page=self._next_page())
        self.on_msg(self._take)

    def __repr__(self) -> str:
        return "Flashcards(run this cell to see what is due today)"

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a browser sets, but for the page: that is written here alone."""
        super().set_state({key: value for key, value in sync_data.items() if key != "page"})

    def _take(self, _: object, content: object, buffers: object) -> None:
        action = flashcard_action(content)
        if action is not None:
            self._session.take(action)
        self.page = self._next_page()

    def _next_page(self) -> dict[str, Any]:
        self._serial += 1
        return {"serial": self._serial, **self._session.page()}


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
    return Flashcards(FlashcardsSession(_bank() if bank is None else bank, QuizRecord(log), clock))


def _bank() -> QuizBank:
    """Return the questions of the course; none if they cannot be read, as words are left."""
    try:
        return load_bank()
    except QuizBankError:
        return QuizBank(())
