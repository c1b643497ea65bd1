"""The card for code: an editor, the checks' verdict, hints, and the solution after a try."""

from __future__ import annotations

from lessons_lib.practice.exercise_set import EXERCISES, exercise
from lessons_lib.record.event import EventLog
from lessons_lib.widgets.exercise_session import ExerciseAction, ExerciseSession, exercise_action
from lessons_lib.widgets.kernel_owned import PageCard
from lessons_lib.widgets.quiz_record import QuizRecord
from lessons_lib.widgets.static_files import read_static

SCRIPTS = (
    "elements.js",
    "kernel_line.js",
    "course_link.js",
    "quiz_parts.js",
    "exercise_editor.js",
    "exercise_task.js",
    "exercise_card.js",
)


class ExerciseCard(PageCard[ExerciseAction]):
    """Shows the pages of a session at the exercises.

    Parameters
    ----------
    session : ExerciseSession
        Takes what the learner does, and says what to show.
    """

    _esm = read_static(*SCRIPTS)
    _css = read_static("quiz_card.css", "exercise_card.css")

    def __init__(self, session: ExerciseSession) -> None:
        self._count = len(session.exercises)
        super().__init__(session)

    def __repr__(self) -> str:
        return f"ExerciseCard({self._count} exercises: run this cell to try them)"

    def _action(self, message: object) -> ExerciseAction | None:
        return exercise_action(message)


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
