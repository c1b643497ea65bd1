"""Summarize comparisons in sentences: of batch sizes, and of simulated with measured runs."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter

import numpy as np

from lessons_lib.formats import percent, three_digits, two_digits
from lessons_lib.pipeline.timing import FEWEST_CALLS, KNEE_SHARE
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import fit_frontier
from lessons_lib.pipeline.timing.load import MeasuredRun, Pace, Predict, clockwork, open_loop
from lessons_lib.pipeline.timing.simulate import SimulatedRun, simulate

LOADS = (0.3, 0.5, 0.7, 0.9)  # shares of saturation
TRUSTED_LOAD, TRUSTED_FACTOR = 0.7, 2.5  # up to this load, p50 and p99 are within this factor
ROUNDING = 1e-9  # multiplying a share by a rate and dividing again causes rounding errors


async def simulated_and_measured(
    predict: Predict,
    texts: Sequence[str],
    cost: CostModel,
    policy: BatchingPolicy,
    *,
    loads: Sequence[float] = LOADS,
    seconds: float = 0.5,
    seed: int = 0,
    progress: Callable[[range], Iterable[int]] = iter,
    clock: Callable[[], float] = perf_counter,
    pace: Pace = clockwork,
) -> dict[float, tuple[SimulatedRun, MeasuredRun]]:
    """Return, for each arrival rate, a simulated run and a measured one over the same arrivals.

    Parameters
    ----------
    predict : async callable
        Accepts one text; belongs to a micro-batching predictor with the settings of `policy`.
    texts : sequence of str
        Sent in order, starting over when they run out.
    cost : CostModel
        The measured cost of a batch.
    policy : BatchingPolicy
        The predictor's settings.
    loads : sequence of float
        Arrival rates, as shares of the maximum throughput with full batches.
    seconds : float
        Approximate duration of the arrivals at each rate; at least 200 requests are sent.
    seed : int
        Determines the arrivals.
    progress : callable
        Iterates over the range of all loads and may show the progress.
    clock, pace : callable
        Sources of time, which tests replace to avoid waiting.
    """
    runs = {}
    for number in progress(range(len(loads))):
        rate = loads[number] * cost.texts_per_s(policy.max_batch_size)
        arrivals = poisson(rate, max(FEWEST_CALLS, round(rate * seconds)), seed=seed + number)
        measured = await open_loop(predict, texts, arrivals, clock=clock, pace=pace)
        runs[rate] = (simulate(arrivals, cost, policy), measured)
    return runs


def judge_simulation(
    runs: dict[float, tuple[SimulatedRun, MeasuredRun]], *, saturation_per_s: float
) -> str:
    """Report the factor by which the simulation missed p50 and p99 at each load, and a verdict.

    Parameters
    ----------
    runs : dict
        What `simulated_and_measured` returns.
    saturation_per_s : float
        The maximum throughput, in texts per second.
    """
    lines, misses = [], []
    for rate, (predicted, found) in sorted(runs.items()):
        load = rate / saturation_per_s
        factors = [_factor(found.p50_ms, predicted.p50_ms), _factor(found.p99_ms, predicted.p99_ms)]
        off = f"p50 off by a factor of {factors[0]:.1f}, p99 of {factors[1]:.1f}"
        lines.append(f"at {100 * load:3.0f} % load: {off}")
        if load <= TRUSTED_LOAD + ROUNDING:
            misses.append(max(factors))
    if not misses:
        verdict = (
            f"No load up to {percent(TRUSTED_LOAD)} was measured, so this can't judge the "
            "simulation."
        )
    elif max(misses) <= TRUSTED_FACTOR:
        verdict = (
            f"Up to {percent(TRUSTED_LOAD)} load, simulation and measurement agree here to "
            f"within a factor of {TRUSTED_FACTOR:g}."
        )
    else:
        verdict = (
            f"Here the simulation is off by more than a factor of {TRUSTED_FACTOR:g} below "
            "saturation.\nOther programs may be slowing this machine down. Close them and run the "
            "cell again."
        )
    return "\n".join([*lines, verdict])


def _factor(found: float, predicted: float) -> float:
    return max(found / predicted, predicted / found)


BUSY_MACHINE = (
    "Other programs on this machine, or too few texts, can hide the difference. Close other "
    "programs and measure again."
)


def find_sweet_spot(seconds: Mapping[int, Sequence[float]]) -> int:
    """Return the batch size with the highest throughput over the same texts, using medians."""
    return min(seconds, key=lambda size: float(np.median(seconds[size])))


def find_knee(cost: CostModel) -> float:
    """Return the batch size at which throughput reaches four fifths of its limit.

    The limit is the throughput that a batch without a fixed cost would have. Without a cost per
    text there is no limit, and the knee is infinite.
    """
    if cost.per_text_s == 0:
        return math.inf
    size = cost.fixed_s / cost.per_text_s * KNEE_SHARE / (1 - KNEE_SHARE)
    return max(1, round(size))


def read_frontier(seconds: Mapping[int, Sequence[float]]) -> str:
    """Report the limit and the knee, and compare the largest batch with one close to the knee.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        How long one batch of that size took in each round; at least two sizes.
    """
    cost = fit_frontier(seconds)
    if not cost.fixed_s:
        return (
            "The line that fits best has no fixed cost, so there is nothing for a batch to share, "
            f"and no knee. {BUSY_MACHINE}"
        )
    knee, largest = find_knee(cost), max(seconds)
    if knee >= largest:
        return f"No knee below {largest:,}: larger batches still help here. {BUSY_MACHINE}"
    others = set(seconds) - {largest}
    near = min(others, key=lambda size: abs(math.log(size / knee)))
    near_s, largest_s = (float(np.median(seconds[size])) for size in (near, largest))
    gain = largest / largest_s / (near / near_s)
    only = "" if gain >= 1 else "only "
    return (
        f"A batch costs {1000 * cost.fixed_s:.3g} ms plus {1000 * cost.per_text_s:.3g} ms per "
        f"text, so the limit is {three_digits(1 / cost.per_text_s)} texts per second.\n"
        f"The knee is at {knee:,} texts: there, a batch takes "
        f"{1000 * cost.service_s(int(knee)):.3g} ms.\n"
        f"A batch of {largest:,} takes {two_digits(largest_s / near_s)} times as long as one of "
        f"{near:,}, for {only}{two_digits(gain)} times the throughput."
    )
