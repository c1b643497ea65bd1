"""Comparisons as sentences, on a virtual clock and with a worker of known cost."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.compare import (
    LOADS,
    find_knee,
    find_sweet_spot,
    judge_simulation,
    read_frontier,
    simulated_and_measured,
)
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import fit_frontier
from lessons_lib.pipeline.timing.load import MeasuredRun
from lessons_lib.pipeline.timing.simulate import SimulatedRun, simulate
from tests.pipeline.timing.conftest import Worker

Runs = dict[float, tuple[SimulatedRun, MeasuredRun]]
COST = CostModel(fixed_s=0.01, per_text_s=0.0)
ONE_BY_ONE = BatchingPolicy(max_batch_size=1, batch_wait_timeout_s=0)


@pytest.fixture
def compared(virtual_loop: asyncio.AbstractEventLoop, pace: Any) -> Callable[..., Runs]:
    def run(worker: Worker, **named: Any) -> Runs:
        named |= {"clock": virtual_loop.time, "pace": pace}
        comparing = simulated_and_measured(worker.predict, ["x"], COST, ONE_BY_ONE, **named)
        return virtual_loop.run_until_complete(comparing)

    return run


def test_simulated_and_measured_run_have_the_same_arrivals(compared: Callable[..., Runs]) -> None:
    runs = compared(Worker(), loads=(0.2, 0.8), seconds=5)
    assert list(runs) == pytest.approx([20, 80])
    for predicted, found in runs.values():
        gaps = np.diff(predicted.arrivals_s), np.diff(found.arrivals_s)
        assert gaps[0] == pytest.approx(gaps[1], abs=1e-9)
    assert [len(found.arrivals_s) for _, found in runs.values()] == [200, 400]


def test_only_a_worker_with_the_modeled_cost_is_predicted(compared: Callable[..., Runs]) -> None:
    verdict = judge_simulation(compared(Worker()), saturation_per_s=100)
    assert verdict.count("p50 off by a factor of 1.0, p99 of 1.0") == len(LOADS)
    assert verdict.endswith("simulation and measurement agree here to within a factor of 2.5.")
    verdict = judge_simulation(compared(Worker(0.015)), saturation_per_s=100)
    assert "off by more than a factor of 2.5 below saturation" in verdict


def test_only_loads_up_to_70_percent_judge_the_simulation() -> None:
    good = simulate([0.0], COST, ONE_BY_ONE)
    exact = MeasuredRun(good.arrivals_s, good.finished_s, late_ms=np.zeros(1))
    verdict = judge_simulation({95: (good, exact)}, saturation_per_s=100)
    assert verdict.endswith("No load up to 70 % was measured, so this can't judge the simulation.")
    bad = simulate([0.0] * 40, COST, ONE_BY_ONE)
    verdict = judge_simulation({50: (good, exact), 95: (bad, exact)}, saturation_per_s=100)
    assert "at  95 % load: p50 off by a factor of 20.5" in verdict
    assert "simulation and measurement agree here" in verdict
    for saturation in np.linspace(90, 110, 200):  # 70 % counts despite rounding errors
        verdict = judge_simulation({0.7 * saturation: (bad, exact)}, saturation_per_s=saturation)
        assert "off by more than a factor of 2.5" in verdict


def test_the_knee_is_where_throughput_reaches_four_fifths_of_its_limit() -> None:
    cost = CostModel(fixed_s=0.004, per_text_s=0.0001)
    seconds = {size: [cost.service_s(size)] * 3 for size in (1, 8, 64, 512)}
    assert find_knee(fit_frontier(seconds)) == find_knee(cost) == 160
    assert cost.texts_per_s(160) == pytest.approx(0.8 * 10_000)
    figures = (
        r"costs 4 ms plus 0\.1 ms .* 10,000 texts.*at 160 .* 20 ms.* 5\.3 times .* 64, .* 1\.5 "
    )
    assert re.search(figures, read_frontier(seconds), re.DOTALL)


def test_a_largest_batch_that_is_slower_than_the_knee_is_reported_so() -> None:
    cost = CostModel(fixed_s=0.004, per_text_s=0.0001)
    seconds = {size: [cost.service_s(size)] for size in (1, 4, 16, 64, 256)} | {4_096: [0.8]}
    assert "times as long as one of 64, for only 0.83 times" in read_frontier(seconds)


def test_without_a_limit_there_is_no_knee_and_without_a_fixed_cost_it_is_one() -> None:
    assert find_knee(CostModel(0.001, 0.0)) == float("inf")
    assert find_knee(CostModel(0.0, 0.001)) == 1
    assert read_frontier({1: [1.0], 64: [1.0]}).startswith("No knee below 64")


def test_the_sweet_spot_has_the_lowest_median_time() -> None:
    assert find_sweet_spot({1: [9.0, 9.0, 9.0], 8: [2.0, 2.0, 7.0], 64: [1.0, 3.0, 3.0]}) == 8
