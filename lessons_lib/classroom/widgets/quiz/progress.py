"""Progress in the quizzes of all notebooks and in the other modes, shown in the first one."""

from __future__ import annotations

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import EventLog, utc_now
from lessons_lib.classroom.sessions.page import LearnerRecord, Page
from lessons_lib.classroom.sessions.progress import progress_page
from lessons_lib.classroom.widgets.page import Card, framed_styles, script
from lessons_lib.classroom.widgets.record import bank_or_empty, learner_record


class ProgressView(Card):
    """Shows how many questions of each notebook are answered, and what else was done.

    Parameters
    ----------
    bank : QuizBank
        The questions.
    record : LearnerRecord
        The learner's answers.
    """

    _esm = script("classroom/widgets/quiz/progress.js")
    _css = framed_styles("classroom/widgets/quiz/card.css")
    saved = ("Your progress", "")

    def __init__(self, bank: QuizBank, record: LearnerRecord) -> None:
        self._bank, self._record = bank, record
        super().__init__()

    def __repr__(self) -> str:
        return "ProgressView(the questions of all notebooks)"

    def submit(self, action: object) -> None:
        """Include what other kernels recorded."""
        self._record.read()
        self.refresh()

    def content(self) -> Page:
        """Return the progress so far."""
        return progress_page(self._bank, self._record, utc_now())


def show_progress(*, log: EventLog | None = None, bank: QuizBank | None = None) -> ProgressView:
    """Return the learner's progress over all notebooks.

    Parameters
    ----------
    log, bank
        The session's record and the course's questions if not given.
    """
    return ProgressView(bank_or_empty(bank), learner_record(log))
