"""Simulate a worker that answers requests in batches, and summarize the run."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lessons_lib.arguments import checked_integer, checked_seconds
from lessons_lib.pipeline.timing.arrivals import checked_schedule, poisson
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.latency import Latencies


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SimulatedRun(Latencies):
    """n requests, in the order of their arrival, answered in m batches.

    Attributes
    ----------
    arrivals_s, started_s, finished_s : array of float64, shape (n,)
        When each request arrived, when its batch started, and when it was answered.
    batch_number : array of int64, shape (n,)
        The batch that each request was in, counted from 0.
    refused : int
        How many further requests found the queue full; the arrays leave them out.
    """

    arrivals_s: NDArray[np.float64]
    started_s: NDArray[np.float64]
    finished_s: NDArray[np.float64]
    batch_number: NDArray[np.int64]
    refused: int = 0

    def __repr__(self) -> str:
        figures = f"p50 {self.p50_ms:.3g} ms, p99 {self.p99_ms:.3g} ms"
        refused = f", {self.refused:,} refused" if self.refused else ""
        batches = f"{len(self.batch_sizes):,} batches{refused}"
        return (
            f"SimulatedRun({len(self.arrivals_s):,} requests in {batches}: {figures}, "
            f"{self.texts_per_s:,.0f} texts/s, utilization {self.utilization:.0%})"
        )

    @property
    def queue_ms(self) -> NDArray[np.float64]:
        """The time from arrival to the start of the batch, shape (n,)."""
        return 1000 * (self.started_s - self.arrivals_s)

    @property
    def service_ms(self) -> NDArray[np.float64]:
        """The time from the start of the batch to the answer, shape (n,)."""
        return 1000 * (self.finished_s - self.started_s)

    @property
    def batch_sizes(self) -> NDArray[np.int64]:
        """How many requests were in each batch, shape (m,)."""
        return np.bincount(self.batch_number)

    @property
    def utilization(self) -> float:
        """The share of time in which the worker was busy, from 0 to 1."""
        firsts = np.diff(self.batch_number, prepend=-1) > 0  # (n,): the first request of each batch
        busy_s = (self.finished_s - self.started_s)[firsts].sum()
        return float(busy_s / (self.finished_s[-1] - self.arrivals_s[0]))


@dataclass(frozen=True, slots=True)
class BatchingPolicy:
    """The rule by which waiting requests become a batch.

    A batch starts as soon as the worker is free and either `max_batch_size` requests wait or the
    oldest has waited for `batch_wait_timeout_s`. It contains the oldest `max_batch_size` requests.
    A request that arrives while `max_queue` others wait is refused.

    With `closes_while_busy`, a batch is closed at that moment even if the worker is busy, as in Ray
    Serve. It then waits for the worker as it is, and later requests open the next batch.

    Raises
    ------
    TypeError
        If a limit is not an integer, or if the timeout is not a number.
    ValueError
        If `max_batch_size` is below 1, if `max_queue` is below `max_batch_size`, if the timeout is
        negative or not finite, or if both `max_queue` and `closes_while_busy` are set.
    """

    max_batch_size: int = 8
    batch_wait_timeout_s: float = 0.005
    max_queue: int | None = None
    closes_while_busy: bool = False

    def __post_init__(self) -> None:
        checked_integer("max_batch_size", self.max_batch_size)
        checked_seconds("batch_wait_timeout_s", self.batch_wait_timeout_s)
        if self.max_queue is not None:
            checked_integer("max_queue", self.max_queue, at_least=self.max_batch_size)
            if self.closes_while_busy:
                raise ValueError("max_queue is not simulated with closes_while_busy; use only one.")


def simulate(
    arrivals_s: Sequence[float] | NDArray[np.float64], cost: CostModel, policy: BatchingPolicy
) -> SimulatedRun:
    """Simulate one worker that answers requests in batches, first come, first served.

    Parameters
    ----------
    arrivals_s : sequence of float, length n
        When each request arrives, in ascending order; for instance from `poisson()`.
    cost : CostModel
        How long a batch takes; all batches of the same size take equally long.
    policy : BatchingPolicy
        When a batch starts.

    Returns
    -------
    SimulatedRun
        Deterministic: equal arguments give identical runs.

    Raises
    ------
    ValueError
        If there are no arrivals, or they are negative, not finite or not in ascending order.

    Notes
    -----
    It steps from batch to batch, because the moment when the next batch will be full or overdue is
    known in advance. While the worker is busy, a batch either stays open or is closed already.
    """
    arrivals = checked_schedule("simulate", arrivals_s)
    times = (arrivals + cost.handover_s).tolist()  # when each request is in the queue
    room = len(times) if policy.max_queue is None else policy.max_queue
    starts: list[float] = []
    sizes: list[int] = []
    queue: list[int] = []  # the requests that were not refused; those from `first` on still wait
    first, seen, free_at = 0, 0, -math.inf
    while first < len(queue) or seen < len(times):
        if first == len(queue):
            queue.append(seen)
            seen += 1
        last = first + policy.max_batch_size - 1
        last = queue[last] if last < len(queue) else seen + last - len(queue)
        ready = _ready_at(times, queue[first], last, policy)
        start = max(free_at, ready)
        arrived = bisect_right(times, ready if policy.closes_while_busy else start, lo=seen)
        queue.extend(range(seen, min(arrived, seen + room - (len(queue) - first))))
        seen = arrived
        size = min(policy.max_batch_size, len(queue) - first)
        free_at = start + cost.service_s(size)
        starts.append(start)
        sizes.append(size)
        first += size
    return _run(arrivals[queue], starts, sizes, cost, len(times) - len(queue))


def simulate_poisson(
    rate_per_s: float,
    max_batch_size: int,
    batch_wait_timeout_ms: float,
    closes_while_busy: bool = False,
    *,
    cost: CostModel,
    n: int = 2_000,
    seed: int = 0,
) -> SimulatedRun:
    """Simulate `n` Poisson arrivals; the policy is given as separate arguments, for controls.

    Raises
    ------
    TypeError, ValueError
        If `poisson()` or `BatchingPolicy` rejects an argument.
    """
    timeout_s = batch_wait_timeout_ms / 1000
    policy = BatchingPolicy(max_batch_size, timeout_s, closes_while_busy=closes_while_busy)
    return simulate(poisson(rate_per_s, n, seed=seed), cost, policy)


def simulate_closed_loop(n: int, cost: CostModel, policy: BatchingPolicy) -> SimulatedRun:
    """Simulate one client that sends its next request when the previous one is answered.

    Nothing joins its batches, so each request waits for the full timeout, unless `max_batch_size`
    is 1.

    Raises
    ------
    TypeError, ValueError
        If `n` is not an integer ≥ 1.
    """
    n = checked_integer("simulate_closed_loop(n=...)", n)
    wait_s = 0.0 if policy.max_batch_size == 1 else policy.batch_wait_timeout_s
    before_s = cost.handover_s + wait_s
    arrivals = np.arange(n, dtype=np.float64) * (before_s + cost.service_s(1))  # (n,)
    return _run(arrivals, (arrivals + before_s).tolist(), [1] * n, cost)


def _ready_at(times: list[float], first: int, last: int, policy: BatchingPolicy) -> float:
    """Return when a batch is overdue, or full with request number `last`, if there is one."""
    waited_at = times[first] + policy.batch_wait_timeout_s
    return min(waited_at, times[last]) if last < len(times) else waited_at


def _run(
    arrivals: NDArray[np.float64],
    starts: list[float],
    sizes: list[int],
    cost: CostModel,
    refused: int = 0,
) -> SimulatedRun:
    ends = [start + cost.service_s(size) for start, size in zip(starts, sizes, strict=True)]
    numbers = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)  # (n,)
    started, finished = np.array(starts)[numbers], np.array(ends)[numbers]
    return SimulatedRun(arrivals, started, finished, numbers, refused)
