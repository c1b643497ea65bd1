"""What a learner measures: figures to guess first, and figures that a quiz asks about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter

from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.jobs import time_in_turn
from lessons_lib.timing.latency import LatencySummary
from lessons_lib.timing.load import closed_loop
from lessons_lib.timing.scenarios import Serve
from lessons_lib.timing.spread import measure_repeatedly

Clock = Callable[[], float]


def texts_per_s(job: Callable[[], object], n_texts: int, *, clock: Clock = perf_counter) -> float:
    """Return the throughput of a job over `n_texts` texts, the median of five rounds."""
    return n_texts / median(time_in_turn({"job": job}, clock=clock)["job"])


def throughput_ratio(
    jobs: Mapping[str, Callable[[], object]], *, clock: Clock = perf_counter
) -> float:
    """Return how many times the throughput of "real-time" that of "batch" is, by medians."""
    seconds = time_in_turn(jobs, clock=clock)
    return median(seconds["real-time"]) / median(seconds["batch"])


def tail_ratio(
    call: Callable[[str], object], texts: Sequence[str], *, clock: Clock = perf_counter
) -> float:
    """Return how many times the p50 of a call its p99 is, the median of five rounds."""
    rounds = measure_repeatedly(call, texts, clock=clock).rounds
    return median(one.p99_ms / one.p50_ms for one in rounds)


async def lonely_ms(
    serve: Serve, texts: Sequence[str], *, n: int = 40, clock: Clock = perf_counter
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
