"""Three ways in which work arrives, each with its own metric.

They are like MLPerf's SingleStream, Server and Offline scenario. What is measured here is not an
MLPerf benchmark and follows none of its other rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from time import perf_counter
from typing import Protocol

import numpy as np

from lessons_lib.timing.arrivals import poisson
from lessons_lib.timing.load import MeasuredRun, Pace, clockwork, closed_loop, open_loop


class Server(Protocol):
    """What answers requests: `predict` takes one text."""

    async def predict(self, text: str) -> object:
        """Answer one text."""
        ...


Serve = Callable[..., AbstractAsyncContextManager[Server]]
FEWEST, MOST = 15, 20_000  # requests: who asks seldom should not be waited for too long
MAX_BATCH_SIZE, TIMEOUT_MS = 8, 5.0  # for the many users
MOST_WAITING = 100_000  # a queue that is let grow, so that its growth can be measured


async def measure_poisson(
    rate_per_s: float,
    max_batch_size: int,
    batch_wait_timeout_ms: float,
    *,
    serve: Serve,
    texts: Sequence[str],
    seconds: float = 1.0,
    seed: int = 0,
    clock: Callable[[], float] = perf_counter,
    pace: Pace = clockwork,
) -> MeasuredRun:
    """Start a micro-batching predictor, send it Poisson arrivals for a while, and close it.

    Parameters
    ----------
    rate_per_s, max_batch_size, batch_wait_timeout_ms : float, int, float
        The setting; flat arguments, as sliders give them.
    serve : callable
        Makes the predictor from ``max_batch_size``, ``batch_wait_timeout_s`` and ``max_queue``:
        `partial(MicroBatchPredictor, pipeline)`.
    texts : sequence of str
        Sent in order, and from the start again when they end.
    seconds : float
        How long requests arrive, about; at least 15 are sent, and at most 20,000.
    seed : int
        Decides the arrivals.
    clock, pace : callable
        Where the time comes from; arguments so that tests need no waiting.
    """
    n = min(max(round(rate_per_s * seconds), FEWEST), MOST)
    arrivals = poisson(rate_per_s, n, seed=seed)
    async with serve(
        max_batch_size=max_batch_size,
        batch_wait_timeout_s=batch_wait_timeout_ms / 1000,
        max_queue=MOST_WAITING,
    ) as server:
        return await open_loop(server.predict, texts, arrivals, clock=clock, pace=pace)


async def one_after_the_other(
    call: Callable[[str], object], texts: Sequence[str], *, rounds: int = 5
) -> str:
    """Return the p90 of a closed loop in words: one user, who asks again when answered."""

    async def predict(text: str) -> object:
        return call(text)

    runs = [await closed_loop(predict, texts) for _ in range(rounds)]
    return f"p90 {_spread([run.p90_ms for run in runs], 'ms')}"


async def as_they_come(
    serve: Serve,
    texts: Sequence[str],
    rate_per_s: float,
    *,
    rounds: int = 3,
    seconds: float = 1.0,
) -> str:
    """Return the p99 under Poisson arrivals in words: many users, unknown to each other."""
    runs = [
        await measure_poisson(
            rate_per_s,
            MAX_BATCH_SIZE,
            TIMEOUT_MS,
            serve=serve,
            texts=texts,
            seconds=seconds,
            seed=seed,
        )
        for seed in range(rounds)
    ]
    return f"p99 {_spread([run.p99_ms for run in runs], 'ms')} at {rate_per_s:,.0f} a second"


def all_in_one_job(
    job: Callable[[], object],
    n_texts: int,
    *,
    rounds: int = 5,
    clock: Callable[[], float] = perf_counter,
) -> str:
    """Return the throughput of a whole job in words: everything is there from the start."""
    rates = []
    for _ in range(rounds):
        began = clock()
        job()
        rates.append(n_texts / (clock() - began))
    return f"{_spread(rates, 'texts per second')}"


def _spread(values: Sequence[float], unit: str) -> str:
    low, middle, high = np.percentile(values, [0, 50, 100]).tolist()
    return f"{_short(middle)} {unit} ({_short(low)} to {_short(high)} in {len(values)} rounds)"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
