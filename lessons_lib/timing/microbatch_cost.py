"""What a batch costs when it goes through a micro-batching predictor, overheads and all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from lessons_lib.timing.arrivals import all_at_once
from lessons_lib.timing.cost import BATCH_SIZES, CostModel, batches_in_turn, check_rounds, fit_cost
from lessons_lib.timing.load import Predict, open_loop
from lessons_lib.timing.pacing import Pace, clockwork


async def measure_microbatch_cost(
    predict: Predict,
    texts: Sequence[str],
    *,
    batch_sizes: Sequence[int] = BATCH_SIZES,
    rounds: int = 15,
    clock: Callable[[], float] = perf_counter,
    pace: Pace = clockwork,
) -> CostModel:
    """Send batches of several sizes through an idle predictor and return the cost that fits.

    Parameters
    ----------
    predict : async callable
        Takes one text; of a predictor that takes the largest of the sizes as one batch and does not
        wait: `MicroBatchPredictor(pipeline, max_batch_size=32, batch_wait_timeout_s=0).predict`.
    texts : sequence of str
        Sent in order, and from the start again when they end.
    batch_sizes : sequence of int
        How many requests are sent at the same moment; at least two different sizes.
    rounds : int
        How often each size is sent, after one round that is not counted. The sizes take turns.
    clock, pace : callable
        Where the time comes from; arguments so that tests need no waiting.

    Raises
    ------
    ValueError
        If there is no text, no round, or fewer than two different sizes.
    Exception
        The error of a request, if one is refused.

    Notes
    -----
    A request costs more than the model's time. An event loop wakes up and sends it: that is
    `handover_s`. It becomes a task, waits in a queue, goes to a thread and back, and is handed its
    answer: that is in the two other parts, from the moment of sending to the last answer.

    Every batch finds a predictor at rest, whose threads have to wake up. One that is never idle
    works faster, so the saturation that follows from this cost is too low rather than too high.
    """
    check_rounds("measure_microbatch_cost", texts, batch_sizes, rounds)
    batches = batches_in_turn(texts, batch_sizes, rounds + 1)
    handovers: list[float] = []
    seconds: list[float] = []
    for batch in batches:
        schedule = all_at_once(len(batch))
        run = await open_loop(predict, batch, schedule, warmup=0, clock=clock, pace=pace)
        if run.first_refusal is not None:
            raise run.first_refusal
        handovers.append(float(run.late_ms[0]) / 1000)
        seconds.append(float(run.finished_s.max()) - handovers[-1])
    counted = slice(len(batch_sizes), None)
    cost = fit_cost([len(batch) for batch in batches[counted]], seconds[counted])
    return replace(cost, handover_s=max(0.0, float(np.median(handovers[counted]))))
