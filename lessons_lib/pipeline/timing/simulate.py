"""Simulate a worker that answers requests in batches, and summarize the run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lessons_lib.arguments import checked_integer
from lessons_lib.pipeline.timing.arrivals import checked_schedule, poisson
from lessons_lib.pipeline.timing.batching import Batches, BatchingPolicy, PlainRun, form_batches
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

    def plain(self) -> PlainRun:
        """Return the run in lists, without numpy."""
        return PlainRun(
            self.arrivals_s.tolist(),
            self.started_s.tolist(),
            self.finished_s.tolist(),
            self.batch_number.tolist(),
            self.refused,
        )


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
    """
    arrivals = checked_schedule("simulate", arrivals_s)
    times = (arrivals + cost.handover_s).tolist()  # when each request is in the queue
    batches = form_batches(times, cost, policy)
    return _run(arrivals[batches.requests], batches)


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
    starts = (arrivals + before_s).tolist()
    ends = [start + cost.service_s(1) for start in starts]
    return _run(arrivals, Batches(list(range(n)), [1] * n, starts, ends))


def _run(arrivals: NDArray[np.float64], batches: Batches) -> SimulatedRun:
    numbers = np.repeat(np.arange(len(batches.sizes), dtype=np.int64), batches.sizes)  # (n,)
    started, finished = np.array(batches.starts)[numbers], np.array(batches.ends)[numbers]
    return SimulatedRun(arrivals, started, finished, numbers, batches.refused)
