"""A plain simulator of one worker that batches: slow to run, short to read, no array in it."""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

Figure = TypeVar("Figure", int, float)


class Row(Generic[Figure]):
    """Figures that can be asked for their list, as an array can."""

    def __init__(self, figures: list[Figure]) -> None:
        self._figures: list[Figure] = figures

    def tolist(self) -> list[Figure]:
        return list(self._figures)


@dataclass(frozen=True)
class Cost:
    fixed_ms: float = 0.2
    per_text_ms: float = 0.04

    def service_ms(self, size: int) -> float:
        return self.fixed_ms + self.per_text_ms * size

    def texts_per_s(self, size: int) -> float:
        return 1000 * size / self.service_ms(size)


@dataclass(frozen=True)
class StandInRun:
    arrivals_s: Row[float]
    started_s: Row[float]
    finished_s: Row[float]
    batch_number: Row[int]
    p50_ms: float
    p99_ms: float
    texts_per_s: float
    utilisation: float

    @property
    def latencies_ms(self) -> list[float]:
        pairs = zip(self.arrivals_s.tolist(), self.finished_s.tolist(), strict=True)
        return [1000 * (end - begin) for begin, end in pairs]

    @property
    def mean_batch(self) -> float:
        numbers = self.batch_number.tolist()
        return len(numbers) / len(set(numbers))


def poisson_run(
    rate_per_s: float,
    max_batch_size: int,
    batch_wait_timeout_ms: float,
    *,
    cost: Cost,
    n: int = 400,
    seed: int = 0,
) -> StandInRun:
    """Play n Poisson arrivals, one batch after the other."""
    draw = random.Random(seed)
    arrivals = [draw.expovariate(rate_per_s)]
    while len(arrivals) < n:
        arrivals.append(arrivals[-1] + draw.expovariate(rate_per_s))
    batches: list[tuple[int, float, float]] = []  # size, start, end
    first, free_at = 0, 0.0
    while first < n:
        last = first + max_batch_size - 1
        full_at = arrivals[last] if last < n else float("inf")
        start = max(free_at, min(full_at, arrivals[first] + batch_wait_timeout_ms / 1000))
        waiting = sum(arrival <= start for arrival in arrivals[first:])
        size = min(max_batch_size, waiting)
        free_at = start + cost.service_ms(size) / 1000
        batches.append((size, start, free_at))
        first += size
    return _run(arrivals, batches)


def _run(arrivals: list[float], batches: list[tuple[int, float, float]]) -> StandInRun:
    started = [start for size, start, _ in batches for _ in range(size)]
    finished = [end for size, _, end in batches for _ in range(size)]
    numbers = [number for number, (size, _, _) in enumerate(batches) for _ in range(size)]
    latencies = [1000 * (end - begin) for begin, end in zip(arrivals, finished, strict=True)]
    span = finished[-1] - arrivals[0]
    return StandInRun(
        Row(arrivals),
        Row(started),
        Row(finished),
        Row(numbers),
        p50_ms=statistics.median(latencies),
        p99_ms=sorted(latencies)[int(0.99 * len(latencies))],
        texts_per_s=len(arrivals) / span,
        utilisation=sum(end - start for _, start, end in batches) / span,
    )


def simulator(cost: Cost | None = None, n: int = 400) -> partial[StandInRun]:
    """Return what a notebook hands to the view."""
    return partial(poisson_run, cost=cost or Cost(), n=n)
