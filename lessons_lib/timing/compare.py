"""Summarize comparisons in sentences: mode against mode, and simulated against measured runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter

import numpy as np

from lessons_lib.timing.arrivals import poisson
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.load import MeasuredRun, Pace, Predict, clockwork, open_loop
from lessons_lib.timing.simulate import BatchingPolicy, SimulatedRun, simulate

LOADS = (0.1, 0.3, 0.5, 0.7, 0.9)  # shares of saturation
TRUSTED_LOAD, TRUSTED_FACTOR = 0.7, 2.5  # up to this load, p50 and p99 are within this factor
ROUNDING = 1e-9  # multiplying a share by a rate and dividing again causes rounding errors
FEWEST = 200  # requests; with fewer, the p99 would be meaningless


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
        arrivals = poisson(rate, max(FEWEST, round(rate * seconds)), seed=seed + number)
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
        factors = [
            _factor(found.p50_ms, predicted.p50_ms),
            _factor(found.p99_ms, predicted.p99_ms),
        ]
        lines.append(f"at {load:3.0%} load: p50 off by x{factors[0]:.1f}, p99 by x{factors[1]:.1f}")
        if load <= TRUSTED_LOAD + ROUNDING:
            misses.append(max(factors))
    if not misses:
        verdict = (
            f"No load up to {TRUSTED_LOAD:.0%} was run, so this does not judge the simulation."
        )
    elif max(misses) <= TRUSTED_FACTOR:
        verdict = (
            f"Up to {TRUSTED_LOAD:.0%} load the simulation holds here, within a factor of "
            f"{TRUSTED_FACTOR:g}."
        )
    else:
        verdict = (
            f"Here the simulation is off by more than a factor of {TRUSTED_FACTOR:g} below "
            "saturation.\nOther programs slow this machine down or share its cores. Close them "
            "and run it again."
        )
    return "\n".join([*lines, verdict])


def _factor(found: float, predicted: float) -> float:
    return max(found / predicted, predicted / found)


KNEE_SHARE = 0.8  # of the best throughput
BUSY_MACHINE = (
    "Other programs on this machine, or very few texts, can hide the difference: close other "
    "programs, and measure again."
)


def compare_modes(seconds: Mapping[str, Sequence[float]], *, n_texts: int) -> str:
    """Report the throughput ratio of batch to real-time, and whether the difference is clear.

    Parameters
    ----------
    seconds : mapping with the keys "batch" and "real-time"
        How long all texts took in each round; what `time_in_turn` returns for the modes.
    n_texts : int
        The number of texts in each round.

    Raises
    ------
    ValueError
        If the median round of a mode took no time.

    Notes
    -----
    The difference is clear if the slowest round of one mode beats the fastest of the other.
    """
    batch, alone = seconds["batch"], seconds["real-time"]
    rates = (n_texts / _median_s("real-time", alone), n_texts / _median_s("batch", batch))
    figures = f"one by one {rates[0]:,.0f} texts per second, in batches {rates[1]:,.0f}"
    if max(batch) < min(alone):
        return f"Here batch has {rates[1] / rates[0]:.1f} times the throughput: {figures}."
    if max(alone) < min(batch):
        return f"Here batch is slower, which is unusual: {figures}. {BUSY_MACHINE}"
    return f"The rounds overlap, so these figures do not decide: {figures}. {BUSY_MACHINE}"


def _median_s(mode: str, rounds: Sequence[float]) -> float:
    median = float(np.median(rounds))
    if median <= 0:
        raise ValueError(
            f"compare_modes() needs rounds with a median above 0 s, got {median:g} s for {mode}."
        )
    return median


def core_hours(seconds: Mapping[str, Sequence[float]], *, n_texts: int) -> str:
    """Report how many texts each mode answers per core-hour, the unit that clouds charge for.

    Parameters
    ----------
    seconds : mapping of modes to sequences of float
        How long all texts took in each round, on one core.
    n_texts : int
        The number of texts in each round.
    """
    lines = []
    for mode, rounds in seconds.items():
        low, middle, high = np.percentile(n_texts * 3600 / np.asarray(rounds), [0, 50, 100]) / 1e6
        lines.append(
            f"{mode:10} {middle:8,.0f} million texts per core-hour ({low:,.0f} to {high:,.0f})"
        )
    return "\n".join(lines)


def read_frontier(seconds: Mapping[int, Sequence[float]]) -> str:
    """Compare the largest batch with the knee: its extra latency and its gain in throughput.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        How long one batch of that size took in each round; at least two sizes.
    """
    knee = find_knee(seconds)
    largest = max(seconds)
    if knee == largest:
        return f"Here the largest batch, {largest:,}, still pays: no knee below it. {BUSY_MACHINE}"
    waits = {size: 1000 * float(np.median(seconds[size])) for size in (knee, largest)}
    rates = {size: 1000 * size / waits[size] for size in waits}
    only = "" if rates[largest] >= rates[knee] else "only "
    return (
        f"The knee is at {knee:,}: its texts wait {waits[knee]:.3g} ms.\n"
        f"A batch of {largest:,} lets them wait {waits[largest] / waits[knee]:,.0f} times as long, "
        f"for {only}{rates[largest] / rates[knee]:.1f} times the throughput."
    )


def find_knee(seconds: Mapping[int, Sequence[float]]) -> int:
    """Return the smallest batch size that reaches four fifths of the best throughput.

    Parameters
    ----------
    seconds : mapping of batch sizes to sequences of float
        How long one batch of that size took in each round.

    Raises
    ------
    ValueError
        If no batch size was measured.
    """
    if not seconds:
        raise ValueError("find_knee() needs at least one batch size, got none.")
    rates = {size: size / float(np.median(seconds[size])) for size in sorted(seconds)}
    best = max(rates.values())
    return next(size for size, rate in rates.items() if rate >= KNEE_SHARE * best)
