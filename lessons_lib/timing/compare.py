"""Foretell a load by simulation, send the very same load for real, and set both side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter

from lessons_lib.timing.arrivals import poisson
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.load import Predict, open_loop
from lessons_lib.timing.measured_run import MeasuredRun
from lessons_lib.timing.pacing import Pace, clockwork
from lessons_lib.timing.simulate import BatchingPolicy, simulate
from lessons_lib.timing.simulated_run import SimulatedRun

LOADS = (0.1, 0.3, 0.5, 0.7, 0.9)  # shares of saturation
TRUSTED_LOAD, TRUSTED_FACTOR = 0.7, 2.5  # up to this load, p50 and p99 lie within this factor
ROUNDING = 1e-9  # a share that was multiplied by a rate and divided again is a little off
FEWEST = 200  # requests; with fewer there would be no p99 to speak of


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
        Takes one text; of a micro-batching predictor with the settings of `policy`.
    texts : sequence of str
        Sent in order, and from the start again when they end.
    cost : CostModel
        What a batch costs, measured before.
    policy : BatchingPolicy
        The predictor's settings.
    loads : sequence of float
        Arrival rates, as shares of what can be answered at most with full batches.
    seconds : float
        How long requests arrive at each rate, about; at least 200 are sent.
    seed : int
        Decides the arrivals.
    progress : callable
        Goes through the range of all loads and may show how far it is.
    clock, pace : callable
        Where the time comes from; arguments so that tests need no waiting.
    """
    runs = {}
    for place in progress(range(len(loads))):
        rate = loads[place] * cost.texts_per_s(policy.max_batch_size)
        arrivals = poisson(rate, max(FEWEST, round(rate * seconds)), seed=seed + place)
        measured = await open_loop(predict, texts, arrivals, clock=clock, pace=pace)
        runs[rate] = (simulate(arrivals, cost, policy), measured)
    return runs


def judge_simulation(
    runs: dict[float, tuple[SimulatedRun, MeasuredRun]], *, saturation_per_s: float
) -> str:
    """Say, load by load, by which factor the simulation missed p50 and p99, and whether it holds.

    Parameters
    ----------
    runs : dict
        What `simulated_and_measured` returns.
    saturation_per_s : float
        How many texts per second can be answered at most.
    """
    lines, misses = [], []
    for rate, (foretold, found) in sorted(runs.items()):
        load = rate / saturation_per_s
        factors = [
            _factor(found.p50_ms, foretold.p50_ms),
            _factor(found.p99_ms, foretold.p99_ms),
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
            "saturation.\nOther work delays this machine, or shares its cores. Close what runs "
            "beside, and run it again."
        )
    return "\n".join([*lines, verdict])


def _factor(found: float, foretold: float) -> float:
    return max(found / foretold, foretold / found)
