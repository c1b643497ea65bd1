"""What one benchmark has found, and how it is read off what was timed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.ratios import Ratio, quotients, spreads

Rounds = Sequence[float]
TEXTS = 10_000  # in each job of the contest


@dataclass(frozen=True, slots=True)
class ContestRun:
    """What one process has timed.

    Attributes
    ----------
    seconds : mapping
        Of each job the seconds it took, a figure a round.
    latencies_s : mapping
        Of each call p50 and p99, a pair a round.
    accuracies : mapping
        Of each model its share of right labels on the test split.
    """

    seconds: Mapping[str, Rounds]
    latencies_s: Mapping[str, Sequence[Rounds]]
    accuracies: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was measured.

    Attributes
    ----------
    runs : sequence of ContestRun
        Each from a process of its own.
    sizes : sequence of int
        How many texts the jobs in `growth` and `peaks_mb` have, ascending.
    growth : mapping
        Of each mode the seconds per text: a row for each size, a figure a round.
    peaks_mb : mapping
        Of each mode how far the memory rises above what was held before, a figure for each size.
    memory_mb : float
        What the folded predictor and its predictions add to a bare interpreter.
    import_s : sequence of float
        What importing the folded path adds to the start of an interpreter, a figure a round.
    """

    runs: Sequence[ContestRun]
    sizes: Sequence[int]
    growth: Mapping[str, Sequence[Rounds]]
    peaks_mb: Mapping[str, Rounds]
    memory_mb: float
    import_s: Rounds

    def times_as_fast(self, job: str, than: str) -> Ratio:
        """Return how many times as fast one job is as another, round by round."""
        return Ratio.of_runs([quotients(run.seconds[than], run.seconds[job]) for run in self.runs])

    def seconds_per_text(self, job: str) -> float:
        """Return the seconds a job takes per text, the median of the runs' medians."""
        return median(median(run.seconds[job]) for run in self.runs) / TEXTS

    def quicker(self, percentile: int) -> Ratio:
        """Return how many times as quick folded answers one text as fastText: 0 is p50, 1 p99."""
        return Ratio.of_runs(
            [
                quotients(*(_column(run.latencies_s[name], percentile) for name in _SINGLE))
                for run in self.runs
            ]
        )

    def latency_s(self, name: str, percentile: int) -> float:
        """Return a percentile of the single calls, the median of the runs' medians."""
        return median(median(_column(run.latencies_s[name], percentile)) for run in self.runs)

    def unevenness(self, mode: str) -> Ratio:
        """Return the time per text at the slowest size by that at the fastest, round by round."""
        return Ratio.of_runs([spreads(self.growth[mode])])

    def accuracy(self, name: str) -> float:
        """Return a model's share of right labels, the median of the runs."""
        return median(run.accuracies[name] for run in self.runs)


_SINGLE = ("fastText", "folded")


def _column(pairs: Sequence[Rounds], place: int) -> list[float]:
    return [pair[place] for pair in pairs]
