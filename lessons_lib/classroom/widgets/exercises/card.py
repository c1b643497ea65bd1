"""The card below the code of an exercise, and the strip that shows the state of all exercises."""

from __future__ import annotations

from weakref import WeakSet

from lessons_lib.classroom.practice.exercises.catalog import exercise_table
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.sessions.exercises import ExerciseAction, ExerciseSession, exercises_page
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.widgets.page import Card, SessionCard, framed_styles, script
from lessons_lib.classroom.widgets.record import learner_record
from lessons_lib.classroom.widgets.static import RUN_NOTEBOOK, run_button, static_form

_CSS = framed_styles("classroom/widgets/quiz/card.css", "classroom/widgets/exercises/card.css")
CHANGE = "Change the code above, then run the cell to check it."
RUN = "Run the notebook to see which exercises you have solved, and a card below each of them."
_STRIPS: WeakSet[ExerciseStrip] = WeakSet()


class ExerciseCard(SessionCard):
    """Shows what the check of a cell found, and gives hints and the solution.

    The cell runs again for every check, so its card is new each time.
    """

    _session: ExerciseSession
    _kind = ExerciseAction
    _esm = script("classroom/widgets/exercises/card.js")
    _css = _CSS

    def __repr__(self) -> str:
        return self._session.text()

    def static_form(self) -> str:
        """Return the latest report, which may be exported or printed, and a button."""
        report, about = self._session.report, {"exercise": self.page["id"]}
        button = run_button("lessons:run-exercise", "Run this cell", about)
        form = static_form(self.saved[0], run=(CHANGE, button))
        return (report._repr_html_() if report else "") + form


class ExerciseStrip(Card):
    """Shows which exercises are solved, with a link to each."""

    _esm = script("classroom/widgets/exercises/strip.js")
    _css = _CSS
    saved = ("Your exercises", "")

    def __init__(self, log: EventLog | None = None) -> None:
        self._record = learner_record(log)
        super().__init__()
        _STRIPS.add(self)

    def __repr__(self) -> str:
        return f"ExerciseStrip({len(exercise_table().exercises)} exercises)"

    def static_form(self) -> str:
        """Return the title and a button that brings all cards."""
        return static_form(self.saved[0], run=(RUN, RUN_NOTEBOOK))

    def content(self) -> Page:
        """Return the state of every exercise."""
        self._record.read()
        return exercises_page(self._record)


def refresh_strips() -> None:
    """Show the current state in all strips of this kernel."""
    for strip in list(_STRIPS):
        strip.refresh()


def show_exercises(*, log: EventLog | None = None) -> ExerciseStrip:
    """Return a strip that shows which exercises are solved, and follows what happens in the cells.

    Parameters
    ----------
    log : EventLog, optional
        The session's record if not given.
    """
    return ExerciseStrip(log)
