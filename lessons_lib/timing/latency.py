"""Measure how long calls take, one input at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lessons_lib.timing.percentiles import percentiles

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

    The arguments, and what is refused, are those of `measure_latency`.
    """
    if len(inputs) == 0:
        raise ValueError("Latency is measured with at least one input, got none.")
    if warmup < 0:
        raise ValueError(f"Latency is measured after 0 or more calls, got warmup={warmup}.")
    for place in range(warmup):
        call(inputs[place % len(inputs)])
    return 1000 * np.array([_timed(call, one, clock) for one in inputs])


def _timed(call: Callable[[Input], object], argument: Input, clock: Callable[[], float]) -> float:
    started = clock()
    call(argument)
    return clock() - started
