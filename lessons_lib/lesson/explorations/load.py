"""Explorations of load: the queue, overload, utilization and waiting, the tail of many calls.

The pure computations come first; the functions that the notebooks call connect them to controls.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from lessons_lib.classroom.sessions.controls import Choice, Slider
from lessons_lib.classroom.widgets.explore.explore import Curve, Explore, ShownPart, Table
from lessons_lib.formats import counted, duration, percent, two_digits
from lessons_lib.lesson.views.queue import SIMULATED_REQUESTS, QueueView, queue_of
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.text.corpus import load_corpus_or_demo
from lessons_lib.pipeline.timing.arrivals import poisson, unit_gaps
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import BATCH_SIZES, measure_microbatch_cost
from lessons_lib.pipeline.timing.scenarios import Serve, measure_poisson
from lessons_lib.pipeline.timing.simulate import SimulatedRun, simulate, simulate_poisson
from lessons_lib.pipeline.timing.stored import stored_cost

COST = CostModel(fixed_s=0.010, per_text_s=0.001)
MAX_BATCH_SIZE, TIMEOUT_S = 8, 0.020
PEAK_S = 20  # seconds of premiere night
_LOADS = (0.5, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2, 3)  # as multiples of saturation
_QUEUES = (8, 16, 32, 64, 128, 256, 512, 1024, 4096)
WAIT, GIVE_UP, REFUSE = "everyone waits", "callers give up", "refuse if the queue is full"


def overload(load: float, max_queue: int | None = None) -> SimulatedRun:
    """Simulate premiere night: requests at a multiple of saturation, for 20 seconds.

    Parameters
    ----------
    load : float
        The arrival rate as a multiple of saturation: 1.5 is half as much again.
    max_queue : int, optional
        How many requests may wait before others are refused; no limit if not given. Nobody tells
        the server that a caller left, so it answers all others.
    """
    rate = load * COST.texts_per_s(MAX_BATCH_SIZE)
    policy = BatchingPolicy(MAX_BATCH_SIZE, TIMEOUT_S, max_queue)
    return simulate(poisson(rate, round(rate * PEAK_S)), COST, policy)


def in_time(run: SimulatedRun, patience_s: float) -> int:
    """Return how many answers of a run arrive within the callers' patience, in seconds."""
    return int((run.latency_ms <= 1000 * patience_s).sum())


def show_overload() -> Explore:
    """Return an exploration of a server that gets more requests than it can answer."""
    return Explore(
        {
            "answer": Choice("When the server is busy", (WAIT, GIVE_UP, REFUSE)),
            "load": Slider("Arrivals", _LOADS, 1.5, "× saturation"),
            "patience": Slider("In time: within", (100, 200, 500, 1000, 2000, 5000), 500, "ms"),
            "max_queue": Slider("max_queue", _QUEUES, 1024, "requests"),
        },
        _overload,
        title="Premiere night",
        lead="First, let everyone wait. Then let the server refuse requests while max_queue others "
        "wait. Which max_queue gives the highest goodput?",
        note=f"Simulated: {PEAK_S} seconds of random arrivals. A pass takes 10 ms plus 1 ms per "
        f"text, with up to {MAX_BATCH_SIZE} texts.",
    )


def _overload(answer: str, load: float, patience: float, max_queue: float) -> list[str | Table]:
    limit = int(max_queue) if answer == REFUSE else None
    run = overload(load, limit)
    good, answers = in_time(run, patience / 1000), len(run.latency_ms)
    late = "computed in vain" if answer == GIVE_UP else "answered too late"
    counts = (answers + run.refused, run.refused, answers - good, good)
    shares = [n / counts[0] for n in counts]
    names = ("sent", "refused at once", late, "answered in time")
    figures = zip(names, counts, shares, strict=True)
    table = Table(
        ("requests", "number", "share"),
        [(name, f"{n:,}", percent(share)) for name, n, share in figures],
        caption=f"Throughput: {run.texts_per_s:,.0f} answers per second. Goodput: "
        f"{run.texts_per_s * good / answers:,.0f} per second. p99 of all answers: "
        f"{duration(run.p99_ms / 1000)}.",
        bars=shares,
    )
    return [overload_sentence(run, answer, patience / 1000, limit), table]


def overload_sentence(
    run: SimulatedRun, answer: str, patience_s: float, max_queue: int | None
) -> str:
    """Return a sentence about what happened to the requests of a peak.

    Parameters
    ----------
    run : SimulatedRun
        What `overload` returned.
    answer : str
        What happens when the server is busy: WAIT, GIVE_UP or REFUSE.
    patience_s : float
        The time within which an answer is useful, in seconds.
    max_queue : int or None
        How many requests may wait.
    """
    answers, patience = len(run.latency_ms), duration(patience_s)
    share = in_time(run, patience_s) / answers
    if share >= 0.99 and not run.refused:
        return f"Almost every answer arrives within {patience}. There is nothing to decide yet."
    goodput = two_digits(run.texts_per_s * share)
    if max_queue is not None:
        wait = duration(max_queue / COST.texts_per_s(MAX_BATCH_SIZE))
        if share < 0.5:
            return (
                f"The server refuses, but too late: a request behind {max_queue:,} others waits "
                f"about {wait}, so only {goodput} answers per second arrive within {patience}."
            )
        refused = percent(run.refused / (answers + run.refused))
        return (
            f"The server refuses {refused} at once and answers {goodput} requests per second in "
            f"time. A full queue of {max_queue:,} is {wait} of work."
        )
    busy = f"The server computes {run.texts_per_s:,.0f} answers per second, but"
    if answer == GIVE_UP:
        vain = percent(1 - share)
        return f"{busy} {vain} of them in vain: the callers left, and nobody told the server."
    return f"{busy} only {goodput} of them arrive within {patience}, because the queue is so long."


UTILIZATIONS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
AT_RANDOM, EVENLY = "at random", "evenly spaced"
MANY = 1_000_000  # so that the mean is close to the formula even at 99 %


def mean_waits(utilizations: Sequence[float], *, n: int = MANY) -> dict[float, float]:
    """Simulate one worker that answers random requests one by one, at several utilizations.

    Parameters
    ----------
    utilizations : sequence of float
        Shares of time in which the worker is busy, between 0 and 1.
    n : int
        How many requests are simulated for each.

    Returns
    -------
    dict
        For each utilization the mean wait, in service times.

    Notes
    -----
    A request waits as long as the previous one did, plus its service, minus the gap between them,
    but at least 0 (Lindley's equation). The running minimum solves that without a loop.
    """
    gaps = np.diff(poisson(1, n))  # (n - 1,)
    waits = {}
    for utilization in utilizations:
        backlog = np.cumsum(1 - gaps / utilization)  # (n - 1,)
        backlog -= np.minimum(np.minimum.accumulate(backlog), 0)
        waits[utilization] = float(backlog.mean())
    return waits


def expected_wait(utilization: float) -> float:
    """Return the mean wait of random arrivals in service times: the M/D/1 queue's formula."""
    return utilization / (2 * (1 - utilization))


def show_utilization() -> Explore:
    """Return an exploration of how the mean wait grows with utilization."""
    waits = mean_waits(UTILIZATIONS)
    return Explore(
        {
            "utilization": Slider("Utilization", [round(100 * u) for u in UTILIZATIONS], 50, "%"),
            "arrivals": Choice("Requests arrive", (AT_RANDOM, EVENLY)),
        },
        lambda utilization, arrivals: _utilization(utilization / 100, arrivals, waits),
        title="How busy may a server be?",
        lead="Move the slider up to 99 % and watch the dot. Then let the same number of "
        "requests arrive evenly spaced.",
        note="Simulated: one worker, one request at a time. The formula for random arrivals is "
        "u / (2 × (1 − u)) times the service time (M/D/1 queue).",
    )


def _utilization(utilization: float, arrivals: str, waits: dict[float, float]) -> list[ShownPart]:
    factor = 1.0 if arrivals == AT_RANDOM else 0.0
    service_ms = 1000 * COST.service_s(1)
    points = [(100 * share, factor * service_ms * wait) for share, wait in waits.items()]
    dot = (100 * utilization, factor * service_ms * waits[utilization])
    expected = factor * service_ms * expected_wait(utilization)
    sentence = utilization_sentence(utilization, arrivals, waits)
    return [
        sentence,
        Curve(points, dot, "utilization, %", "mean wait, ms", sentence),
        f"The formula gives {expected:,.1f} ms. The service takes another {service_ms:.0f} ms.",
    ]


def utilization_sentence(utilization: float, arrivals: str, waits: dict[float, float]) -> str:
    """Return a sentence that compares the mean wait at a utilization with that at 50 %."""
    if arrivals == EVENLY:
        return (
            "Nobody waits: each request finds the worker free, even at 99 %. The waits come from "
            "bursts, and a busy worker has little free time to catch up after one."
        )
    wait = duration(waits[utilization] * COST.service_s(1))
    mean = f"At {percent(utilization)}, a request waits {wait} on average"
    if utilization <= 0.5:
        return f"{mean}. That is {percent(waits[utilization])} of its service time."
    return (
        f"{mean}, {two_digits(waits[utilization] / waits[0.5])} times as long as at 50 %, although "
        f"the worker does only {two_digits(utilization / 0.5)} times the work."
    )


CALLS = (1, 2, 5, 10, 20, 50, 100, 200)
PERCENTILES = (90, 95, 99, 99.9, 99.99)


def all_fast(calls: int, percentile: float) -> float:
    """Return the share of pages whose calls all stay within a percentile of a single call.

    Parameters
    ----------
    calls : int
        How many independent calls a page makes.
    percentile : float
        The share of calls that are fast, in percent: 99 for the p99.
    """
    return float((percentile / 100) ** calls)


def show_tail() -> Explore:
    """Return an exploration of how many page views meet a percentile of their single calls."""
    return Explore(
        {
            "calls": Slider("Calls per page", CALLS, 1),
            "percentile": Slider("Limit for a call", PERCENTILES, 99, "% are faster"),
        },
        _tail,
        title="One page, many calls",
        lead="Give the page more calls. Then find the limit that 200 of them would need.",
        note="Computed for calls that are slow independently of each other: 1 − 0.99ⁿ for the p99.",
    )


def _tail(calls: float, percentile: float) -> list[ShownPart]:
    n, name = int(calls), f"p{percentile:g}"
    fast = all_fast(n, percentile)
    sentence = (
        f"With {counted(n, 'call')}, {percent(fast)} of the page views stay within the {name}."
    )
    if n > 1:
        needed = 100 * 0.99 ** (1 / n)
        sentence += f" To make that 99 %, {needed:.5g} % of the calls would have to be fast."
    slow = [
        (number, 100 * (1 - all_fast(number, percentile))) for number in range(1, CALLS[-1] + 1)
    ]
    axes = ("calls per page", f"pages with a call above the {name}, %")
    return [sentence, Curve(slow, (n, 100 * (1 - fast)), *axes, sentence)]


def show_queue(
    cost: CostModel | None = None, serve: Serve | None = None, texts: Sequence[str] | None = None
) -> QueueView:
    """Return a widget with the queue of a micro-batching predictor, simulated or measured.

    Parameters
    ----------
    cost : CostModel, optional
        The cost of a batch on this machine; the tour's five settings are computed from it. Measured
        now if not given, which takes a few seconds.
    serve : callable, optional
        Makes the predictor to measure, like ``partial(MicroBatchPredictor, pipeline)``; by default
        with the heavier pipeline.
    texts : sequence of str, optional
        Sent in order when the queue is measured, starting over when they run out; by default the
        archive's.
    """
    texts = load_corpus_or_demo().archive() if texts is None else texts
    if serve is None:
        from lessons_lib.pipeline.inference.transformer import load_heavier  # loads torch

        serve = partial(MicroBatchPredictor, load_heavier())
    cost = cost or _measured(serve, texts)
    simulate = partial(simulate_poisson, cost=cost, n=SIMULATED_REQUESTS)
    return queue_of(cost, simulate, partial(measure_poisson, serve=serve, texts=texts))


def light_queue() -> dict[str, Any]:
    """Return what `show_light_queue` needs, as plain data: the transformer's stored cost, gaps."""
    gaps = unit_gaps(SIMULATED_REQUESTS).tolist()
    return {"cost": asdict(stored_cost("transformer")), "gaps": gaps}


def _measured(serve: Serve, texts: Sequence[str]) -> CostModel:
    """Return the cost of a batch through the queue; notebooks run a loop of their own already."""

    async def measure() -> CostModel:
        async with serve(max_batch_size=max(BATCH_SIZES), batch_wait_timeout_s=0) as idle:
            return await measure_microbatch_cost(idle.predict, texts)

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, measure()).result()
