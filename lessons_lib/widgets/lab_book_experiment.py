"""An experiment of the lab book: what is asked, and how it is measured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lessons_lib.widgets.figures import three_digits
from lessons_lib.widgets.named_items import check_id, check_text

TIMES = "times"  # the unit of a factor
Measure = Callable[[], float | Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Experiment:
    """A question with a number as its answer, which the learner guesses before it is measured.

    Attributes
    ----------
    id : str
        Lower-case words joined by hyphens; guesses are kept in the record under it.
    question : str
        What is guessed: "How long do 10,000 texts take in batches of 512?"
    unit : str
        The unit of guess and figure: "s", "ms", "texts/s".
    measure : callable
        Returns (or is awaited for) the figure. It may take a few seconds.
    explain : str or callable
        One sentence on what was seen, or a function of the figure that returns it.
    decimals : int, optional
        How many decimals are shown; three digits in all if not given.

    Raises
    ------
    TypeError, ValueError
        If `measure` cannot be called, or `id` or `question` is not as it should be.
    """

    id: str
    question: str
    unit: str
    measure: Measure
    explain: str | Callable[[float], str] = ""
    decimals: int | None = None

    def __post_init__(self) -> None:
        check_id("Experiment", self.id, "batch-of-archive")
        check_text("Experiment(question=...)", self.question)
        if not self.question.strip():
            raise ValueError(f"Experiment {self.id!r} asks a question, got an empty one.")
        if not callable(self.measure):
            raise TypeError(
                f"Experiment(measure=...) takes a callable, got {type(self.measure).__name__}."
            )

    @property
    def asks(self) -> str:
        """What the guess is to be given in: "in ms", "how many times"; empty without a unit."""
        if self.unit == TIMES:
            return "how many times"
        return f"in {self.unit}" if self.unit else ""

    def figure(self, value: float) -> str:
        """Return a figure of this experiment as it is shown, without its unit."""
        if self.decimals is not None:
            return f"{value:,.{self.decimals}f}"
        return three_digits(value)
