"""Progress in the quizzes of all notebooks, shown in the first one."""

from __future__ import annotations

from typing import Any

import traitlets

from lessons_lib.practice.course import course
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.markdown import render_inline
from lessons_lib.quiz.progress import Tally, summarise
from lessons_lib.record.event import EventLog
from lessons_lib.widgets.page import SavedWidget, script, styles
from lessons_lib.widgets.record import LearnerRecord, bank_or_empty
from lessons_lib.widgets.static import ANSWERS_SAVED


class ProgressView(SavedWidget):
    """Shows how many questions of each notebook are answered, and how many correctly.

    Parameters
    ----------
    bank : QuizBank
        The questions.
    record : LearnerRecord
        The learner's answers.
    """

    _esm = script("quiz/progress.js")
    _css = styles("frame.css", "quiz/card.css")
    saved = ("Your progress", ANSWERS_SAVED)

    rows: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, bank: QuizBank, record: LearnerRecord) -> None:
        self._bank, self._record = bank, record
        super().__init__(rows=progress_page(bank, record))
        self.on_msg(self._reload)

    def __repr__(self) -> str:
        return "ProgressView(the questions of all notebooks)"

    def _reload(self, *_: object) -> None:
        self._record.read()
        self.rows = progress_page(self._bank, self._record)


def progress_page(bank: QuizBank, record: LearnerRecord) -> dict[str, Any]:
    """Return a row for each quiz, a summary of all, and notices."""
    progress = summarise(record.events, bank)
    return {
        "rows": [_row(name, tally, bank) for name, tally in progress.by("quiz").items()],
        "summary": _summary(progress.overall),
        "test": {"file": "12_test.ipynb", "title": "the test"},
        "broken": [f"{name}.yaml cannot be read." for name in bank.broken],
        "notices": record.notices,
    }


def show_progress(*, log: EventLog | None = None, bank: QuizBank | None = None) -> ProgressView:
    """Return the learner's progress over all notebooks.

    Parameters
    ----------
    log, bank
        The session's record and the course's questions if not given.
    """
    return ProgressView(bank_or_empty(bank), LearnerRecord(log))


def _row(name: str, tally: Tally, bank: QuizBank) -> dict[str, Any]:
    titles = {one.slug: f"{one.number}. {one.title}" for one in course().lessons}
    title = {"title": titles[name]} if name in titles else {}
    return {
        "file": f"{name}.ipynb",
        "title_html": render_inline(f"{name.split('_')[0].lstrip('0')}. {bank.quiz(name).title}"),
        **title,
        "questions": tally.questions,
        "answered": tally.attempted,
        "right": tally.right_last,
    }


def _summary(overall: Tally) -> str:
    if not overall.questions:
        return "No questions can be read at the moment."
    if not overall.attempted:
        return f"{overall.questions} questions are waiting in the notebooks; none is answered yet."
    return (
        f"{overall.attempted} of {overall.questions} questions answered, "
        f"{overall.right_last} of them rightly."
    )
