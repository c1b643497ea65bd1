"""What exercises write into the record, and how it is read back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
from msgspec import Struct

from lessons_lib.practice.exercises.catalog import EXERCISES
from lessons_lib.practice.exercises.exercise import Exercise
from lessons_lib.quiz.events import HINT, POSITION, SOLUTION, Hint, Solution, payload_of
from lessons_lib.record.event import Clock, Event, new_event, utc_now

EXERCISE = "exercise"
NOTEBOOK = "14_code_along"


class Code(Struct, frozen=True):
    """Payload of an `exercise`: a draft as it was left, or a try; the subject is the id."""

    code: str
    what: Literal["draft", "try"] = "draft"
    is_solved: bool = False
    revision: int = 1


class Place(Struct, frozen=True):
    """Payload of a `position` whose subject is the notebook: the exercise in front."""

    exercise: str


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
    """Return what a record says about exercises; what does not fit is passed over."""
    known = {one.id: one for one in exercises}
    states = {one.id: ExerciseState(one.start) for one in exercises}
    position = exercises[0].id
    for event in events:
        if event.kind == POSITION and event.subject == NOTEBOOK:
            place = payload_of(event, Place)
            position = place.exercise if place and place.exercise in known else position
        elif event.subject in known:
            _take(event, states[event.subject], known[event.subject])
    return ExerciseProgress(states, position)


def _take(event: Event, state: ExerciseState, exercise: Exercise) -> None:
    if event.kind == EXERCISE and (code := payload_of(event, Code)) is not None:
        state.code = code.code
        if code.revision == exercise.revision and code.what == "try":
            state.tries += 1
            state.is_solved = state.is_solved or code.is_solved
    elif event.kind == HINT and (hint := payload_of(event, Hint)) is not None:
        if hint.revision == exercise.revision and 1 <= hint.number <= len(exercise.hints):
            state.hints.add(hint.number)
    elif event.kind == SOLUTION and (opened := payload_of(event, Solution)) is not None:
        state.solution_opened = state.solution_opened or opened.revision == exercise.revision


def draft_event(exercise: Exercise, code: str, *, clock: Clock = utc_now) -> Event:
    """Return the event of code that was left unfinished, or put back to the start."""
    return _event(EXERCISE, exercise.id, Code(code, revision=exercise.revision), clock)


def try_event(exercise: Exercise, code: str, is_solved: bool, *, clock: Clock = utc_now) -> Event:
    """Return the event of code that was run and checked."""
    payload = Code(code, "try", is_solved, exercise.revision)
    return _event(EXERCISE, exercise.id, payload, clock)


def hint_event(exercise: Exercise, number: int, *, clock: Clock = utc_now) -> Event:
    """Return the event of a hint shown, the first being number 1."""
    return _event(HINT, exercise.id, Hint(number, exercise.revision, NOTEBOOK), clock)


def solution_event(exercise: Exercise, *, clock: Clock = utc_now) -> Event:
    """Return the event of a solution opened."""
    return _event(SOLUTION, exercise.id, Solution(exercise.revision, NOTEBOOK), clock)


def position_event(exercise: Exercise, *, clock: Clock = utc_now) -> Event:
    """Return the event of a learner who moves to an exercise."""
    return _event(POSITION, NOTEBOOK, Place(exercise.id), clock)


def _event(kind: str, subject: str, payload: Struct, clock: Clock) -> Event:
    return new_event(kind, subject, msgspec.to_builtins(payload), clock=clock)
