"""Compare whole jobs: each is run once a round, in turn, so that a busy moment hits them alike."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import TypeVar

Name = TypeVar("Name")


def time_in_turn(
    jobs: Mapping[Name, Callable[[], object]],
    *,
    rounds: int = 5,
    warmup: int = 1,
    least_s: float = 0.0,
    clock: Callable[[], float] = perf_counter,
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
