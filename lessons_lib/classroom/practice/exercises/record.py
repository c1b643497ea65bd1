"""Read a learner's state in each exercise from the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lessons_lib.classroom.practice.exercises.catalog import Exercise, exercise_table
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Code, Hint, Solution, payload_of


@dataclass(slots=True)
class ExerciseState:
    """A learner's state in one exercise.

    `last_try` is the latest code, or empty.
    """

    last_try: str = ""
    tries: int = 0
    is_solved: bool = False
    hints: set[int] = field(default_factory=set)
    solution_opened: bool = False


def exercise_states(events: Iterable[Event]) -> dict[str, ExerciseState]:
    """Return a learner's state in each exercise, by its id; invalid events are skipped."""
    known = {one.id: one for one in exercise_table().exercises}
    states = {name: ExerciseState() for name in known}
    for event in events:
        if event.subject in known:
            _apply(event, states[event.subject], known[event.subject])
    return states


def _apply(event: Event, state: ExerciseState, exercise: Exercise) -> None:
    if code := payload_of(event, Code):
        state.last_try = code.code
        if code.revision == exercise.revision and code.what == "try":
            state.tries += 1
            state.is_solved |= code.is_solved
    elif hint := payload_of(event, Hint):
        if hint.revision == exercise.revision and 1 <= hint.number <= len(exercise.hints):
            state.hints.add(hint.number)
    elif opened := payload_of(event, Solution):
        state.solution_opened |= opened.revision == exercise.revision
