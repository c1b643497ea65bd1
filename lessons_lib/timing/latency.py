"""Measure calls: latency percentiles for one input at a time, seconds for a whole job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

import numpy as np

Input = TypeVar("Input")


@dataclass(frozen=True, slots=True)
class LatencySummary:
    """Latency percentiles in milliseconds over `n` calls made one after the other."""

    n: int
    p50_ms: float
    p90_ms: float
    p99_ms: float
    texts_per_s: float

    def __repr__(self) -> str:
        p50, p90, p99 = (f"{value:.3f} ms" for value in (self.p50_ms, self.p90_ms, self.p99_ms))
        percentiles = f"p50 {p50}, p90 {p90}, p99 {p99}"
        return f"LatencySummary(n={self.n:,}: {percentiles}, {self.texts_per_s:,.0f} texts/s)"


def measure_latency(
    call: Callable[[Input], object],
    inputs: Sequence[Input],
    *,
    warmup: int = 5,
    clock: Callable[[], float] = perf_counter,
) -> LatencySummary:
    """Call once per input, in order, and summarise how long each call took.

    Parameters
    ----------
    call : callable
        Takes one input, for instance `predictor.predict`.
    inputs : sequence, length n
        At least one.
    warmup : int
        How many calls are made first and not counted; caches and lazy set-up settle in them.
    clock : callable
        Returns seconds; an argument so that tests need no waiting.

    Returns
    -------
    LatencySummary
        `texts_per_s` is n divided by the sum of all latencies: a closed loop, one call at a time.

    Raises
    ------
    ValueError
        If there is no input, or if `warmup` is negative.
    """
    if len(inputs) == 0:
        raise ValueError("measure_latency() needs at least one input, got none.")
    if warmup < 0:
        raise ValueError(f"measure_latency() makes 0 or more warm-up calls, got warmup={warmup}.")
    for place in range(warmup):
        call(inputs[place % len(inputs)])
    seconds = [_timed(call, one, clock) for one in inputs]
    p50_ms, p90_ms, p99_ms = (1000 * np.percentile(seconds, [50, 90, 99])).tolist()
    total_s = sum(seconds)
    texts_per_s = len(seconds) / total_s if total_s else float("inf")
    return LatencySummary(len(seconds), p50_ms, p90_ms, p99_ms, texts_per_s)


def time_job(
    job: Callable[[], object], *, rounds: int = 3, clock: Callable[[], float] = perf_counter
) -> float:
    """Run a whole job a few times and return the median number of seconds that it took.

    Raises
    ------
    ValueError
        If `rounds` is below 1.
    """
    if rounds < 1:
        raise ValueError(f"time_job() runs the job at least once, got rounds={rounds}.")
    return float(np.median([_timed(lambda _: job(), None, clock) for _ in range(rounds)]))


def _timed(call: Callable[[Input], object], argument: Input, clock: Callable[[], float]) -> float:
    started = clock()
    call(argument)
    return clock() - started
