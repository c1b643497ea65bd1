"""Ratios of what was timed side by side: a middle that is hard to move, and how far they spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the runs' medians, and the lowest and highest of all rounds."""

    middle: float
    low: float
    high: float

    @classmethod
    def of_runs(cls, runs: Sequence[Sequence[float]]) -> Ratio:
        """Sum up runs, each with one ratio a round.

        Raises
        ------
        ValueError
            If there is no run, or one without a round.
        """
        if not runs or not all(runs):
            raise ValueError("A Ratio is of at least one run with at least one round each.")
        rounds = [ratio for run in runs for ratio in run]
        return cls(median(median(run) for run in runs), min(rounds), max(rounds))


def quotients(dividends: Sequence[float], divisors: Sequence[float]) -> list[float]:
    """Divide round by round, each by what was timed in the same round."""
    return [one / other for one, other in zip(dividends, divisors, strict=True)]


def spreads(rows: Sequence[Sequence[float]]) -> list[float]:
    """Return the highest by the lowest figure of each round; a row holds one job's rounds."""
    return [max(figures) / min(figures) for figures in zip(*rows, strict=True)]
