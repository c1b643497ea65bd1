"""What a batch costs: a fixed part that all its texts share, and a part for each text."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lessons_lib.timing.arrivals import all_at_once
from lessons_lib.timing.load import Pace, Predict, clockwork, open_loop

Input = TypeVar("Input")
BATCH_SIZES = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True, slots=True)
class CostModel:
    """The service time of a batch, as a straight line: fixed_s + per_text_s x batch size.

    Attributes
    ----------
    fixed_s, per_text_s : float
        What each batch costs, however many texts are in it, and what each text adds.
    handover_s : float
        What passes from the arrival of a request until it is in the queue; the worker is not busy.

    Raises
    ------
    ValueError
        If a part is negative or not finite, or if a batch would take no time.
    """

    fixed_s: float
    per_text_s: float
    handover_s: float = 0.0

    def __post_init__(self) -> None:
        for name in ("fixed_s", "per_text_s", "handover_s"):
            part = getattr(self, name)
            if not (math.isfinite(part) and part >= 0):
                raise ValueError(f"{name} is 0 seconds or more, got {part}.")
        if self.fixed_s + self.per_text_s == 0:
            raise ValueError("A batch takes some time: fixed_s or per_text_s is above 0, got 0, 0.")

    def __repr__(self) -> str:
        fixed, per_text, handover = (
            f"{1000 * part:.3g} ms" for part in (self.fixed_s, self.per_text_s, self.handover_s)
        )
        before = f"{handover} to the queue, " if self.handover_s else ""
        return f"CostModel({before}{fixed} a batch + {per_text} a text)"

    def service_s(self, batch_size: int) -> float:
        """Return how many seconds a batch of this many texts takes."""
        return self.fixed_s + self.per_text_s * batch_size

    def texts_per_s(self, batch_size: int) -> float:
        """Return the throughput of a worker that is never idle: its saturation."""
        return batch_size / self.service_s(batch_size)


def fit_cost(batch_sizes: Sequence[int], seconds: Sequence[float]) -> CostModel:
    """Return the line that lies nearest to measured service times, in proportion to each.

    Parameters
    ----------
    batch_sizes : sequence of int, length m
        The size of each batch that was timed. A size may come often: its median counts, so one
        interrupted batch changes nothing.
    seconds : sequence of float, length m
        How long each of them took.

    Raises
    ------
    ValueError
        If there are fewer than two different sizes, or not one positive time for each batch.
    """
    _check_measured(batch_sizes, seconds)
    groups: defaultdict[int, list[float]] = defaultdict(list)
    for size, one in zip(batch_sizes, seconds, strict=True):
        groups[int(size)].append(float(one))
    sizes = np.array(sorted(groups), dtype=np.float64)  # (k,)
    medians = np.array([np.median(groups[int(size)]) for size in sizes])  # (k,)
    # Divided by the medians, an error of 5 % weighs the same in a small batch and in a large one.
    fixed_s, per_text_s = _nonnegative(1 / medians, sizes / medians)
    return CostModel(fixed_s, per_text_s)


def measure_cost(
    call: Callable[[Sequence[Input]], object],
    inputs: Sequence[Input],
    *,
    batch_sizes: Sequence[int] = BATCH_SIZES,
    rounds: int = 15,
    clock: Callable[[], float] = perf_counter,
) -> CostModel:
    """Time a call on batches of several sizes and return the cost that fits.

    Parameters
    ----------
    call : callable
        Takes a list of inputs, for instance `predictor.predict`.
    inputs : sequence
        Batches are taken from it, one after the other, and from its start again when it ends.
    batch_sizes : sequence of int
        At least two different sizes.
    rounds : int
        How often each size is timed, after one round that is not counted. The sizes take turns, so
        that a slow spell of the machine meets all of them.
    clock : callable
        Returns seconds; an argument so that tests need no waiting.

    Raises
    ------
    ValueError
        If there is no input, no round, or fewer than two different sizes.
    """
    check_rounds("measure_cost", inputs, batch_sizes, rounds)
    seconds: list[float] = []
    batches = list(batches_in_turn(inputs, batch_sizes, rounds + 1))
    for batch in batches:
        started = clock()
        call(batch)
        seconds.append(clock() - started)
    counted = slice(len(batch_sizes), None)
    return fit_cost([len(batch) for batch in batches[counted]], seconds[counted])


def batches_in_turn(
    inputs: Sequence[Input], batch_sizes: Sequence[int], rounds: int
) -> list[list[Input]]:
    """Return batches of all sizes in turn, `rounds` times, going round and round the inputs."""
    batches, place = [], 0
    for size in (*batch_sizes,) * rounds:
        batches.append([inputs[(place + step) % len(inputs)] for step in range(size)])
        place += size
    return batches


def check_rounds(
    function: str, inputs: Sequence[object], batch_sizes: Sequence[int], rounds: int
) -> None:
    """Refuse measurements that could not be fitted."""
    if len(inputs) == 0:
        raise ValueError(f"{function}() needs at least one input, got none.")
    if rounds < 1:
        raise ValueError(f"{function}() times each size at least once, got rounds={rounds}.")
    _check_sizes(batch_sizes)


def _check_sizes(batch_sizes: Sequence[int]) -> None:
    if len(set(batch_sizes)) < 2 or min(batch_sizes) < 1:
        raise ValueError(
            "A cost is fitted through two or more different batch sizes of at least 1, "
            f"got {sorted(set(batch_sizes))}."
        )


def _check_measured(batch_sizes: Sequence[int], seconds: Sequence[float]) -> None:
    if len(batch_sizes) != len(seconds):
        raise ValueError(
            f"fit_cost() takes one time for each batch, got {len(batch_sizes)} sizes and "
            f"{len(seconds)} times."
        )
    _check_sizes(batch_sizes)
    for one in seconds:
        if not (math.isfinite(one) and one > 0):
            raise ValueError(f"fit_cost() takes seconds above 0, got {one}.")


def _nonnegative(fixed: NDArray[np.float64], per_text: NDArray[np.float64]) -> tuple[float, float]:
    """Solve fixed * x + per_text * y = 1 by least squares, with neither x nor y below 0."""
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
