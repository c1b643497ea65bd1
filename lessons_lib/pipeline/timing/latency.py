"""Measure the latency of successive calls as p50, p90 and p99."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray


def percentiles(values: Sequence[float] | NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the 50th, 90th and 99th percentiles, in the unit of the values."""
    p50, p90, p99 = np.percentile(values, [50, 90, 99]).tolist()
    return p50, p90, p99


class Latencies:
    """The latencies of n requests, from the arrival of each one to its answer."""

    __slots__ = ()
    arrivals_s: NDArray[np.float64]
    finished_s: NDArray[np.float64]

    @property
    def latency_ms(self) -> NDArray[np.float64]:
        """The time from the planned arrival to the answer, shape (n,): queueing plus service."""
        return 1000 * (self.finished_s - self.arrivals_s)

    @property
    def texts_per_s(self) -> float:
        """The throughput from the first arrival to the last answer."""
        span_s = float(self.finished_s.max() - self.arrivals_s[0])
        return len(self.arrivals_s) / span_s if span_s else float("inf")

    @property
    def p50_ms(self) -> float:
        """The latency that half of the answers do not exceed."""
        return percentiles(self.latency_ms)[0]

    @property
    def p90_ms(self) -> float:
        """The latency that 90 of 100 answers do not exceed."""
        return percentiles(self.latency_ms)[1]

    @property
    def p99_ms(self) -> float:
        """The latency that 99 of 100 answers do not exceed."""
        return percentiles(self.latency_ms)[2]


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
    """Call once per input, in order, and summarize how long the calls took.

    Parameters
    ----------
    call : callable
        Accepts one input, for instance `predictor.predict`.
    inputs : sequence, length n
        At least one.
    warmup : int
        How many uncounted calls come first, to fill caches and finish any lazy setup.
    clock : callable
        Returns seconds; tests replace it to avoid waiting.

    Returns
    -------
    LatencySummary
        `texts_per_s` is n divided by the sum of all latencies: a closed loop, one call at a time.

    Raises
    ------
    ValueError
        If there are no inputs, or if `warmup` is negative.
    """
    each_ms = latencies_ms(call, inputs, warmup=warmup, clock=clock)  # (n,)
    total_s = float(each_ms.sum()) / 1000
    texts_per_s = len(each_ms) / total_s if total_s else float("inf")
    return LatencySummary(len(each_ms), *percentiles(each_ms), texts_per_s)


def latencies_ms(
    call: Callable[[Input], object],
    inputs: Sequence[Input],
    *,
    warmup: int = 5,
    clock: Callable[[], float] = perf_counter,
) -> NDArray[np.float64]:
    """Call once per input, in order, and return how many milliseconds each call took, shape (n,).

    The parameters and errors are those of `measure_latency`.
    """
    if len(inputs) == 0:
        raise ValueError("Measuring latency needs at least one input, got none.")
    if warmup < 0:
        raise ValueError(f"warmup must be ≥ 0, got {warmup}.")
    for number in range(warmup):
        call(inputs[number % len(inputs)])
    return 1000 * np.array([_timed(call, one, clock) for one in inputs])


def _timed(call: Callable[[Input], object], argument: Input, clock: Callable[[], float]) -> float:
    started = clock()
    call(argument)
    return clock() - started


@contextmanager
def collector_paused() -> Iterator[None]:
    """Disable Python's garbage collector inside the block, as `timeit` does.

    With torch loaded, a full collection stops everything for 50 to 100 ms, which would dominate
    the p99 of a short load. A server has such pauses too, but rarely.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
