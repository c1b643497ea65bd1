"""The tour: at each stop the simulated run matches its text, for any cost of a batch."""

from itertools import product

import pytest

from lessons_lib.lesson.views.queue import Setting, Stop, playable, tour_for
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import SimulatedRun, simulate_poisson

FIXED_MS, RATIOS = (0.01, 0.2, 5.0, 100.0), (0.6, 1, 5, 50)
COSTS = [CostModel(ms / 1000, ms / 1000 / ratio) for ms in FIXED_MS for ratio in RATIOS]
every_run = pytest.mark.parametrize(("cost", "seed"), list(product(COSTS, range(3))), ids=str)


def run_at(stop: Stop, cost: CostModel, seed: int, size: int | None = None) -> SimulatedRun:
    size = size or stop.max_batch_size
    timeout_ms = stop.batch_wait_timeout_ms
    return simulate_poisson(stop.rate_per_s, size, timeout_ms, cost=cost, n=400, seed=seed)


def grows(run: SimulatedRun, stop: Stop, size: int | None = None) -> bool:
    setting = Setting(stop.rate_per_s, size or stop.max_batch_size, stop.batch_wait_timeout_ms)
    return bool(playable(run, setting)["grows"])


def late_by_early(run: SimulatedRun) -> float:
    """Return how much longer the last tenth waited than the first."""
    tenth = len(run.latency_ms) // 10
    return float(run.latency_ms[-tenth:].mean() / run.latency_ms[:tenth].mean())


@every_run
def test_idle_requests_wait_for_the_full_timeout_alone(cost: CostModel, seed: int) -> None:
    stop = tour_for(cost.texts_per_s)[0]
    run = run_at(stop, cost, seed)
    assert run.batch_sizes.mean() < 1.15
    assert run.p50_ms == pytest.approx(
        stop.batch_wait_timeout_ms + 1000 * cost.service_s(1), rel=0.02
    )
    assert run.utilization < 0.02
    assert not grows(run, stop)


@every_run
def test_busy_differs_only_in_the_rate_and_batches_form(cost: CostModel, seed: int) -> None:
    idle, busy, *_ = tour_for(cost.texts_per_s)
    assert idle.max_batch_size == busy.max_batch_size
    assert idle.batch_wait_timeout_ms == busy.batch_wait_timeout_ms
    run = run_at(busy, cost, seed)
    assert run.batch_sizes.mean() > 3
    assert run.p99_ms < busy.batch_wait_timeout_ms + 5000 * cost.service_s(8)
    assert 0.4 < run.utilization < 0.8
    assert not grows(run, busy)


@every_run
def test_at_saturation_the_queue_and_the_latency_grow(cost: CostModel, seed: int) -> None:
    busy, saturated = tour_for(cost.texts_per_s)[1:3]
    run = run_at(saturated, cost, seed)
    assert grows(run, saturated)
    assert run.utilization > 0.95
    assert run.p99_ms > 2 * run_at(busy, cost, seed).p99_ms
    assert late_by_early(run) > 4


@every_run
def test_batches_of_sixteen_keep_up_where_a_batch_is_too_small(cost: CostModel, seed: int) -> None:
    stop = tour_for(cost.texts_per_s)[3]
    assert stop.max_batch_size == 1
    assert "16" in stop.look
    alone, together = run_at(stop, cost, seed), run_at(stop, cost, seed, size=16)
    assert grows(alone, stop)
    assert not grows(together, stop, size=16)
    assert late_by_early(alone) > 4
    assert together.p99_ms < alone.p99_ms


@every_run
def test_a_wait_too_long_is_most_of_an_idle_model_s_latency(cost: CostModel, seed: int) -> None:
    stop = tour_for(cost.texts_per_s)[4]
    run = run_at(stop, cost, seed)
    assert run.utilization < 0.07
    assert run.p50_ms > 0.4 * stop.batch_wait_timeout_ms
    assert run.p99_ms == pytest.approx(stop.batch_wait_timeout_ms, rel=0.1)
    wait_ms = 1000 * cost.service_s(1)
    shorter = simulate_poisson(stop.rate_per_s, 16, wait_ms, cost=cost, n=400, seed=seed)
    assert shorter.p50_ms < run.p50_ms / 5


def test_only_if_batching_gains_nothing_no_batch_is_too_small() -> None:
    names = [stop.name for stop in tour_for(CostModel(1e-6, 1e-3).texts_per_s)]
    assert names == ["Idle", "Busy", "Saturated", "Wait too long"]
    usual = [stop.name for stop in tour_for(COSTS[0].texts_per_s)]
    assert usual == [*names[:3], "Batch too small", names[3]]


def test_settings_are_rounded_to_two_digits() -> None:
    for stop in tour_for(CostModel(0.0002137, 0.0000411).texts_per_s):
        for figure in (stop.rate_per_s, stop.batch_wait_timeout_ms):
            assert figure == float(f"{figure:.1e}")
