"""An experiment of the lab book: what is asked, and how it is measured."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[], float | Awaitable[float]]
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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
        if not _ID.fullmatch(self.id) or len(self.id) > 80:
            rule = "lower-case words joined by hyphens, like batch-of-archive"
            raise ValueError(f"Experiment(id=...) takes {rule}, got {self.id!r}.")
        if not self.question.strip():
            raise ValueError(f"Experiment {self.id!r} asks a question, got an empty one.")
        if not callable(self.measure):
            raise TypeError(
                f"Experiment(measure=...) takes a callable, got {type(self.measure).__name__}."
            )

    def figure(self, value: float) -> str:
        """Return a figure of this experiment as it is shown, without its unit."""
        if self.decimals is not None:
            return f"{value:,.{self.decimals}f}"
        return three_digits(value)


def checked_experiments(experiments: Sequence[Experiment]) -> dict[str, Experiment]:
    """Return experiments by id.

    Raises
    ------
    TypeError, ValueError
        If one is none, there is none, or two have the same id.
    """
    for one in experiments:
        if not isinstance(one, Experiment):
            raise TypeError(f"LabBook() takes experiments, got {type(one).__name__}.")
    by_id = {one.id: one for one in experiments}
    if not by_id or len(by_id) < len(experiments):
        ids = [one.id for one in experiments]
        raise ValueError(f"LabBook() takes experiments with ids of their own, got {ids}.")
    return by_id


def three_digits(value: float) -> str:
    """Return a figure in three digits: 0.0941, 0.744, 8,410, 1.2e+15."""
    if value == 0 or not 1e-4 <= abs(value) < 1e12:
        return f"{value:.3g}"
    rounded = float(f"{value:.2e}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:#.3g}"
