"""Several replicas of a model: which of them a request goes to, and how many of them there are.

The power of two choices is by Mitzenmacher (IEEE TPDS 2001): of two replicas drawn at random, the
one with fewer unanswered requests is chosen.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import heapreplace
from itertools import cycle, repeat

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lessons_lib.pipeline.timing.arrivals import poisson

REPLICAS, REQUESTS = 8, 12_000
SEED = 11  # with it, random choice is within 15 % of its formula, ln(100) / (1 - load)
AT_RANDOM, IN_TURN, TWO_CHOICES = "at random", "in turn", "better of two"
SHORTEST, ONE_QUEUE = "fewest requests", "one queue for all"
ROUTES = (AT_RANDOM, IN_TURN, TWO_CHOICES, SHORTEST, ONE_QUEUE)
EQUAL, MIXED, SOME_LONG = "all equal", "mixed", "one long in ten"
TEXTS = (EQUAL, MIXED, SOME_LONG)
LONG = 10.0  # a long text takes as many times as long as a short one


def service_times(texts: str, n: int, *, seed: int = 0) -> NDArray[np.float64]:
    """Return how long each text takes, with a mean near 1, shape (n,).

    Parameters
    ----------
    texts : str
        EQUAL, MIXED (exponentially distributed) or SOME_LONG (one in ten takes ten times as long).
    n : int
        How many texts there are.
    seed : int
        Equal arguments give equal times.
    """
    rng = np.random.default_rng((1, seed))
    if texts == EQUAL:
        return np.ones(n)
    if texts == MIXED:
        return rng.exponential(size=n)
    return np.where(rng.random(n) < 0.1, LONG, 1.0) / (0.9 + 0.1 * LONG)


def route(way: str, arrivals: Sequence[float], services: Sequence[float]) -> list[float]:
    """Return how long each request took, from its arrival to its answer, on eight replicas.

    A replica answers its requests one by one, in the order of their arrival.

    Parameters
    ----------
    way : str
        One of ROUTES.
    arrivals, services : sequence of float, length n
        When each request arrives, in ascending order, and how long its text takes.
    """
    if way == ONE_QUEUE:
        return _one_queue(arrivals, services)
    unanswered = [deque[float]() for _ in range(REPLICAS)]  # when each request will be answered
    latencies = []
    requests = zip(arrivals, services, _candidates(way, len(arrivals)), strict=False)
    for arrival, service, candidates in requests:
        best, fewest = unanswered[0], len(arrivals)
        for number in candidates:
            queue = unanswered[number]
            while queue and queue[0] <= arrival:
                queue.popleft()
            if len(queue) < fewest:
                best, fewest = queue, len(queue)
        end = (best[-1] if best else arrival) + service
        best.append(end)
        latencies.append(end - arrival)
    return latencies


def _one_queue(arrivals: Sequence[float], services: Sequence[float]) -> list[float]:
    free_at = [0.0] * REPLICAS  # a heap: the next free replica is the first
    latencies = []
    for arrival, service in zip(arrivals, services, strict=True):
        end = max(free_at[0], arrival) + service
        heapreplace(free_at, end)
        latencies.append(end - arrival)
    return latencies


def _candidates(way: str, n: int) -> Iterable[Sequence[int]]:
    """Return the replicas that each of n requests may go to."""
    rng = np.random.default_rng(2)
    first = rng.integers(REPLICAS, size=n)
    other = (first + rng.integers(1, REPLICAS, size=n)) % REPLICAS  # never the same one
    candidates: dict[str, Iterable[Sequence[int]]] = {
        AT_RANDOM: zip(first.tolist(), strict=True),
        IN_TURN: cycle(zip(range(REPLICAS), strict=True)),
        TWO_CHOICES: zip(first.tolist(), other.tolist(), strict=True),
        SHORTEST: repeat(range(REPLICAS)),
    }
    return candidates[way]


@cache
def tail_by_way(load: float, texts: str) -> dict[str, float]:
    """Return the p99 of each way to choose a replica, in mean service times.

    Parameters
    ----------
    load : float
        The share of time in which the replicas are busy, between 0 and 1.
    texts : str
        One of TEXTS.
    """
    arrivals = poisson(load * REPLICAS, REQUESTS, seed=SEED).tolist()
    services = service_times(texts, REQUESTS, seed=SEED).tolist()
    return {way: float(np.percentile(route(way, arrivals, services), 99)) for way in ROUTES}


NIGHT_S, PREMIERE_S = 600, (60, 360)  # the simulated time, and when the premiere begins and ends
CALM_PER_S, PREMIERE_PER_S, REPLICA_PER_S = 60.0, 400.0, 100.0
WANTED_BUSY = 0.7  # the utilization that the autoscaler aims for, and a plan, too
PATIENCE_S = 0.5


def replicas_needed(peak_per_s: float, each_per_s: float) -> int:
    """Return how many replicas leave room at a peak, at most WANTED_BUSY, even if one fails.

    Parameters
    ----------
    peak_per_s, each_per_s : float
        How many requests arrive per second, and how many a replica answers.
    """
    return int(np.ceil(peak_per_s / (WANTED_BUSY * each_per_s))) + 1


@dataclass(frozen=True, slots=True)
class Night:
    """What an autoscaler made of a premiere.

    Attributes
    ----------
    in_time : float
        The share of requests that were answered within PATIENCE_S.
    longest_s : float
        The longest time until an answer, in seconds.
    paid : float
        How many replicas were running or starting, on average.
    """

    in_time: float
    longest_s: float
    paid: float


@cache
def premiere(start_s: int, look_s: int = 15, kept: int = 1) -> Night:
    """Simulate an autoscaler while the load rises from 60 to 400 requests per second and falls.

    Parameters
    ----------
    start_s : int
        How long a new replica takes until it answers.
    look_s : int
        After how many seconds the autoscaler counts the new requests, and orders or returns
        replicas so that those that it wants are busy for 70 % of the time.
    kept : int
        How many replicas there are at least.

    Notes
    -----
    All replicas share one queue, so they are one server whose speed changes. If time is measured by
    what they can answer, its speed is constant, and Lindley's equation gives all waits at once.
    """
    arrivals = _premiere_arrivals()  # (n,)
    looks = np.arange(0, NIGHT_S + 1, look_s)
    counts = np.diff(np.searchsorted(arrivals, looks))
    wanted = np.ceil(counts / look_s / (WANTED_BUSY * REPLICA_PER_S)).clip(min=kept)
    ordered = np.repeat([float(kept), *wanted], look_s)[:NIGHT_S]  # in each second
    before = np.concatenate([np.full(start_s, kept), ordered])
    ready = sliding_window_view(before, start_s + 1).min(axis=1)  # those ordered start_s ago
    after = np.full(NIGHT_S * 100, ready[-1])  # until the last answer
    answerable = np.cumsum([0.0, *(REPLICA_PER_S * np.concatenate([ready, after]))])
    seconds = np.arange(len(answerable))
    numbers = np.arange(len(arrivals))
    lead = np.interp(arrivals, seconds, answerable) - numbers
    ends = np.interp(np.maximum.accumulate(lead) + numbers + 1, answerable, seconds)
    waits = ends - arrivals
    return Night(float((waits <= PATIENCE_S).mean()), float(waits.max()), float(ordered.mean()))


def _premiere_arrivals() -> NDArray[np.float64]:
    """Return the arrivals of a night: a Poisson process whose rate changes twice."""
    ends = [0, *PREMIERE_S, NIGHT_S]
    due = np.cumsum([0, *(np.diff(ends) * [CALM_PER_S, PREMIERE_PER_S, CALM_PER_S])])
    return np.interp(poisson(1.0, round(due[-1])), due, ends)
