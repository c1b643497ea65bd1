"""The card for code: an editor, the checks' verdict, hints, and the solution after a try."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from lessons_lib.practice.exercise_set import EXERCISES, exercise
from lessons_lib.record.event import EventLog
from lessons_lib.widgets.exercise_session import ExerciseSession, exercise_action
from lessons_lib.widgets.quiz_record import QuizRecord
from lessons_lib.widgets.static_files import read_static

SCRIPTS = (
    "elements.js",
    "quiz_parts.js",
    "exercise_editor.js",
    "exercise_task.js",
    "exercise_card.js",
)


class ExerciseCard(anywidget.AnyWidget):
    """Shows the pages of a session at the exercises.

    Parameters
    ----------
    session : ExerciseSession
        Takes what the learner does, and says what to show.

    Notes
    -----
    The browser sends actions as messages; the whole page comes back in `page`, with a serial
    number. What a browser sets there itself is not taken.
    """

    _esm = read_static(*SCRIPTS)
    _css = read_static("quiz_card.css", "exercise_card.css")

    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, session: ExerciseSession) -> None:
        self._session = session
        self._serial = 0
        super().__init__(page=self._next_page())
        self.on_msg(self._take)

    def __repr__(self) -> str:
        return f"ExerciseCard({len(self._session.exercises)} exercises: run this cell to try them)"

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a browser sets, but for the page: that is written here alone."""
        super().set_state({key: value for key, value in sync_data.items() if key != "page"})

    def _take(self, _: object, content: object, buffers: object) -> None:
        action = exercise_action(content)
        if action is not None:
            self._session.take(action)
        self.page = self._next_page()

    def _next_page(self) -> dict[str, Any]:
        self._serial += 1
        return {"serial": self._serial, **self._session.page()}


def show_exercises(*names: str, log: EventLog | None = None) -> ExerciseCard:
    """Return a card with the exercises, as the learner left them.

    Parameters
    ----------
    *names : str
        The ids of some exercises; all of them without.
    log : EventLog, optional
        The session's record if not given.

    Raises
    ------
    TypeError
        If a name is not a string.
    ValueError
        If there is no exercise of a name; the message lists those there are.
    """
    chosen = [exercise(name) for name in names] or EXERCISES
    return ExerciseCard(ExerciseSession(chosen, QuizRecord(log)))
