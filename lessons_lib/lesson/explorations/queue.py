"""Show the queue with a cost that is measured on this machine, and with a way to measure it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from typing import Any

from lessons_lib.lesson.views.queue.view import SIMULATED_REQUESTS, QueueView, queue_of
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.text.corpus import load_corpus_or_demo
from lessons_lib.pipeline.timing.arrivals import unit_gaps
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import BATCH_SIZES, measure_microbatch_cost
from lessons_lib.pipeline.timing.scenarios import Serve, measure_poisson
from lessons_lib.pipeline.timing.simulate import simulate_poisson
from lessons_lib.pipeline.timing.stored import stored_cost


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
