"""Three ways in which work arrives, each with its own metric.

They resemble MLPerf's SingleStream, Server and Offline scenarios. The measurements here are not
MLPerf benchmarks and follow none of its other rules.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from time import perf_counter
from typing import Protocol

import numpy as np

from lessons_lib.formats import three_digits
from lessons_lib.pipeline.timing import FEWEST_CALLS
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.latency import time_in_turn
from lessons_lib.pipeline.timing.load import MeasuredRun, Pace, clockwork, closed_loop, open_loop
from lessons_lib.pipeline.timing.machine import ReadClock


class Server(Protocol):
    """An object that answers requests: `predict` accepts one text."""

    async def predict(self, text: str) -> object:
        """Answer one text."""
        ...


Serve = Callable[..., AbstractAsyncContextManager[Server]]
FEWEST, MOST = 15, 20_000  # requests to watch; few, so that a low rate does not take too long
MAX_BATCH_SIZE, TIMEOUT_MS = 8, 5.0  # for the many users
ALONE_TEXTS = 40  # that a single user sends to a predictor that waits for others
MOST_WAITING = 100_000  # large enough that a growing queue can be measured


async def measure_poisson(
    rate_per_s: float,
    max_batch_size: int,
    batch_wait_timeout_ms: float,
    *,
    serve: Serve,
    texts: Sequence[str],
    seconds: float = 1.0,
    seed: int = 0,
    clock: ReadClock = perf_counter,
    pace: Pace = clockwork,
) -> MeasuredRun:
    """Start a micro-batching predictor, measure it under Poisson arrivals, and close it.

    Parameters
    ----------
    rate_per_s, max_batch_size, batch_wait_timeout_ms : float, int, float
        The settings, as separate arguments because sliders pass them that way.
    serve : callable
        Makes the predictor from ``max_batch_size``, ``batch_wait_timeout_s`` and ``max_queue``:
        `partial(MicroBatchPredictor, pipeline)`.
    texts : sequence of str
        Sent in order, starting over when they run out.
    seconds : float
        Approximate duration of the arrivals; between 15 and 20,000 requests are sent.
    seed : int
        Determines the arrivals.
    clock, pace : callable
        Sources of time, which tests replace to avoid waiting.
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
    call: Callable[[str], object], texts: Sequence[str], *, rounds: int = 3
) -> str:
    """Return the p90 of a closed loop as text: one user, who waits for each answer."""

    async def predict(text: str) -> object:
        return call(text)

    runs = [await closed_loop(predict, texts) for _ in range(rounds)]
    return f"p90 {_spread([run.p90_ms for run in runs], 'ms')}"


async def as_they_come(
    serve: Serve, texts: Sequence[str], rate_per_s: float, *, rounds: int = 3, seconds: float = 1.0
) -> str:
    """Return the p99 under Poisson arrivals as text: many independent users."""
    seconds = max(seconds, FEWEST_CALLS / rate_per_s)
    policy = rate_per_s, MAX_BATCH_SIZE, TIMEOUT_MS
    load = partial(measure_poisson, *policy, serve=serve, texts=texts, seconds=seconds)
    runs = [await load(seed=seed) for seed in range(rounds)]
    p99 = _spread([run.p99_ms for run in runs], "ms")
    calls = len(runs[0].latency_ms)
    return f"p99 {p99} of {calls:,} calls each, at {rate_per_s:,.0f} requests per second"


async def lonely_ms(serve: Serve, texts: Sequence[str]) -> float:
    """Return the p50 of a single user at a predictor that waits 5 ms for other requests.

    Parameters
    ----------
    serve : callable
        Makes the predictor: `partial(MicroBatchPredictor, pipeline)`.
    texts : sequence of str
        The first 40 are sent, one after the other.
    """
    async with serve(max_batch_size=8, batch_wait_timeout_s=0.005, max_queue=8) as server:
        return (await closed_loop(server.predict, texts[:ALONE_TEXTS])).p50_ms


def all_in_one_job(job: Callable[[], object], n_texts: int, *, rounds: int = 3) -> str:
    """Return the throughput of a whole job as text: all work is available from the start."""
    seconds = time_in_turn({"job": job}, rounds=rounds, warmup=0)["job"]
    return _spread([n_texts / one for one in seconds], "texts per second")


def _spread(values: Sequence[float], unit: str) -> str:
    low, middle, high = np.percentile(values, [0, 50, 100]).tolist()
    spread = f"{three_digits(low)} to {three_digits(high)}"
    return f"{three_digits(middle)} {unit} ({spread} in {len(values)} rounds)"
