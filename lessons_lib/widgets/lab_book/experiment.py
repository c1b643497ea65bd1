"""The experiments of the lab book: questions, and how they are measured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

TIMES = "times"  # the unit of a factor
Measure = Callable[[], float | Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Experiment:
    """A question about a number that the learner guesses before it is measured.

    Attributes
    ----------
    id : str
        Lowercase words joined by hyphens; the subject of the guesses in the record.
    question : str
        What to guess: "How long do 10,000 texts take in batches of 512?"
    unit : str
        The unit of the guess and the measurement: "s", "ms", "texts/s".
    measure : callable
        Returns the measurement, or an awaitable of it; it may take a few seconds.
    explain : str
        One sentence that explains the result.
    """

    id: str
    question: str
    unit: str
    measure: Measure
    explain: str = ""

    @property
    def asks(self) -> str:
        """How to enter the guess: "in ms", "how many times"; empty without a unit."""
        if self.unit == TIMES:
            return "how many times"
        return f"in {self.unit}" if self.unit else ""


# By the name of the measurement: question, unit and explanation.
QUESTIONS = {
    "one-by-one": (
        "How many texts per second does real-time inference process here, one after another?",
        "texts/s",
        "Every text pays for a pass of its own.",
    ),
    "batch-against-one": (
        "How many times the throughput of real-time inference does batch inference reach on the "
        "same path?",
        TIMES,
        "The texts of a batch share the fixed cost of a pass. The work on each text, such as "
        "splitting it into words, is not shared.",
    ),
    "slow-hundredth": (
        "One call in a hundred takes longer than the p99. How many times the p50 is the p99?",
        TIMES,
        "A mean hides these slow calls. They are rare, but a page that makes 100 calls has a 63 % "
        "chance of hitting at least one of them (1 − 0.99¹⁰⁰).",
    ),
    "alone-at-the-queue": (
        "A micro-batching predictor has a batch wait timeout of 5 ms, and only one user is sending "
        "texts. What is the p50?",
        "ms",
        "Of this, 5 ms is the batch wait timeout, spent waiting for requests that never arrive.",
    ),
}


def experiments(measures: Mapping[str, Measure]) -> list[Experiment]:
    """Return the course's experiments, measured by a notebook's functions.

    Parameters
    ----------
    measures : mapping of names to callables
        One for each name in `QUESTIONS`; returns a number in the unit of the question.
    """
    return [
        Experiment(name, question, unit, measures[name], explain)
        for name, (question, unit, explain) in QUESTIONS.items()
    ]
