"""Measure the latency of successive calls as p50, p90 and p99, and compare jobs run in turn."""

import gc
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.machine import ReadClock, thread_clock, watched


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
    clock: ReadClock = thread_clock,
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
        Returns seconds. By default, only the time in which this thread computes counts; for a call
        that waits, such as a request over a network, pass `perf_counter`.

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
    clock: ReadClock = thread_clock,
) -> NDArray[np.float64]:
    """Call once per input, in order, and return how many milliseconds each call took, shape (n,).

    The parameters and errors are those of `measure_latency`.
    """
    if len(inputs) == 0:
        raise ValueError("Measuring latency needs at least one input, got none.")
    if warmup < 0:
        raise ValueError(f"warmup must be ≥ 0, got {warmup}.")
    with watched(clock):
        for number in range(warmup):
            call(inputs[number % len(inputs)])
        return 1000 * np.array([_timed(call, one, clock) for one in inputs])


def _timed(call: Callable[[Input], object], argument: Input, clock: ReadClock) -> float:
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


Name = TypeVar("Name")


def time_in_turn(
    jobs: Mapping[Name, Callable[[], object]],
    *,
    rounds: int = 5,
    warmup: int = 1,
    least_s: float = 0.0,
    clock: ReadClock = thread_clock,
    progress: Callable[[range], Iterable[int]] = iter,
) -> dict[Name, list[float]]:
    """Run every job once per round, and return how many seconds each run took.

    Parameters
    ----------
    jobs : mapping of names to callables
        At least one; called without arguments.
    rounds : int
        How many rounds are timed. Each round starts one job later than the previous one, so that
        no job always comes first.
    warmup : int
        How many untimed rounds are run first.
    least_s : float
        A job that takes less time than this is repeated until that much has passed, and the mean
        counts, because a single run of a short job mostly shows how cold the caches were.
    clock : callable
        As for `measure_latency`.
    progress : callable
        Iterates over the range of all rounds and may show the progress.

    Returns
    -------
    dict
        For each name, in the order of `jobs`, the seconds of each round.

    Raises
    ------
    ValueError
        If there are no jobs, no rounds to time, or a negative number of warm-up rounds.
    KeyboardInterrupt
        If interrupted before the first timed round is complete. After that, an interrupt returns
        the rounds timed so far, with a warning.
    """
    if not jobs or rounds < 1 or warmup < 0:
        raise ValueError(
            "time_in_turn() needs at least 1 job and 1 round, and 0 or more warm-up rounds, "
            f"got {len(jobs)} jobs, rounds={rounds}, warmup={warmup}."
        )
    timed: list[dict[Name, float]] = []
    names = deque(jobs)
    try:
        with watched(clock):
            for number in progress(range(warmup + rounds)):
                seconds = {name: mean_s(jobs[name], least_s, clock) for name in names}
                names.rotate(-1)
                if number >= warmup:
                    timed.append(seconds)
    except KeyboardInterrupt:
        if not timed:
            raise
        warnings.warn(
            f"Interrupted: the figures come from {len(timed)} of {rounds} rounds.", stacklevel=2
        )
    return {name: [seconds[name] for seconds in timed] for name in jobs}


def mean_s(job: Callable[[], object], least_s: float, clock: ReadClock) -> float:
    """Repeat a job until at least `least_s` seconds have passed; return the mean per run."""
    began, runs = clock(), 0
    while True:
        job()
        runs += 1
        took = clock() - began
        if took >= least_s:
            return took / runs


def texts_per_s(job: Callable[[], object], n_texts: int) -> float:
    """Return the throughput of a job over `n_texts` texts, as the median of five rounds."""
    return n_texts / median(time_in_turn({"job": job})["job"])


def time_ratio(
    job: Callable[[], object], other: Callable[[], object], *, least_s: float = 0.0
) -> float:
    """Return how many times as long a job takes as another one, using medians of five rounds."""
    seconds = time_in_turn({"job": job, "other": other}, least_s=least_s)
    return median(seconds["job"]) / median(seconds["other"])


def own_figures(
    seconds: Mapping[str, Sequence[float]],
    *,
    n_texts: int,
    batch_size: int,
    latency: LatencySummary,
    cost: CostModel,
    heavier: CostModel,
) -> dict[str, float]:
    """Return a learner's own figures under the names that the questions use.

    Parameters
    ----------
    seconds : mapping with the keys "batch" and "real-time"
        How long all texts took in each round, on one core; what `time_in_turn` returns.
    n_texts : int
        The number of texts in each round.
    batch_size : int
        How many texts shared a pass in the batch rounds.
    latency : LatencySummary
        The latency of successive real-time calls.
    cost : CostModel
        The cost of a batch, fitted to the frontier.
    heavier : CostModel
        The cost of a batch of the heavier model.
    """
    return {
        "p50_ms": latency.p50_ms,
        "p99_ms": latency.p99_ms,
        "realtime_texts_per_s": n_texts / median(seconds["real-time"]),
        "texts_per_s": n_texts / median(seconds["batch"]),
        "cores": 1,
        "batch_size": batch_size,
        "fixed_ms": 1000 * cost.fixed_s,
        "per_text_ms": 1000 * cost.per_text_s,
        "heavier_fixed_ms": 1000 * heavier.fixed_s,
        "heavier_per_text_ms": 1000 * heavier.per_text_s,
    }
