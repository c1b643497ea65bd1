"""The tour: at each stop the simulated run shows what its sentence says, whatever a batch costs."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import pytest

from lessons_lib.widgets.queue.run import Setting, played
from lessons_lib.widgets.queue.tour import Stop, tour_for
from tests.widgets.queue_stand_in import Cost, StandInRun, poisson_run

COSTS = [
    Cost(fixed, fixed / ratio) for fixed in (0.01, 0.2, 5.0, 100.0) for ratio in (0.6, 1, 5, 50)
]
every_cost = pytest.mark.parametrize("cost", COSTS, ids=str)
every_seed = pytest.mark.parametrize("seed", range(3))


def run_at(stop: Stop, cost: Cost, seed: int, size: int | None = None) -> StandInRun:
    size = size or stop.max_batch_size
    timeout_ms = stop.batch_wait_timeout_ms
    return poisson_run(stop.rate_per_s, size, timeout_ms, cost=cost, seed=seed)


def grows(run: StandInRun, stop: Stop, size: int | None = None) -> bool:
    setting = Setting(stop.rate_per_s, size or stop.max_batch_size, stop.batch_wait_timeout_ms)
    return bool(played(run, setting)["grows"])


def late_by_early(run: StandInRun) -> float:
    """Return how much longer the last tenth waited than the first."""
    tenth = len(run.latencies_ms) // 10
    return statistics.mean(run.latencies_ms[-tenth:]) / statistics.mean(run.latencies_ms[:tenth])


@every_cost
def test_the_tour_has_five_stops_in_order(cost: Cost) -> None:
    names = [stop.name for stop in tour_for(cost.texts_per_s)]
    assert names == ["Idle", "Busy", "Saturated", "Batch too small", "Wait too long"]


@every_seed
@every_cost
def test_idle_requests_wait_out_the_timeout_alone(cost: Cost, seed: int) -> None:
    stop = tour_for(cost.texts_per_s)[0]
    run = run_at(stop, cost, seed)
    assert run.mean_batch < 1.15
    assert run.p50_ms == pytest.approx(stop.batch_wait_timeout_ms + cost.service_ms(1), rel=0.02)
    assert run.utilisation < 0.02
    assert not grows(run, stop)


@every_seed
@every_cost
def test_busy_differs_in_the_rate_alone_and_batches_form(cost: Cost, seed: int) -> None:
    idle, busy, *_ = tour_for(cost.texts_per_s)
    assert idle.max_batch_size == busy.max_batch_size
    assert idle.batch_wait_timeout_ms == busy.batch_wait_timeout_ms
    run = run_at(busy, cost, seed)
    assert run.mean_batch > 3
    assert run.p99_ms < busy.batch_wait_timeout_ms + 5 * cost.service_ms(8)
    assert 0.4 < run.utilisation < 0.8
    assert not grows(run, busy)


@every_seed
@every_cost
def test_saturated_the_queue_and_the_latency_grow(cost: Cost, seed: int) -> None:
    busy, saturated = tour_for(cost.texts_per_s)[1:3]
    run = run_at(saturated, cost, seed)
    assert grows(run, saturated)
    assert run.utilisation > 0.95
    assert run.p99_ms > 2 * run_at(busy, cost, seed).p99_ms
    assert late_by_early(run) > 4


@every_seed
@every_cost
def test_a_batch_too_small_is_cured_by_sixteen_at_the_same_rate(cost: Cost, seed: int) -> None:
    stop = tour_for(cost.texts_per_s)[3]
    assert stop.max_batch_size == 1
    assert "16" in stop.look
    alone, together = run_at(stop, cost, seed), run_at(stop, cost, seed, size=16)
    assert grows(alone, stop)
    assert not grows(together, stop, size=16)
    assert late_by_early(alone) > 4
    assert together.p99_ms < alone.p99_ms


@every_seed
@every_cost
def test_a_wait_too_long_is_most_of_the_latency_of_an_idle_model(cost: Cost, seed: int) -> None:
    stop = tour_for(cost.texts_per_s)[4]
    run = run_at(stop, cost, seed)
    assert run.utilisation < 0.07
    assert run.p50_ms > 0.4 * stop.batch_wait_timeout_ms
    assert run.p99_ms == pytest.approx(stop.batch_wait_timeout_ms, rel=0.1)
    shorter = poisson_run(stop.rate_per_s, 16, cost.service_ms(1), cost=cost, seed=seed)
    assert shorter.p50_ms < run.p50_ms / 5


def test_where_batches_gain_nothing_no_batch_is_too_small() -> None:
    stops = tour_for(Cost(fixed_ms=0.001, per_text_ms=1).texts_per_s)
    assert [stop.name for stop in stops] == ["Idle", "Busy", "Saturated", "Wait too long"]


def test_settings_are_rounded_to_figures_one_can_say() -> None:
    for stop in tour_for(Cost(0.2137, 0.0411).texts_per_s):
        for figure in (stop.rate_per_s, stop.batch_wait_timeout_ms):
            assert figure == float(f"{figure:.1e}")


def never(size: int) -> float:
    return 0.0


def endless(size: int) -> float:
    return float("inf")


@pytest.mark.parametrize("saturation", [never, endless, lambda size: float("nan")])
def test_a_throughput_that_is_none_is_refused(saturation: Callable[[int], float]) -> None:
    with pytest.raises(ValueError, match=r"saturation_per_s\(1\) must be texts a second"):
        tour_for(saturation)
