"""One coding task: its texts, the code it starts with, and what its checks compare."""

from __future__ import annotations

from random import Random
from typing import Annotated

from msgspec import Meta, Struct

from lessons_lib.classroom.lesson import Case, current_lesson
from lessons_lib.classroom.quiz.question import Difficulty
from lessons_lib.classroom.tables.texts import Line, Markdown, Slug

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


def _bound(code: str) -> Case:
    """Return the names that code binds, with their values."""
    names: Case = {}
    exec(code, names)
    del names["__builtins__"]
    return names
