"""What exercises write into the record, and how it is read back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lessons_lib.practice.exercises.exercise import Exercise
from lessons_lib.practice.exercises.tasks.catalog import EXERCISES
from lessons_lib.record.event import Clock, Event, utc_now
from lessons_lib.record.kinds import Code, Hint, Solution, event_of, payload_of

NOTEBOOK = "14_code_along"


@dataclass(slots=True)
class ExerciseState:
    """Where a learner stands with one exercise; `code` is what they left last."""

    code: str
    tries: int = 0
    is_solved: bool = False
    hints: set[int] = field(default_factory=set)
    solution_opened: bool = False


def exercise_states(events: Iterable[Event]) -> dict[str, ExerciseState]:
    """Return what a record says about each exercise, by its id; what does not fit is skipped."""
    known = {one.id: one for one in EXERCISES}
    states = {one.id: ExerciseState(one.start) for one in EXERCISES}
    for event in events:
        if event.subject in known:
            _apply(event, states[event.subject], known[event.subject])
    return states


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


def last_source(events: Iterable[Event], exercise: Exercise) -> str | None:
    """Return the code that a learner left last, other than what the exercise starts with."""
    codes = (payload_of(one, Code) for one in events if one.subject == exercise.id)
    sources = [one.code for one in codes if one and one.code.strip() != exercise.start.strip()]
    return sources[-1] if sources else None


def try_event(exercise: Exercise, code: str, is_solved: bool, *, clock: Clock = utc_now) -> Event:
    """Return the event of code that was run and checked."""
    return event_of(exercise.id, Code(code, "try", is_solved, exercise.revision), clock=clock)


def hint_event(exercise: Exercise, number: int, *, clock: Clock = utc_now) -> Event:
    """Return the event of a hint shown, the first being number 1."""
    return event_of(exercise.id, Hint(number, exercise.revision, NOTEBOOK), clock=clock)


def solution_event(exercise: Exercise, *, clock: Clock = utc_now) -> Event:
    """Return the event of a solution opened."""
    return event_of(exercise.id, Solution(exercise.revision, NOTEBOOK), clock=clock)
