"""The simulated queue against formulas, against a second simulation, and against its own policy."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lessons_lib.timing.arrivals import all_at_once, poisson
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.simulate import (
    BatchingPolicy,
    SimulatedRun,
    simulate,
    simulate_closed_loop,
    simulate_poisson,
)

COST = CostModel(fixed_s=0.004, per_text_s=0.001)
ONE_BY_ONE = BatchingPolicy(max_batch_size=1, batch_wait_timeout_s=0)

whole_arrivals = st.lists(st.integers(0, 60), min_size=1, max_size=40).map(sorted)
whole_costs = st.builds(CostModel, st.integers(0, 9), st.integers(1, 4), st.integers(0, 3))
whole_policies = st.builds(BatchingPolicy, st.integers(1, 6), st.integers(0, 12))


def tick_by_tick(
    arrivals: list[int], cost: CostModel, policy: BatchingPolicy
) -> tuple[list[int], list[int]]:
    """Return when each request starts and finishes, by asking at every whole second what is due."""
    started, finished = [-1] * len(arrivals), [-1] * len(arrivals)
    queue: list[int] = []
    free_at, now = 0, 0
    while -1 in started:
        queue += [i for i, at in enumerate(arrivals) if at + cost.handover_s == now]
        if queue and now >= free_at:
            waited = now - (arrivals[queue[0]] + cost.handover_s)
            if len(queue) >= policy.max_batch_size or waited >= policy.batch_wait_timeout_s:
                batch, queue = queue[: policy.max_batch_size], queue[policy.max_batch_size :]
                free_at = now + int(cost.fixed_s + len(batch) * cost.per_text_s)
                for i in batch:
                    started[i], finished[i] = now, free_at
        now += 1
    return started, finished


@given(whole_arrivals, whole_costs, whole_policies)
def test_it_agrees_with_a_simulation_that_asks_at_every_tick(
    arrivals: list[int], cost: CostModel, policy: BatchingPolicy
) -> None:
    run = simulate(arrivals, cost, policy)
    started, finished = tick_by_tick(arrivals, cost, policy)
    assert run.started_s.tolist() == started
    assert run.finished_s.tolist() == finished


any_arrivals = st.lists(st.floats(0, 2), min_size=1, max_size=60).map(sorted)
any_costs = st.builds(CostModel, st.floats(1e-4, 0.5), st.floats(0, 0.1), st.floats(0, 0.1))
any_policies = st.builds(BatchingPolicy, st.integers(1, 9), st.floats(0, 0.5))


@given(any_arrivals, any_costs, any_policies)
def test_every_request_is_answered_once_and_in_order(
    arrivals: list[float], cost: CostModel, policy: BatchingPolicy
) -> None:
    run = simulate(arrivals, cost, policy)
    assert run.arrivals_s.tolist() == arrivals
    assert run.batch_sizes.sum() == len(arrivals)
    assert (np.diff(run.batch_number) >= 0).all()
    assert (np.diff(run.finished_s) >= 0).all()
    assert (run.started_s >= run.arrivals_s).all()


@given(any_arrivals, any_costs, any_policies)
def test_batches_do_not_overlap_and_none_is_too_large(
    arrivals: list[float], cost: CostModel, policy: BatchingPolicy
) -> None:
    run = simulate(arrivals, cost, policy)
    firsts = np.flatnonzero(np.diff(run.batch_number, prepend=-1))
    assert run.batch_sizes.min() >= 1 and run.batch_sizes.max() <= policy.max_batch_size
    assert (run.started_s[firsts[1:]] >= run.finished_s[firsts[:-1]]).all()
    assert 0 < run.utilisation <= 1 + 1e-9


@given(any_arrivals, any_costs, any_policies)
def test_latency_is_queueing_and_service_time(
    arrivals: list[float], cost: CostModel, policy: BatchingPolicy
) -> None:
    run = simulate(arrivals, cost, policy)
    np.testing.assert_allclose(run.latency_ms, run.queue_ms + run.service_ms, atol=1e-9)
    expected = [1000 * cost.service_s(size) for size in run.batch_sizes[run.batch_number]]
    np.testing.assert_allclose(run.service_ms, expected, rtol=1e-6, atol=1e-9)


def number_in_system(run: SimulatedRun) -> float:
    """Return the mean over time of how many have arrived and are not answered, by counting."""
    times = np.concatenate([run.arrivals_s, run.finished_s])
    steps = np.repeat([1, -1], len(run.arrivals_s))
    order = np.lexsort((-steps, times))
    inside, moments = steps[order].cumsum(), times[order]
    return float((inside[:-1] * np.diff(moments)).sum() / (moments[-1] - moments[0]))


@pytest.mark.parametrize("rate", [20, 200, 600])
def test_littles_law_holds(rate: float) -> None:
    run = simulate(poisson(rate, 3_000), COST, BatchingPolicy(8, 0.005))
    span_s = run.finished_s.max() - run.arrivals_s.min()
    arrival_rate = len(run.arrivals_s) / span_s
    assert number_in_system(run) == pytest.approx(arrival_rate * run.latency_ms.mean() / 1000)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_the_mean_wait_is_that_of_the_m_d_1_queue(load: float) -> None:
    service_s = COST.service_s(1)
    rate = load / service_s
    # Many short runs, their start left out, give a mean and its standard error.
    waits = [
        simulate(poisson(rate, 6_000, seed=seed), COST, ONE_BY_ONE).queue_ms[1_000:].mean() / 1000
        for seed in range(30)
    ]
    expected_s = rate * service_s**2 / (2 * (1 - load))
    assert abs(np.mean(waits) - expected_s) < 4 * np.std(waits, ddof=1) / math.sqrt(len(waits))


def test_as_many_find_the_worker_idle_as_it_has_idle_time() -> None:
    load = 0.6
    run = simulate(poisson(load / COST.service_s(1), 60_000), COST, ONE_BY_ONE)
    assert (run.queue_ms == 0).mean() == pytest.approx(1 - load, abs=0.015)
    assert run.utilisation == pytest.approx(load, abs=0.015)


@pytest.mark.parametrize("batch_size", [1, 8, 32])
def test_at_saturation_every_batch_is_full(batch_size: int) -> None:
    run = simulate(all_at_once(batch_size * 20), COST, BatchingPolicy(batch_size, 0.1))
    assert set(run.batch_sizes.tolist()) == {batch_size}
    assert run.texts_per_s == pytest.approx(batch_size / (0.004 + 0.001 * batch_size))
    assert run.utilisation == pytest.approx(1)


def test_who_is_alone_waits_for_the_whole_timeout_in_vain() -> None:
    run = simulate([0.0, 1.0, 2.0], COST, BatchingPolicy(8, 0.02))
    assert run.latency_ms.tolist() == pytest.approx([25, 25, 25])


def test_a_batch_of_one_is_full_at_once() -> None:
    run = simulate([0.0, 1.0], COST, BatchingPolicy(1, 0.02))
    assert run.latency_ms.tolist() == pytest.approx([5, 5])


def test_a_full_batch_does_not_wait_for_the_timeout() -> None:
    run = simulate([0.0, 0.001, 0.002], COST, BatchingPolicy(3, 1.0))
    assert run.started_s.tolist() == [0.002] * 3


def test_requests_of_one_moment_share_a_batch_without_any_timeout() -> None:
    run = simulate([0.0, 0.0, 0.0], COST, BatchingPolicy(8, 0))
    assert run.batch_sizes.tolist() == [3]


def test_the_way_to_the_queue_takes_time_but_no_worker() -> None:
    cost = CostModel(0.004, 0.001, handover_s=0.003)
    run = simulate([0.0, 0.001], cost, ONE_BY_ONE)
    assert run.started_s.tolist() == pytest.approx([0.003, 0.008])
    assert run.queue_ms.tolist() == pytest.approx([3, 7])


@pytest.mark.parametrize(("policy", "latency_ms"), [(ONE_BY_ONE, 5), (BatchingPolicy(8, 0.02), 25)])
def test_in_a_closed_loop_each_waits_for_the_answer_before(
    policy: BatchingPolicy, latency_ms: float
) -> None:
    run = simulate_closed_loop(4, COST, policy)
    np.testing.assert_allclose(run.latency_ms, latency_ms)
    np.testing.assert_allclose(run.arrivals_s[1:], run.finished_s[:-1])


@given(st.integers(1, 9), any_costs, any_policies)
def test_a_closed_loop_is_the_queue_played_at_its_own_arrivals(
    n: int, cost: CostModel, policy: BatchingPolicy
) -> None:
    closed = simulate_closed_loop(n, cost, policy)
    # A hair later, so that rounding never lets a request come before the answer that it waits for.
    replayed = simulate(closed.arrivals_s + np.arange(n) * 1e-6, cost, policy)
    np.testing.assert_allclose(replayed.latency_ms, closed.latency_ms, atol=1e-4)


def test_sliders_give_the_same_run_as_the_parts() -> None:
    flat = partial(simulate_poisson, cost=COST, n=500, seed=7)(80, 4, 3)
    parts = simulate(poisson(80, 500, seed=7), COST, BatchingPolicy(4, 0.003))
    assert flat.finished_s.tolist() == parts.finished_s.tolist()


def test_the_percentiles_are_those_of_the_latencies() -> None:
    run = simulate_poisson(120, 4, 3, cost=COST)
    expected = np.percentile(run.latency_ms, [50, 90, 99])
    assert [run.p50_ms, run.p90_ms, run.p99_ms] == expected.tolist()


def test_a_run_shows_itself_in_one_line() -> None:
    run = simulate([0.0, 0.0, 0.1], CostModel(0.25, 0.25), BatchingPolicy(2, 0))
    assert repr(run) == (
        "SimulatedRun(3 requests in 2 batches: p50 750 ms, p99 1.14e+03 ms, 2 texts/s, "
        "utilisation 100%)"
    )


@pytest.mark.parametrize(
    ("arrivals", "words"),
    [
        ([], "at least 1"),
        ([[1.0]], "shape"),
        ([0.0, math.nan], "got nan at index 1"),
        ([math.inf], "got inf"),
        ([-1.0], "got -1 at index 0"),
        ([1.0, 0.5], "got 0.5 at index 1"),
    ],
)
def test_what_is_no_schedule_is_refused(arrivals: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        simulate(arrivals, COST, ONE_BY_ONE)


@pytest.mark.parametrize(
    "setting", [(0, 1), (-1, 1), (1, -0.1), (1, math.nan), (1, math.inf)], ids=str
)
def test_a_policy_that_is_none_is_refused(setting: tuple[int, float]) -> None:
    with pytest.raises(ValueError, match="got"):
        BatchingPolicy(*setting)


@pytest.mark.parametrize(("size", "kind"), [(2.5, "float"), (8.0, "float"), (True, "bool")])
def test_a_batch_size_that_is_not_whole_is_refused(size: int, kind: str) -> None:
    with pytest.raises(TypeError, match=f"max_batch_size must be an integer .* got {kind}"):
        BatchingPolicy(size)


def test_a_closed_loop_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"simulate_closed_loop\(n=\.\.\.\) must .* got 0"):
        simulate_closed_loop(0, COST, ONE_BY_ONE)
    with pytest.raises(TypeError, match="integer"):
        simulate_closed_loop(True, COST, ONE_BY_ONE)
