"""The experiments of the lab book: guesses, and how their results are measured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from lessons_lib.practice.guesses import GuessTask, guess_task

Measure = Callable[[], float | Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Experiment:
    """A guess at a number that the learner makes before it is measured.

    Attributes
    ----------
    task : GuessTask
        The question; its id is the subject of the guesses in the record.
    measure : callable
        Returns the measurement, or an awaitable of it; it may take a few seconds.
    """

    task: GuessTask
    measure: Measure


def experiments(measures: Mapping[str, Measure]) -> list[Experiment]:
    """Return experiments, by the ids of their guesses in ``notebooks/guesses.yaml``.

    Parameters
    ----------
    measures : mapping of ids to callables
        Each returns a number in the unit of the guess.
    """
    return [Experiment(guess_task(name), measure) for name, measure in measures.items()]
