"""When waiting requests become batches: the rule, its simulation, and a run, in plain Python."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from lessons_lib.arguments import checked_integer, checked_seconds
from lessons_lib.pipeline.timing.cost import CostModel


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


@dataclass(frozen=True, slots=True)
class Batches:
    """Requests, and the batches in which they were answered.

    Attributes
    ----------
    requests : list of int, length n
        The requests that were not refused, in order, by their position among all.
    sizes : list of int, length m
        How many requests were in each batch.
    starts, ends : list of float, length m
        When each batch started and ended, in seconds.
    refused : int
        How many further requests found the queue full.
    """

    requests: list[int]
    sizes: list[int]
    starts: list[float]
    ends: list[float]
    refused: int = 0


def form_batches(times: Sequence[float], cost: CostModel, policy: BatchingPolicy) -> Batches:
    """Return the batches that a policy makes of requests.

    Parameters
    ----------
    times : sequence of float, length n
        When each request is in the queue, in ascending order.
    cost : CostModel
        How long a batch takes.
    policy : BatchingPolicy
        When a batch starts.

    Notes
    -----
    It steps from batch to batch, because the moment when the next batch will be full or overdue is
    known in advance. While the worker is busy, a batch either stays open or is closed already.
    """
    room = len(times) if policy.max_queue is None else policy.max_queue
    starts: list[float] = []
    ends: list[float] = []
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
        ends.append(free_at)
        sizes.append(size)
        first += size
    return Batches(queue, sizes, starts, ends, len(times) - len(queue))


def _ready_at(times: Sequence[float], first: int, last: int, policy: BatchingPolicy) -> float:
    """Return when a batch is overdue, or full with request number `last`, if there is one."""
    waited_at = times[first] + policy.batch_wait_timeout_s
    return min(waited_at, times[last]) if last < len(times) else waited_at


@dataclass(frozen=True, slots=True)
class PlainRun:
    """A `SimulatedRun` in lists; its attributes and figures have the same names and meanings."""

    arrivals_s: list[float]
    started_s: list[float]
    finished_s: list[float]
    batch_number: list[int]
    refused: int = 0

    @property
    def latency_ms(self) -> list[float]:
        """The time from arrival to answer of each request."""
        return _milliseconds(self.arrivals_s, self.finished_s)

    @property
    def queue_ms(self) -> list[float]:
        """The time from arrival to the start of the batch."""
        return _milliseconds(self.arrivals_s, self.started_s)

    @property
    def service_ms(self) -> list[float]:
        """The time from the start of the batch to the answer."""
        return _milliseconds(self.started_s, self.finished_s)

    @property
    def batch_sizes(self) -> list[int]:
        """How many requests were in each batch."""
        return [len(list(batch)) for _, batch in groupby(self.batch_number)]

    @property
    def p50_ms(self) -> float:
        """The latency that half of the answers do not exceed."""
        return percentile(self.latency_ms, 50)

    @property
    def p99_ms(self) -> float:
        """The latency that 99 of 100 answers do not exceed."""
        return percentile(self.latency_ms, 99)

    @property
    def texts_per_s(self) -> float:
        """The throughput from the first arrival to the last answer."""
        span_s = max(self.finished_s) - self.arrivals_s[0]
        return len(self.arrivals_s) / span_s if span_s else math.inf

    @property
    def utilization(self) -> float:
        """The share of time in which the worker was busy, from 0 to 1."""
        firsts = accumulate(self.batch_sizes[:-1], initial=0)
        busy_s = math.fsum(self.finished_s[first] - self.started_s[first] for first in firsts)
        return busy_s / (self.finished_s[-1] - self.arrivals_s[0])


def _milliseconds(begins_s: Sequence[float], ends_s: Sequence[float]) -> list[float]:
    return [1000 * (end - begin) for begin, end in zip(begins_s, ends_s, strict=True)]


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile exactly as numpy does, on a line between the two nearest values."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * (percent / 100)
    below = int(position)
    share, low, high = position - below, ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    return high - (high - low) * (1 - share) if share >= 0.5 else low + (high - low) * share


def simulate_gaps(
    rate_per_s: float,
    max_batch_size: int,
    batch_wait_timeout_ms: float,
    closes_while_busy: bool = False,
    *,
    gaps: Sequence[float],
    cost: CostModel,
) -> PlainRun:
    """Simulate arrivals as `simulate_poisson` does, without numpy.

    Parameters
    ----------
    rate_per_s : float
        Average number of arrivals per second, above 0.
    max_batch_size, batch_wait_timeout_ms, closes_while_busy
        The policy, as separate arguments for controls.
    gaps : sequence of float, length n
        The gaps between arrivals at a rate of 1 per second, from `unit_gaps`.
    cost : CostModel
        How long a batch takes.

    Raises
    ------
    TypeError, ValueError
        If `BatchingPolicy` rejects an argument.
    """
    timeout_s = batch_wait_timeout_ms / 1000
    policy = BatchingPolicy(max_batch_size, timeout_s, closes_while_busy=closes_while_busy)
    arrivals = [sum_s / rate_per_s for sum_s in accumulate(gaps)]
    found = form_batches([one + cost.handover_s for one in arrivals], cost, policy)
    numbers = [number for number, size in enumerate(found.sizes) for _ in range(size)]
    started, finished = ([times[n] for n in numbers] for times in (found.starts, found.ends))
    return PlainRun(arrivals, started, finished, numbers)
