"""What a check says: right or not, and a word that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, TypeAlias

What: TypeAlias = Literal["right", "wrong", "unfinished", "error", "stopped", "broken"]


@dataclass(frozen=True, slots=True)
class ExerciseReport:
    """The outcome of one try.

    Attributes
    ----------
    what : str
        `right`; `wrong` or `unfinished` code that ran; an `error` in it; `stopped` for its time or
        its output; `broken` if the check itself could not work.
    sentence : str
        What happened. It may hold what the learner wrote.
    word : str
        What helps, in Markdown, in our own words alone.
    line : int
        The line of the learner's code that it is about; 0 for none.
    code : str
        That line.
    case : str
        What the code was given when it happened.
    output : str
        What the code printed on the shown example, shortened.
    """

    what: What
    sentence: str
    word: str = ""
    line: int = 0
    code: str = ""
    case: str = ""
    output: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the exercise is solved."""
        return self.what == "right"

    def __str__(self) -> str:
        code = f"    {self.code}" if self.code else ""
        case = f"It was given {self.case}." if self.case else ""
        printed = f"It printed:\n{self.output.rstrip()}" if self.output.strip() else ""
        return "\n".join(filter(None, (self.sentence, code, case, self.word, printed)))

    def __repr__(self) -> str:
        return str(self)


Case: TypeAlias = Mapping[str, Any]
FRESH_CASES = 6

# Setups run in the child, before the learner's code. Only there is the left half imported.
MODEL = '''
from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline as _Folded
from lessons_lib.inference.realtime import RealTimePredictor


class FoldedPipeline(_Folded):
    """The folded path, which writes down how many texts each pass carried."""

    def probabilities(self, texts):
        PASSES.append(len(texts))
        return super().probabilities(texts)

    def class_numbers(self, texts):
        PASSES.append(len(texts))
        return super().class_numbers(texts)

    def probabilities_of(self, text):
        PASSES.append(1)
        return super().probabilities_of(text)


pipeline = FoldedPipeline.load()
'''
BATCH = f"{MODEL}model = BatchPredictor(pipeline)\n"
REAL_TIME = f"{MODEL}model = RealTimePredictor(pipeline)\n"
BOTH = f"{MODEL}batch = BatchPredictor(pipeline)\nrealtime = RealTimePredictor(pipeline)\n"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong solution that many write, and the word that helps those who did."""

    code: str
    word: str


@dataclass(frozen=True, slots=True, eq=False)
class Exercise:
    """One task in code.

    Attributes
    ----------
    id : str
        Stands in the record; never used again for another exercise.
    title, task : str
        Markdown, in one line and in blocks.
    difficulty : str
        easy, medium or hard.
    start : str
        What the editor holds at first: unfinished or broken.
    gives : str
        The name that the learner's code must define: a function or a result.
    asks : str
        The expression that is compared; it may use `gives` and the names of the cases.
    asks_in_words : str
        How messages call it, where the expression itself is hard to read.
    example : mapping
        The case that the task shows. Its values are there under their names when the code runs.
    draw : callable
        Makes a fresh case, which the learner has not seen.
    edges : tuple of mapping
        Cases in which mistakes show for certain.
    hints : tuple of str
        Markdown in one line each.
    solution : str
        The reference: whatever it gives is right.
    mistakes : tuple of Mistake
        Recognised by what they do, not by how they are written.
    setup : str
        Run in the child before the learner's code.
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
        """What is compared, as messages call it."""
        return self.asks_in_words or self.asks

    def check(self, source: str) -> ExerciseReport:
        """Run code in a process of its own, and say whether it does what the task asks for.

        Raises
        ------
        TypeError
            If `source` is not a string.
        """
        from lessons_lib.practice.exercises.check import check  # only here: tasks need no runner

        return check(self, source)

    def cases(self, seed: int) -> list[Case]:
        """Return the shown example, the edges, and six fresh cases of a seed."""
        rng = Random(seed)
        return [self.example, *self.edges, *(self.draw(rng) for _ in range(FRESH_CASES))]
