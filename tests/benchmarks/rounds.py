"""Time jobs beside each other: in each round every job has its turn, each round in another order.

What else the machine does then falls on all of them alike, and ratios within a round stay true.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter, process_time
from typing import TypeVar

from lessons_lib.timing.ratios import mean_s

Item = TypeVar("Item")
Clock = Callable[[], float]


def rotated(items: Sequence[Item], turn: int) -> list[Item]:
    """Return the items in their order, but begun further on with each turn."""
    if not items:
        return []
    start = turn % len(items)
    return [*items[start:], *items[:start]]


def alternate(
    jobs: Mapping[str, Callable[[], object]],
    rounds: int,
    *,
    at_least_s: float = 0.0,
    clock: Clock = process_time,
) -> dict[str, list[float]]:
    """Run all jobs in each round; return the seconds of each job, one figure a round.

    Parameters
    ----------
    jobs : mapping of name to callable
        Called without arguments; what it returns is thrown away.
    rounds : int
        How often each has its turn.
    at_least_s : float
        How long a turn lasts at least: a short job is repeated, and its figure is the mean, so that
        a disturbance of the machine weighs as much on it as on a long one.
    clock : callable
        Returns seconds. Those of this process on the processor, if nothing else is said: on one
        thread they are the seconds of a machine that does nothing beside.

    Notes
    -----
    Garbage is collected before each turn; the collector then stays on, as it is in use.
    """
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds):
        for name in rotated(list(jobs), turn):
            gc.collect()
            seconds[name].append(mean_s(jobs[name], at_least_s, clock))
    return seconds


def interleave(
    calls: Mapping[str, Callable[[str], object]],
    texts: Sequence[str],
    *,
    block: int = 100,
    clock: Clock = perf_counter,
) -> dict[str, list[float]]:
    """Call each one with each text, by turns in blocks; return the seconds of each single call."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    gc.collect()
    for turn, start in enumerate(range(0, len(texts), block)):
        for name in rotated(list(calls), turn):
            call, took = calls[name], seconds[name]
            for text in texts[start : start + block]:
                began = clock()
                call(text)
                took.append(clock() - began)
    return seconds
