"""What exercises write into the record, and how it is read back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lessons_lib.practice.exercises.catalog import EXERCISES
from lessons_lib.practice.exercises.exercise import Exercise
from lessons_lib.record.event import Clock, Event, utc_now
from lessons_lib.record.kinds import (
    Code,
    ExercisePosition,
    Hint,
    Solution,
    event_of,
    payload_of,
)

NOTEBOOK = "14_code_along"


@dataclass(slots=True)
class ExerciseState:
    """Where a learner stands with one exercise."""

    code: str
    tries: int = 0
    is_solved: bool = False
    hints: set[int] = field(default_factory=set)
    solution_opened: bool = False

    @property
    def standing(self) -> Literal["solved", "tried", "open"]:
        """The state in one word."""
        return "solved" if self.is_solved else "tried" if self.tries else "open"


@dataclass(frozen=True, slots=True)
class ExerciseProgress:
    """Where a learner stands with all exercises, and which one was in front last."""

    states: dict[str, ExerciseState]
    position: str

    @property
    def solved(self) -> int:
        """How many exercises are solved."""
        return sum(one.is_solved for one in self.states.values())

    def __str__(self) -> str:
        return f"{self.solved} of {len(self.states)} exercises solved"


def exercise_progress(
    events: Iterable[Event], exercises: Sequence[Exercise] = EXERCISES
) -> ExerciseProgress:
    """Return what a record says about exercises; what does not fit is skipped."""
    known = {one.id: one for one in exercises}
    states = {one.id: ExerciseState(one.start) for one in exercises}
    position = exercises[0].id
    for event in events:
        if event.subject == NOTEBOOK and (place := payload_of(event, ExercisePosition)):
            position = place.exercise if place.exercise in known else position
        elif event.subject in known:
            _apply(event, states[event.subject], known[event.subject])
    return ExerciseProgress(states, position)


def _apply(event: Event, state: ExerciseState, exercise: Exercise) -> None:
    if code := payload_of(event, Code):
        state.code = code.code
        if code.revision == exercise.revision and code.what == "try":
            state.tries += 1
            state.is_solved = state.is_solved or code.is_solved
    elif hint := payload_of(event, Hint):
        if hint.revision == exercise.revision and 1 <= hint.number <= len(exercise.hints):
            state.hints.add(hint.number)
    elif opened := payload_of(event, Solution):
        state.solution_opened = state.solution_opened or opened.revision == exercise.revision


def draft_event(exercise: Exercise, code: str, *, clock: Clock = utc_now) -> Event:
    """Return the event of code that was left unfinished, or put back to the start."""
    return event_of(exercise.id, Code(code, revision=exercise.revision), clock=clock)


def try_event(exercise: Exercise, code: str, is_solved: bool, *, clock: Clock = utc_now) -> Event:
    """Return the event of code that was run and checked."""
    return event_of(exercise.id, Code(code, "try", is_solved, exercise.revision), clock=clock)


def hint_event(exercise: Exercise, number: int, *, clock: Clock = utc_now) -> Event:
    """Return the event of a hint shown, the first being number 1."""
    return event_of(exercise.id, Hint(number, exercise.revision, NOTEBOOK), clock=clock)


def solution_event(exercise: Exercise, *, clock: Clock = utc_now) -> Event:
    """Return the event of a solution opened."""
    return event_of(exercise.id, Solution(exercise.revision, NOTEBOOK), clock=clock)


def position_event(exercise: Exercise, *, clock: Clock = utc_now) -> Event:
    """Return the event of a learner who moves to an exercise."""
    return event_of(NOTEBOOK, ExercisePosition(exercise.id), clock=clock)
