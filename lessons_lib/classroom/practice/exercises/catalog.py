"""The coding exercises with general advice, from `exercises.yaml`, and their states."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Annotated

from msgspec import Meta, Struct

from lessons_lib.classroom.course import source_folder
from lessons_lib.classroom.lesson import Case, current_lesson
from lessons_lib.classroom.quiz.question import Difficulty
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Code, Hint, Solution, payload_of
from lessons_lib.classroom.tables.load import load_table, named, repeated
from lessons_lib.classroom.tables.problems import Fault
from lessons_lib.classroom.tables.yaml_file import Line, Markdown, Slug

FRESH_CASES_OF_A_CHECK = 6


class Mistake(Struct, frozen=True, forbid_unknown_fields=True):
    """A wrong solution that many learners write, and the advice that helps them."""

    code: Markdown
    advice: Line


class Exercise(Struct, frozen=True, eq=False, forbid_unknown_fields=True):
    """One coding task, as `exercises.yaml` defines it.

    Attributes
    ----------
    id : str
        Identifies it in the record and in the cell's first line.
    title, task : str
        Markdown: one line for the title, any blocks for the task.
    start : str
        What the cell holds at first: unfinished or broken code.
    defines : str
        The name that the learner's code must define: a function or a result.
    compares : str
        The expression that is compared; it may use `defines` and the names of the cases.
    example : str
        Code that binds the names of the case that the task shows.
    hints : tuple of str
        Markdown, one line each.
    solution : str
        The reference: its results are right by definition.
    mistakes : tuple of Mistake
        Recognized by what they do, not by how they are written.
    edges : tuple of str
        More code like `example`, for cases that expose mistakes reliably.
    setup : str
        Code that defines what all cases use, such as `model`.
    revision : int
        Raised when the meaning changes.
    """

    id: Slug
    title: Line
    difficulty: Difficulty
    task: Markdown
    start: Markdown
    defines: Line
    compares: Line
    example: Markdown
    hints: Annotated[tuple[Line, ...], Meta(min_length=1)]
    solution: Markdown
    mistakes: tuple[Mistake, ...]
    edges: tuple[Markdown, ...] = ()
    setup: str = ""
    revision: Annotated[int, Meta(ge=1)] = 1

    @property
    def is_function(self) -> bool:
        """Whether the learner writes a function, rather than lines that leave results."""
        return f"{self.defines}(" in self.compares

    @property
    def cell(self) -> str:
        """The cell of a notebook that the learner starts with."""
        return f"%%exercise {self.id}\n{self.start.rstrip()}"

    def is_untouched(self, code: str) -> bool:
        """Return whether code is what the exercise starts with."""
        return code.strip() == self.start.strip()

    def cases(self, seed: int | None = None) -> list[Case]:
        """Return the shown example, the edges, and six fresh cases drawn from a seed."""
        rng, fresh = Random(seed), current_lesson().fresh_cases[self.id]
        shown = [_bound(code) for code in (self.example, *self.edges)]
        return shown + [fresh(rng) for _ in range(FRESH_CASES_OF_A_CHECK)]


class Advice(Struct, frozen=True, forbid_unknown_fields=True):
    """Advice, in Markdown, on mistakes that can happen in any task.

    The keys of `errors` are names of error classes, those of `kinds` names of types. The keys of
    `syntax` are the start of a line or a part of a SyntaxError's message; `unreadable` is for all
    other syntax errors.
    """

    no_code: Line
    too_long: Line
    missing: Line
    calls: Line
    value: Line
    unreadable: Line
    syntax: dict[Line, Line]
    errors: dict[Line, Line]
    kinds: dict[Line, Line]


class ExerciseTable(Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `exercises.yaml`; `setup` runs before an exercise's own setup."""

    setup: Markdown
    exercises: Annotated[tuple[Exercise, ...], Meta(min_length=1)]
    advice: Advice


def exercise_table(folder: Path | None = None) -> ExerciseTable:
    """Return the exercises from a folder of notebooks.

    Parameters
    ----------
    folder : Path, optional
        Contains `exercises.yaml`; the course's own if not given.

    Raises
    ------
    CourseFileError
        If the file cannot be read, does not fit `ExerciseTable`, or has code that is not Python.
    ImportError
        If the lesson's code cannot be imported.
    """
    path = (folder or source_folder()) / "exercises.yaml"
    return load_table(path, ExerciseTable, _faults, items="exercises")


def exercise(name: str) -> Exercise:
    """Return the exercise with an id, for instance ``"mend-the-call"``.

    Raises
    ------
    ValueError
        If no exercise has that id; the message suggests a similar id or lists all of them.
    """
    return named({one.id: one for one in exercise_table().exercises}, name, "exercise")


def _faults(table: ExerciseTable) -> Iterator[Fault]:
    """Yield what types cannot express: code that is not Python, ids without fresh cases."""
    fresh_cases = current_lesson().fresh_cases
    yield from repeated("exercises", "id", [one.id for one in table.exercises])
    for number, one in enumerate(table.exercises, start=1):
        if one.id not in fresh_cases:
            message = f"id {one.id!r} has no fresh cases: add a function to those of LESSON."
            yield f"exercises[{number}].id", message
        codes = {name: getattr(one, name) for name in ("compares", "setup", "example", "solution")}
        codes |= {f"edges[{position}]": code for position, code in enumerate(one.edges, start=1)}
        for position, mistake in enumerate(one.mistakes, start=1):
            codes[f"mistakes[{position}].code"] = mistake.code
        for place, code in codes.items():
            try:
                compile(code, place, "eval" if place == "compares" else "exec")
            except SyntaxError as error:
                message = f"{place} is not Python ({error.msg} in line {error.lineno}): fix it."
                yield f"exercises[{number}].{place}", message


def _bound(code: str) -> Case:
    """Return the names that code binds, with their values."""
    names: Case = {}
    exec(code, names)
    del names["__builtins__"]
    return names


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
