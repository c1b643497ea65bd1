"""How much a latency differs from round to round: a median with the range around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TypeVar

from lessons_lib.timing.latency import LatencySummary, measure_latency

Input = TypeVar("Input")


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of a few measured values, and the lowest and the highest of them."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def over(cls, values: Sequence[float]) -> Spread:
        """Return the spread of values; there is at least one."""
        if len(values) == 0:
            raise ValueError("Spread.over() needs at least one value, got none.")
        return cls(median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{self.median:.3g} ({self.lowest:.3g} to {self.highest:.3g})"


@dataclass(frozen=True, slots=True)
class LatencySpread:
    """Latency percentiles over several rounds of `n` calls each, one spread for each percentile."""

    n: int
    rounds: tuple[LatencySummary, ...]

    @property
    def p50_ms(self) -> Spread:
        """The median latency of a round."""
        return Spread.over([one.p50_ms for one in self.rounds])

    @property
    def p90_ms(self) -> Spread:
        """The latency that 90 of 100 calls of a round do not exceed."""
        return Spread.over([one.p90_ms for one in self.rounds])

    @property
    def p99_ms(self) -> Spread:
        """The latency that 99 of 100 calls of a round do not exceed."""
        return Spread.over([one.p99_ms for one in self.rounds])

    @property
    def texts_per_s(self) -> Spread:
        """The throughput of one call after the other."""
        return Spread.over([one.texts_per_s for one in self.rounds])

    def __repr__(self) -> str:
        percentiles = f"p50 {self.p50_ms} ms, p90 {self.p90_ms} ms, p99 {self.p99_ms} ms"
        return f"LatencySpread({len(self.rounds)} rounds of n={self.n:,}: {percentiles})"


def measure_repeatedly(
    call: Callable[[Input], object],
    inputs: Sequence[Input],
    *,
    rounds: int = 5,
    warmup: int = 5,
    clock: Callable[[], float] = perf_counter,
) -> LatencySpread:
    """Measure the latency of a call in several rounds, to see how far they differ.

    Parameters
    ----------
    call : callable
        Takes one input.
    inputs : sequence, length n
        Each round goes through all of it.
    rounds : int
        At least 1; with 1 there is a median but no spread.
    warmup : int
        How many calls are made before each round and not counted.
    clock : callable
        Returns seconds.

    Raises
    ------
    ValueError
        If there is no input, `rounds` is below 1, or `warmup` is negative.
    """
    if rounds < 1:
        raise ValueError(f"measure_repeatedly() makes at least one round, got rounds={rounds}.")
    summaries = [measure_latency(call, inputs, warmup=warmup, clock=clock) for _ in range(rounds)]
    return LatencySpread(len(inputs), tuple(summaries))
