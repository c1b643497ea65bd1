"""The card of the coding exercises: a session that records and checks, and the widget.

The code of a message goes to the checks and into the record, as text. Solutions and hints leave
here only when they are due.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from lessons_lib.practice.exercises.catalog import EXERCISES, exercise
from lessons_lib.practice.exercises.check import LONGEST_CODE, check
from lessons_lib.practice.exercises.exercise import Exercise, ExerciseReport
from lessons_lib.practice.exercises.record import (
    ExerciseProgress,
    ExerciseState,
    draft_event,
    exercise_progress,
    hint_event,
    position_event,
    solution_event,
    try_event,
)
from lessons_lib.quiz.markdown import render, render_inline
from lessons_lib.record.event import EventLog
from lessons_lib.widgets.page import NO_REPLY, Page, SessionCard, script, styles, well_formed
from lessons_lib.widgets.record import LearnerRecord

CodeCheck: TypeAlias = Callable[[Exercise, str], ExerciseReport]
STOPPED_CODE = ExerciseReport(
    "stopped", "You interrupted the kernel, so your code was stopped.", "Run it when you like."
)


class ExerciseAction(Struct, frozen=True):
    """One thing that a learner did; `exercise` is the id of the one they saw."""

    do: Literal["run", "draft", "hint", "solution", "reset", "back", "next", "go", "overview"]
    exercise: Annotated[str, Meta(max_length=80)] = ""
    code: Annotated[str, Meta(max_length=1_000_000)] | None = None
    to: Annotated[int, Meta(ge=1, le=1000)] = 1


class ExerciseSession:
    """A learner at the exercises.

    Parameters
    ----------
    exercises : sequence of Exercise
        In the order in which they are met.
    record : LearnerRecord
        Where the learner stands is read from it, so that it is found again.
    checked : callable
        Runs code and reports on it.
    """

    def __init__(
        self, exercises: Sequence[Exercise], record: LearnerRecord, checked: CodeCheck = check
    ) -> None:
        self.exercises, self.record, self._check = tuple(exercises), record, checked
        self._progress = exercise_progress(record.events, self.exercises)
        self._replayed = len(record.events)
        ids = [one.id for one in self.exercises]
        self.place = ids.index(self._progress.position)
        self.in_overview = False
        self.report: ExerciseReport | None = None
        self.reply = NO_REPLY
        self._turn = self._runs = 0

    @property
    def progress(self) -> ExerciseProgress:
        """Where the learner stands with all of them; the record is replayed when it has grown."""
        if self._replayed != len(self.record.events):
            self._replayed = len(self.record.events)
            self._progress = exercise_progress(self.record.events, self.exercises)
        return self._progress

    @property
    def exercise(self) -> Exercise:
        """The exercise in front."""
        return self.exercises[self.place]

    @property
    def state(self) -> ExerciseState:
        """Where the learner stands with it."""
        return self.progress.states[self.exercise.id]

    @property
    def may_open_solution(self) -> bool:
        """Whether there was a try."""
        return self.state.tries > 0 or self.state.solution_opened

    def submit(self, action: ExerciseAction) -> None:
        """Do what the learner asked for; what comes too late or cannot be is skipped."""
        self.record.read()
        self.reply = NO_REPLY
        is_in_front = action.exercise == self.exercise.id and not self.in_overview
        seen = next((one for one in self.exercises if one.id == action.exercise), None)
        if seen is not None and action.code is not None and action.do not in ("run", "reset"):
            self._keep_draft(seen, well_formed(action.code))
        match action.do:
            case "run" if is_in_front and action.code is not None:
                self._run(well_formed(action.code))
            case "hint" if is_in_front:
                self._hint()
            case "solution" if is_in_front and self.may_open_solution:
                self.record.append(solution_event(self.exercise))
                self.reply = {"what": "solution", "text": "The solution is shown below your code."}
            case "reset" if is_in_front:
                self._reset()
            case "back" if not self.in_overview:
                self._go(self.place - 1)
            case "next" if not self.in_overview and self.place + 1 == len(self.exercises):
                self.in_overview = True
            case "next" if not self.in_overview:
                self._go(self.place + 1)
            case "go":
                self._go(action.to - 1)
            case "overview":
                self.in_overview = True

    def page(self) -> Page:
        """Return all that the page may know and show at the moment."""
        frame = {
            "said": dict(self.reply),
            "notices": self.record.notices,
            "standings": [self.progress.states[one.id].standing for one in self.exercises],
            "solved": str(self.progress),
        }
        return frame | (self._overview() if self.in_overview else self._exercise_in_front())

    def _exercise_in_front(self) -> Page:
        exercise, state = self.exercise, self.state
        hints = exercise.hints[: max(state.hints, default=0)]
        return {
            "view": "exercise",
            "turn": f"{exercise.id} {self._turn}",
            "id": exercise.id,
            "number": self.place + 1,
            "of": len(self.exercises),
            "title_html": render_inline(exercise.title),
            "difficulty": exercise.difficulty,
            "standing": state.standing,
            "task_html": render(exercise.task),
            "code": state.code,
            "hints_html": [render_inline(one) for one in hints],
            "hints_left": len(exercise.hints) - len(hints),
            "may_open_solution": self.may_open_solution,
            "solution": exercise.solution if state.solution_opened else "",
            "report": _reported(self.report, self._runs),
        }

    def _overview(self) -> Page:
        rows = [
            {
                "title_html": render_inline(one.title),
                "difficulty": one.difficulty,
                "standing": self.progress.states[one.id].standing,
            }
            for one in self.exercises
        ]
        return {"view": "overview", "turn": "overview", "rows": rows}

    def _run(self, code: str) -> None:
        exercise = self.exercise
        self._runs += 1
        try:
            self.report = self._check(exercise, code)
        except KeyboardInterrupt:
            self.report = STOPPED_CODE
        is_try = self.report.what != "broken" and code.strip() != exercise.start.strip()
        if is_try and len(code) <= LONGEST_CODE:
            self.record.append(try_event(exercise, code, self.report.is_right))
        else:
            self._keep_draft(exercise, code)
        self.reply = {"what": "report", "text": self.report.sentence}

    def _hint(self) -> None:
        number = max(self.state.hints, default=0) + 1
        if number <= len(self.exercise.hints):
            self.record.append(hint_event(self.exercise, number))
            text = f"Hint {number} of {len(self.exercise.hints)}:"
            self.reply = {"what": "hint", "text": text}

    def _reset(self) -> None:
        self._keep_draft(self.exercise, self.exercise.start)
        self.report = None
        self._turn += 1
        self.reply = {"what": "reset", "text": "The starting code is back."}

    def _go(self, place: int) -> None:
        if 0 <= place < len(self.exercises):
            self.in_overview, self.place, self.report = False, place, None
            self.record.append(position_event(self.exercise))

    def _keep_draft(self, exercise: Exercise, code: str) -> None:
        if len(code) <= LONGEST_CODE and code != self.progress.states[exercise.id].code:
            self.record.append(draft_event(exercise, code))


def _reported(report: ExerciseReport | None, number: int) -> Page | None:
    if report is None:
        return None
    return {
        "number": number,
        "what": report.what,
        "sentence": well_formed(report.sentence),
        "word_html": render_inline(report.word),
        "line": report.line,
        "code": well_formed(report.code),
        "case": well_formed(report.case),
        "output": well_formed(report.output.rstrip()),
    }


class ExerciseCard(SessionCard):
    """Shows the pages of a session at the exercises.

    Parameters
    ----------
    session : ExerciseSession
        Does what the learner asks for, and says what to show.
    """

    _kind = ExerciseAction
    _esm = script("exercises/card.js")
    _css = styles("quiz/card.css", "exercises/card.css")

    def __init__(self, session: ExerciseSession) -> None:
        self._count = len(session.exercises)
        super().__init__(session)

    def __repr__(self) -> str:
        return f"ExerciseCard({self._count} exercises: run this cell to try them)"


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
    return ExerciseCard(ExerciseSession(chosen, LearnerRecord(log)))
