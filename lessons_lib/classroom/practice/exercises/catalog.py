"""All exercises and the general advice, from `notebooks/exercises.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from lessons_lib.classroom.course import course_folder
from lessons_lib.classroom.lesson import current_lesson
from lessons_lib.classroom.practice.exercises.exercise import Exercise
from lessons_lib.classroom.tables.load import load_table, named, repeated
from lessons_lib.classroom.tables.problems import Fault
from lessons_lib.classroom.tables.texts import Line, Markdown


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
        Contains `exercises.yaml`; the course's own notebooks if not given.

    Raises
    ------
    CourseFileError
        If the file cannot be read, does not fit `ExerciseTable`, or has code that is not Python.
    ImportError
        If the lesson's code cannot be imported.
    """
    path = (folder or course_folder() / "notebooks") / "exercises.yaml"
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
