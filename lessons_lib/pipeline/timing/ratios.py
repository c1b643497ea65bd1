"""Time whole jobs in turn, and reduce the rounds to the figures that learners guess."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import TypeAlias, TypeVar

from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.latency import LatencySummary

Name = TypeVar("Name")
ReadClock: TypeAlias = Callable[[], float]


def time_in_turn(
    jobs: Mapping[Name, Callable[[], object]],
    *,
    rounds: int = 5,
    warmup: int = 1,
    least_s: float = 0.0,
    clock: ReadClock = perf_counter,
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
        Returns seconds; tests replace it to avoid waiting.
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


def mean_s(job: Callable[[], object], least_s: float, clock: Callable[[], float]) -> float:
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
