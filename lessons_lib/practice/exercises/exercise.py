"""One coding task: what it says, what it starts with, and what its checks compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from lessons_lib.practice.exercises.report import ExerciseReport

Case: TypeAlias = Mapping[str, Any]
FRESH_CASES = 6


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong solution that many learners write, and the advice that helps them."""

    code: str
    word: str


@dataclass(frozen=True, slots=True, eq=False)
class Exercise:
    """One task in code.

    Attributes
    ----------
    id : str
        Stands in the record and in the cell's first line; never reuse it for another exercise.
    title, task : str
        Markdown, in one line and in blocks.
    difficulty : str
        easy, medium or hard.
    start : str
        What the cell holds at first: unfinished or broken code.
    gives : str
        The name that the learner's code must define: a function or a result.
    asks : str
        The expression that is compared; it may use `gives` and the names of the cases.
    asks_in_words : str
        How messages refer to it where the expression itself is hard to read.
    example : mapping
        The case that the task shows. Its values are bound to their names before the code runs.
    draw : callable
        Makes a fresh case, which the learner has not seen.
    edges : tuple of mapping
        Cases in which mistakes show for certain.
    hints : tuple of str
        Markdown in one line each.
    solution : str
        The reference: its results are right by definition.
    mistakes : tuple of Mistake
        Recognized by what they do, not by how they are written.
    setup : str
        Code that makes what every case has, such as `model`; names with `_` are not handed on.
    counts_passes : bool
        Whether the passes through the model are compared, too.
    revision : int
        Raised when the meaning changes.
    """

    id: str
    title: str
    difficulty: str
    task: str
    start: str
    gives: str
    asks: str
    example: Case
    draw: Callable[[Random], Case]
    hints: tuple[str, ...]
    solution: str
    mistakes: tuple[Mistake, ...]
    edges: tuple[Case, ...] = ()
    setup: str = ""
    counts_passes: bool = False
    asks_in_words: str = ""
    revision: int = 1

    def __repr__(self) -> str:
        return f"Exercise({self.id}: {self.title})"

    @property
    def is_function(self) -> bool:
        """Whether the learner writes a function, rather than lines that leave results."""
        return f"{self.gives}(" in self.asks

    @property
    def first_line(self) -> str:
        """The line that a learner's function begins with."""
        begin = self.asks.index(f"{self.gives}(")
        return f"def {self.asks[begin : self.asks.index(')', begin) + 1]}:"

    @property
    def question(self) -> str:
        """What is compared, as messages refer to it."""
        return self.asks_in_words or self.asks

    @property
    def given_names(self) -> tuple[str, ...]:
        """The names that are bound before the learner's code runs."""
        return (*re.findall(r"^([a-z]\w*) = ", self.setup, re.MULTILINE), *self.example)

    @property
    def cell(self) -> str:
        """The cell of a notebook that the learner starts with."""
        return f"%%exercise {self.id}\n{self.start.rstrip()}"

    def cases(self, seed: int) -> list[Case]:
        """Return the shown example, the edges, and six fresh cases drawn from a seed."""
        rng = Random(seed)
        return [self.example, *self.edges, *(self.draw(rng) for _ in range(FRESH_CASES))]

    def check(self, source: str) -> ExerciseReport:
        """Run code, and report whether it does what the task asks for; record nothing.

        Raises
        ------
        TypeError
            If `source` is not a string.
        """
        from lessons_lib.practice.exercises.check import check  # only here: tasks need no runner

        return check(self, source)
