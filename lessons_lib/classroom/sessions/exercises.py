"""Coding exercises: the state of one, what its card shows, and the list of all."""

from typing import Literal

from msgspec import Struct

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.exercises.catalog import (
    Exercise,
    ExerciseState,
    exercise_states,
    exercise_table,
)
from lessons_lib.classroom.practice.exercises.report import ExerciseReport
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.record.kinds import Code, Hint, Solution, event_of
from lessons_lib.classroom.sessions.page import LearnerRecord, Page

UNTOUCHED = "Not started yet. Change the code in this cell, then run it again."


class ExerciseAction(Struct, frozen=True):
    """What the page of an exercise may request."""

    do: Literal["hint", "solution"]


class ExerciseSession:
    """One exercise: the latest report on the learner's code, the hints and the solution.

    Parameters
    ----------
    task : Exercise
        The exercise.
    record : LearnerRecord
        Holds earlier tries.
    """

    stored = ""  # the cells above it say what is asked

    def __init__(self, task: Exercise, record: LearnerRecord) -> None:
        self.task, self._record = task, record
        self.label = self.title = task.title
        self.report: ExerciseReport | None = None

    def try_out(self, code: str, report: ExerciseReport) -> None:
        """Keep the report on a learner's code, and record the try if the code could be checked."""
        self.report = report
        if report.is_checked:
            self._append(Code(code, "try", report.is_right, self.task.revision))

    @property
    def state(self) -> ExerciseState:
        """What the record says about this exercise."""
        return exercise_states(self._record.events)[self.task.id]

    @property
    def hints(self) -> tuple[str, ...]:
        """The hints that were shown, as Markdown."""
        return self.task.hints[: max(self.state.hints, default=0)]

    @property
    def solution(self) -> str:
        """The code of the solution, empty until it was opened."""
        return self.task.solution if self.state.solution_opened else ""

    def submit(self, action: ExerciseAction) -> Page:
        """Show one more hint, or the solution after a first try, and return the page."""
        self._record.read()
        revision, mode = self.task.revision, course().mode_counted("tasks")
        notebook = mode.lessons[0] if mode else ""
        if action.do == "hint" and (number := len(self.hints) + 1) <= len(self.task.hints):
            self._append(Hint(number, revision, notebook))
        if action.do == "solution" and self.state.tries and not self.solution:
            self._append(Solution(revision, notebook))
        return self.page()

    def page(self) -> Page:
        """Return the state of the exercise, and only the hints and the solution already shown."""
        state, report = self.state, self.report
        return {
            "id": self.task.id,
            "title_html": render_inline(self.task.title),
            "standing": _standing(state),
            "report": report
            and {
                "is_right": report.is_right,
                "sentence": report.sentence,
                "code": report.code,
                "case": report.case,
                "advice_html": render_inline(report.advice),
            },
            "hints_html": [render_inline(one) for one in self.hints],
            "hints_left": len(self.task.hints) - len(self.hints),
            "may_open_solution": state.tries > 0,
            "solution": self.solution,
            "last_try": "" if report else state.last_try,
            "all": exercises_page(self._record, after=self.task.id),
            "notices": self._record.notices,
        }

    def text(self) -> str:
        """Return the report as plain text; the count of solved exercises follows a solved one."""
        if self.report is None:
            return UNTOUCHED
        count = [exercises_page(self._record)["count"]] if self.report.is_right else []
        return "\n".join([repr(self.report), *count, *self._record.notices])

    def _append(self, payload: Code | Hint | Solution) -> None:
        self._record.append(event_of(self.task.id, payload))


def exercises_page(record: LearnerRecord, *, after: str = "") -> Page:
    """Return the state of every exercise, and the index of the next one that is not solved.

    Parameters
    ----------
    record : LearnerRecord
        Holds the tries.
    after : str
        The exercise after which to look for the next one; by default, from the first one on.
    """
    states, tasks = exercise_states(record.events), exercise_table().exercises
    solved = sum(one.is_solved for one in states.values())
    start = 1 + list(states).index(after) if after else 0
    order = [*range(start, len(tasks)), *range(start)]
    return {
        "count": f"{solved} of {len(tasks)} exercises solved.",
        "rows": [
            {
                "fragment": f"#cell-id=task-{task.id}",
                "title_html": render_inline(task.title),
                "standing": _standing(states[task.id]),
            }
            for task in tasks
        ],
        "next": next((at for at in order if not states[tasks[at].id].is_solved), -1),
        "notices": record.notices,
    }


def _standing(state: ExerciseState) -> str:
    return "right" if state.is_solved else "answered" if state.tries else "open"
