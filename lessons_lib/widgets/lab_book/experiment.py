"""An experiment of the lab book: what is asked, and how it is measured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from lessons_lib.arguments import check_callable, check_text
from lessons_lib.widgets.page import NamedItem

TIMES = "times"  # the unit of a factor
Measure = Callable[[], float | Awaitable[float]]


@dataclass(frozen=True)
class Experiment(NamedItem):
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
    explain : str
        One sentence on what was seen.

    Raises
    ------
    TypeError, ValueError
        If `measure` cannot be called, or `id` or `question` is not as it should be.
    """

    question: str
    unit: str
    measure: Measure
    explain: str = ""

    _example = "batch-of-archive"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_text("Experiment(question=...)", self.question)
        if not self.question.strip():
            raise ValueError(f"Experiment {self.id!r} asks a question, got an empty one.")
        check_callable("Experiment(measure=...)", self.measure)

    @property
    def asks(self) -> str:
        """What the guess is to be given in: "in ms", "how many times"; empty without a unit."""
        if self.unit == TIMES:
            return "how many times"
        return f"in {self.unit}" if self.unit else ""


# By the name of the measurement: question, unit, and what to take from the figure.
QUESTIONS = {
    "one-by-one": (
        "How many texts does real-time answer in a second here, one after the other?",
        "texts/s",
        "Every text pays for a pass of its own.",
    ),
    "batch-against-one": (
        "Batch answers how many times as many texts a second as real-time, on the same path?",
        TIMES,
        "The texts of a batch share the fixed cost of a pass. Reading each text is not shared.",
    ),
    "slow-hundredth": (
        "One call in a hundred is slow. How many times the p50 is the p99?",
        TIMES,
        "A mean hides these calls, and yet about one user in a hundred gets such an answer.",
    ),
    "alone-at-the-queue": (
        "One user asks a micro-batching predictor whose batch wait timeout is 5 ms, and nobody "
        "else does. What is the p50?",
        "ms",
        "Of this, 5 ms are waiting for company that does not come.",
    ),
}


def experiments(measures: Mapping[str, Measure]) -> list[Experiment]:
    """Return the course's experiments with the measurements of a notebook.

    Parameters
    ----------
    measures : mapping of names to callables
        Each returns one figure, in the unit that its question names.

    Raises
    ------
    ValueError
        If a name has no question here.
    """
    unknown = sorted(set(measures) - set(QUESTIONS))
    if unknown:
        known = ", ".join(QUESTIONS)
        raise ValueError(f"experiments() measures {known}; got {', '.join(unknown)}.")
    made = []
    for name, measure in measures.items():
        question, unit, explain = QUESTIONS[name]
        made.append(Experiment(name, question, unit, measure, explain))
    return made
