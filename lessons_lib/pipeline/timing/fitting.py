"""Measure what batches cost, and fit a line to it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lessons_lib.pipeline.timing.arrivals import all_at_once
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.load import Pace, Predict, clockwork, open_loop
from lessons_lib.pipeline.timing.machine import ReadClock, thread_clock, watched

Input = TypeVar("Input")
BATCH_SIZES = (1, 2, 4, 8, 16, 32)


def fit_cost(batch_sizes: Sequence[int], seconds: Sequence[float]) -> CostModel:
    """Fit a line to measured service times by least squares of the relative errors.

    Parameters
    ----------
    batch_sizes : sequence of int, length m
        The size of each timed batch; at least two different sizes. The median of each size is
        fitted, so one interrupted batch does not matter.
    seconds : sequence of float, length m
        How long each batch took.

    Raises
    ------
    ValueError
        If a time is not above 0, as with a clock that is too coarse.
    """
    if min(seconds) <= 0:
        raise ValueError(f"fit_cost() needs times above 0 s, got {min(seconds)}.")
    groups: defaultdict[int, list[float]] = defaultdict(list)
    for size, one in zip(batch_sizes, seconds, strict=True):
        groups[int(size)].append(float(one))
    sizes = np.array(sorted(groups), dtype=np.float64)  # (k,)
    medians = np.array([np.median(groups[int(size)]) for size in sizes])  # (k,)
    # Divided by the medians, an error of 5 % counts the same for small and large batches.
    fixed_s, per_text_s = _nonnegative(1 / medians, sizes / medians)
    return CostModel(fixed_s, per_text_s)


def fit_frontier(seconds: Mapping[int, Sequence[float]]) -> CostModel:
    """Return the cost of a batch, fitted to the measurements behind a frontier.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        How long one batch of that size took in each round; at least two sizes.
    """
    pairs = [(size, one) for size, rounds in seconds.items() for one in rounds]
    return fit_cost([size for size, _ in pairs], [one for _, one in pairs])


def measure_cost(
    call: Callable[[Sequence[Input]], object],
    inputs: Sequence[Input],
    *,
    batch_sizes: Sequence[int] = BATCH_SIZES,
    rounds: int = 15,
    clock: ReadClock = thread_clock,
) -> CostModel:
    """Time a call on batches of several sizes and return the cost model that fits.

    Parameters
    ----------
    call : callable
        Accepts a list of inputs, for instance `predictor.predict`.
    inputs : sequence
        Batches are drawn from it in order, starting over when it runs out.
    batch_sizes : sequence of int
        At least two different sizes.
    rounds : int
        How often each size is timed, after one warm-up round. The sizes alternate, so that a
        temporary slowdown of the machine affects all of them.
    clock : callable
        Returns seconds; by default, only the time in which this thread computes counts.

    Raises
    ------
    ValueError
        If there are no inputs, no rounds, or fewer than two different sizes.
    """
    check_rounds("measure_cost", inputs, batch_sizes, rounds)
    seconds: list[float] = []
    batches = list(batches_in_turn(inputs, batch_sizes, rounds + 1))
    with watched(clock):
        for batch in batches:
            started = clock()
            call(batch)
            seconds.append(clock() - started)
    counted = slice(len(batch_sizes), None)
    return fit_cost([len(batch) for batch in batches[counted]], seconds[counted])


def batches_in_turn(
    inputs: Sequence[Input], batch_sizes: Sequence[int], rounds: int
) -> list[list[Input]]:
    """Return batches of all sizes in turn, `rounds` times, cycling through the inputs."""
    batches, start = [], 0
    for size in (*batch_sizes,) * rounds:
        batches.append([inputs[(start + step) % len(inputs)] for step in range(size)])
        start += size
    return batches


def check_rounds(
    function: str, inputs: Sequence[object], batch_sizes: Sequence[int], rounds: int
) -> None:
    """Raise a ValueError if the measurements could not be fitted."""
    if len(inputs) == 0:
        raise ValueError(f"{function}() needs at least one input, got none.")
    if rounds < 1:
        raise ValueError(f"{function}() needs rounds ≥ 1, got {rounds}.")
    if len(set(batch_sizes)) < 2 or min(batch_sizes) < 1:
        raise ValueError(
            "Fitting a cost needs at least two different batch sizes ≥ 1, "
            f"got {sorted(set(batch_sizes))}."
        )


def _nonnegative(fixed: NDArray[np.float64], per_text: NDArray[np.float64]) -> tuple[float, float]:
    """Solve fixed * x + per_text * y = 1 by least squares, subject to x ≥ 0 and y ≥ 0."""
    x, y = np.linalg.lstsq(np.stack([fixed, per_text], axis=1), np.ones(len(fixed)), rcond=None)[0]
    if x < 0:
        return 0.0, float(per_text.sum() / (per_text @ per_text))
    if y < 0:
        return float(fixed.sum() / (fixed @ fixed)), 0.0
    return float(x), float(y)


async def measure_microbatch_cost(
    predict: Predict,
    texts: Sequence[str],
    *,
    batch_sizes: Sequence[int] = BATCH_SIZES,
    rounds: int = 15,
    clock: Callable[[], float] = perf_counter,
    pace: Pace = clockwork,
) -> CostModel:
    """Send batches of several sizes to an idle predictor and return the cost model that fits.

    Parameters
    ----------
    predict : async callable
        Accepts one text. Its predictor must run the largest size as one batch, without waiting:
        `MicroBatchPredictor(pipeline, max_batch_size=32, batch_wait_timeout_s=0).predict`.
    texts : sequence of str
        Sent in order, starting over when they run out.
    batch_sizes : sequence of int
        How many requests are sent at the same moment; at least two different sizes.
    rounds : int
        How often each size is sent, after one warm-up round. The sizes alternate.
    clock, pace : callable
        Sources of time, which tests replace to avoid waiting.

    Raises
    ------
    ValueError
        If there are no texts, no rounds, or fewer than two different sizes.
    Exception
        The error of the first request that fails.

    Notes
    -----
    A request costs more than the model's time. First an event loop wakes up and sends it: that is
    `handover_s`. It then becomes a task, waits in a queue, and travels to a thread and back. The
    other two parts include all of that, from the moment of sending to the last answer.

    Every batch arrives at an idle predictor, whose threads have to wake up. A busy one works
    faster, so the saturation computed from this cost is too low rather than too high.
    """
    check_rounds("measure_microbatch_cost", texts, batch_sizes, rounds)
    batches = batches_in_turn(texts, batch_sizes, rounds + 1)
    handovers: list[float] = []
    seconds: list[float] = []
    with watched(clock):
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
