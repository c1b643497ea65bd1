"""Progress in the quizzes of all notebooks and in the other modes, shown in the first one."""

from __future__ import annotations

from typing import Any

import traitlets

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import EventLog, utc_now
from lessons_lib.classroom.sessions.page import LearnerRecord
from lessons_lib.classroom.sessions.progress import progress_page
from lessons_lib.classroom.widgets.page import SavedWidget, framed_styles, script
from lessons_lib.classroom.widgets.record import bank_or_empty, learner_record


class ProgressView(SavedWidget):
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

    rows: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, bank: QuizBank, record: LearnerRecord) -> None:
        self._bank, self._record = bank, record
        super().__init__(rows=progress_page(bank, record, utc_now()))
        self.on_msg(self._reload)

    def __repr__(self) -> str:
        return "ProgressView(the questions of all notebooks)"

    def _reload(self, *_: object) -> None:
        self._record.read()
        self.rows = progress_page(self._bank, self._record, utc_now())


def show_progress(*, log: EventLog | None = None, bank: QuizBank | None = None) -> ProgressView:
    """Return the learner's progress over all notebooks.

    Parameters
    ----------
    log, bank
        The session's record and the course's questions if not given.
    """
    return ProgressView(bank_or_empty(bank), learner_record(log))
