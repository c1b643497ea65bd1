"""The comparison on a virtual clock, with a worker that costs exactly what the model says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lessons_lib.timing.compare import judge_simulation, simulated_and_measured
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.load import MeasuredRun
from lessons_lib.timing.simulate import BatchingPolicy, SimulatedRun, simulate

COST = CostModel(fixed_s=0.01, per_text_s=0.0)
ONE_BY_ONE = BatchingPolicy(max_batch_size=1, batch_wait_timeout_s=0)


class Worker:
    """Answers one at a time, each after the time that the cost says, or after a multiple of it."""

    def __init__(self, slowness: float = 1.0) -> None:
        self._service_s = slowness * COST.service_s(1)
        self._lock = asyncio.Lock()

    async def predict(self, text: str) -> str:
        async with self._lock:
            await asyncio.sleep(self._service_s)
        return text


Runs = dict[float, tuple[SimulatedRun, MeasuredRun]]


@pytest.fixture
def compared(virtual_loop: asyncio.AbstractEventLoop, pace: Any) -> Callable[..., Runs]:
    def run(worker: Worker, **named: Any) -> Runs:
        comparing = simulated_and_measured(
            worker.predict,
            ["x"],
            COST,
            ONE_BY_ONE,
            clock=virtual_loop.time,
            pace=pace,
            **named,
        )
        return virtual_loop.run_until_complete(comparing)

    return run


def test_both_runs_of_a_load_have_the_same_arrivals(compared: Callable[..., Runs]) -> None:
    runs = compared(Worker(), loads=(0.2, 0.8), seconds=5)
    assert list(runs) == pytest.approx([20, 80])
    for foretold, found in runs.values():
        gaps = np.diff(foretold.arrivals_s), np.diff(found.arrivals_s)
        assert gaps[0] == pytest.approx(gaps[1], abs=1e-9)
    assert [len(found.arrivals_s) for _, found in runs.values()] == [200, 400]


def test_a_worker_that_costs_what_is_said_is_foretold(compared: Callable[..., Runs]) -> None:
    said = judge_simulation(compared(Worker()), saturation_per_s=100)
    assert said.count("p50 off by x1.0, p99 by x1.0") == 5
    assert said.endswith("Up to 70% load the simulation holds here, within a factor of 2.5.")


def test_a_slower_worker_is_not_and_that_is_said(compared: Callable[..., Runs]) -> None:
    said = judge_simulation(compared(Worker(slowness=1.5)), saturation_per_s=100)
    assert "off by more than a factor of 2.5 below saturation" in said


def test_without_a_trusted_load_the_simulation_is_not_judged() -> None:
    good = simulate([0.0], COST, ONE_BY_ONE)
    exact = MeasuredRun(good.arrivals_s, good.finished_s, late_ms=np.zeros(1))
    said = judge_simulation({95: (good, exact)}, saturation_per_s=100)
    assert said.endswith("No load up to 70% was run, so this does not judge the simulation.")


def test_a_miss_near_saturation_alone_does_not_count() -> None:
    good, bad = simulate([0.0], COST, ONE_BY_ONE), simulate([0.0] * 40, COST, ONE_BY_ONE)
    exact = MeasuredRun(good.arrivals_s, good.finished_s, late_ms=np.zeros(1))
    said = judge_simulation({50: (good, exact), 95: (bad, exact)}, saturation_per_s=100)
    assert "at 95% load: p50 off by x20.5" in said
    assert "the simulation holds here" in said


def test_the_load_at_the_border_counts_however_it_is_rounded() -> None:
    run = simulate([0.0], COST, ONE_BY_ONE)
    late = MeasuredRun(run.arrivals_s, 5 * run.finished_s, late_ms=np.zeros(1))
    for saturation in np.linspace(90, 110, 200):
        said = judge_simulation({0.7 * saturation: (run, late)}, saturation_per_s=saturation)
        assert "off by more than a factor of 2.5" in said
