"""The sentences that sum a simulated run up, and say where its end decides the figures."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence

from lessons_lib.widgets.figures import duration, two_digits_or_whole

Times = Sequence[Sequence[float]]  # when each request arrived, started and was answered, in seconds
MORE_ARRIVE = "More arrive than can be answered: the queue grows, and the latency with it."
DISTORTED = 1.25  # by this factor the last batch shifts p99 or the throughput, and it is said


def what_was_seen(
    times: Times,
    n_batches: int,
    figures: dict[str, float],
    max_batch_size: int,
    *,
    grows: bool,
    end: str,
) -> str:
    """Return what a run came to, in a few sentences."""
    arrivals, started, finished = times
    n = len(arrivals)
    latency, waiting = (math.fsum(ends) - math.fsum(arrivals) for ends in (finished, started))
    waited = f", and {_share(waiting / latency)} of the latency was waiting" if latency > 0 else ""
    sentence = (
        f"Of {n:,} requests, half were answered within {duration(figures['p50_ms'])} and 99 in 100 "
        f"within {duration(figures['p99_ms'])}. The average batch held {n / n_batches:.1f} of at "
        f"most {max_batch_size}, the model worked {_share(figures['utilisation'])} of the time"
        f"{waited}."
    )
    return " ".join(filter(None, (sentence, MORE_ARRIVE if grows else "", end)))


def said_of_the_end(
    times: Times, batches: Sequence[int], max_batch_size: int, timeout_ms: float
) -> str:
    """Say so if the last batch waited for company after the last arrival, and distorts the run.

    Returns
    -------
    str
        The p99 and the throughput without that batch; empty where it hardly matters.
    """
    arrivals, started, finished = times
    size = sum(1 for _ in itertools.takewhile(batches[-1].__eq__, reversed(batches)))
    rest = len(batches) - size
    waited_ms = 1000 * (started[-1] - arrivals[rest])
    if size == max_batch_size or rest < 2 or waited_ms < 0.999 * timeout_ms:
        return ""
    whole, without = (
        _p99_and_rate(arrivals, finished),
        _p99_and_rate(arrivals[:rest], finished[:rest]),
    )
    if all(max(a / b, b / a) < DISTORTED for a, b in zip(whole, without, strict=True)):
        return ""
    who = f"The last {size} waited" if size > 1 else "The last request waited"
    return (
        f"{who} out the timeout, as the run ends and nobody came after. Without this batch: 99 in "
        f"100 within {duration(without[0])}, and {two_digits_or_whole(without[1])} texts a second."
    )


def _p99_and_rate(arrivals: Sequence[float], finished: Sequence[float]) -> tuple[float, float]:
    """Return the p99 in milliseconds and the throughput a second, never 0."""
    latencies = [1000 * (end - begin) for begin, end in zip(arrivals, finished, strict=True)]
    p99 = statistics.quantiles(latencies, n=100, method="inclusive")[98]
    span = max(finished[-1] - arrivals[0], 1e-9)
    return max(p99, 1e-9), len(arrivals) / span


def _share(part: float) -> str:
    """Return a share in words; a little is not nothing."""
    return "less than 1%" if 0 < part < 0.01 else f"{part:.0%}"
