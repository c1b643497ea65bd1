"""Time whole jobs in turn, and reduce the rounds to the figures that a learner guesses."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import TypeAlias, TypeVar

from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.latency import LatencySummary, measure_latency
from lessons_lib.timing.load import closed_loop
from lessons_lib.timing.scenarios import Serve

Name = TypeVar("Name")
TAIL_ROUNDS = 5
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
    """Run every job once a round, and return the seconds that each of them took.

    Parameters
    ----------
    jobs : mapping of names to callables
        At least one; called without arguments.
    rounds : int
        How many rounds are timed. A round begins one job later than the one before, so that none
        always comes first.
    warmup : int
        How many rounds are run before and not timed.
    least_s : float
        A job that takes less than this is run again until that much time has gone by, and the mean
        counts: one run of a short job mostly shows how cold the caches were.
    clock : callable
        Returns seconds; an argument so that tests need no waiting.
    progress : callable
        Is given the range of all rounds, goes through it and may show how far it is.

    Returns
    -------
    dict
        For each name, in the order given, the seconds of each round.

    Raises
    ------
    ValueError
        If there is no job, no round to time, or a negative number of warm-up rounds.
    KeyboardInterrupt
        If interrupted before the first timed round is done. Later, what was timed so far comes
        back, with a warning.
    """
    if not jobs or rounds < 1 or warmup < 0:
        raise ValueError(
            "time_in_turn() takes at least 1 job and 1 round, and 0 or more warm-up rounds, "
            f"got {len(jobs)} jobs, rounds={rounds}, warmup={warmup}."
        )
    timed: list[dict[Name, float]] = []
    try:
        for number in progress(range(warmup + rounds)):
            seconds = _one_round(jobs, number, least_s, clock)
            if number >= warmup:
                timed.append(seconds)
    except KeyboardInterrupt:
        if not timed:
            raise
        warnings.warn(
            f"Interrupted: the figures come from {len(timed)} of {rounds} rounds.", stacklevel=2
        )
    return {name: [seconds[name] for seconds in timed] for name in jobs}


def _one_round(
    jobs: Mapping[Name, Callable[[], object]],
    number: int,
    least_s: float,
    clock: Callable[[], float],
) -> dict[Name, float]:
    names = list(jobs)
    first = number % len(names)
    return {name: mean_s(jobs[name], least_s, clock) for name in names[first:] + names[:first]}


def mean_s(job: Callable[[], object], least_s: float, clock: Callable[[], float]) -> float:
    """Run a job once, and again until so much time is up; return the seconds of one run."""
    began, runs = clock(), 0
    while True:
        job()
        runs += 1
        took = clock() - began
        if took >= least_s:
            return took / runs


def texts_per_s(
    job: Callable[[], object], n_texts: int, *, clock: ReadClock = perf_counter
) -> float:
    """Return the throughput of a job over `n_texts` texts, the median of five rounds."""
    return n_texts / median(time_in_turn({"job": job}, clock=clock)["job"])


def throughput_ratio(
    jobs: Mapping[str, Callable[[], object]], *, clock: ReadClock = perf_counter
) -> float:
    """Return how many times the throughput of "real-time" that of "batch" is, by medians."""
    seconds = time_in_turn(jobs, clock=clock)
    return median(seconds["real-time"]) / median(seconds["batch"])


def tail_ratio(
    call: Callable[[str], object],
    texts: Sequence[str],
    *,
    clock: ReadClock = perf_counter,
) -> float:
    """Return how many times the p50 of a call its p99 is, the median of five rounds."""
    rounds = [measure_latency(call, texts, clock=clock) for _ in range(TAIL_ROUNDS)]
    return median(one.p99_ms / one.p50_ms for one in rounds)


async def lonely_ms(
    serve: Serve, texts: Sequence[str], *, n: int = 40, clock: ReadClock = perf_counter
) -> float:
    """Return the p50 of one user alone at a predictor that waits 5 ms for company.

    Parameters
    ----------
    serve : callable
        Makes the predictor: `partial(MicroBatchPredictor, pipeline)`.
    texts : sequence of str
        At least `n`.
    n : int
        How many are sent, one after the other.
    """
    async with serve(max_batch_size=8, batch_wait_timeout_s=0.005, max_queue=8) as server:
        return (await closed_loop(server.predict, texts[:n], clock=clock)).p50_ms


def own_figures(
    seconds: Mapping[str, Sequence[float]],
    *,
    n_texts: int,
    batch_size: int,
    latency: LatencySummary,
    cost: CostModel,
) -> dict[str, float]:
    """Return a learner's own figures under the names by which questions ask for them.

    Parameters
    ----------
    seconds : mapping with the keys "batch" and "real-time"
        How long all texts took in each round, on one core; what `time_in_turn` returns.
    n_texts : int
        How many texts there were.
    batch_size : int
        How many texts shared a pass in the batch rounds.
    latency : LatencySummary
        Of real-time calls, one after the other.
    cost : CostModel
        Of a batch.
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
    }
