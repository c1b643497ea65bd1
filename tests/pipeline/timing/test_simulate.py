"""Arrivals, and the simulated queue against formulas, another simulation and its own policy."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lessons_lib.pipeline.timing.arrivals import all_at_once, poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate, simulate_closed_loop, simulate_poisson

COST = CostModel(fixed_s=0.004, per_text_s=0.001)
ONE_BY_ONE = BatchingPolicy(max_batch_size=1, batch_wait_timeout_s=0)


def test_poisson_arrivals_have_the_given_rate_and_independent_exponential_gaps() -> None:
    n, rate = 40_000, 250.0
    arrivals = poisson(rate, n)
    # The last arrival is a sum of n gaps: its mean is n / rate, its standard error sqrt(n) / rate.
    assert abs(arrivals[-1] - n / rate) < 4 * math.sqrt(n) / rate
    gaps = np.diff(arrivals, prepend=0.0)
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.03)
    assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 0.02


def test_the_seed_determines_the_pattern_and_the_rate_only_scales_it() -> None:
    assert poisson(5, 9, seed=1).tolist() == poisson(5, 9, seed=1).tolist()
    assert poisson(5, 9, seed=1).tolist() != poisson(5, 9, seed=2).tolist()
    np.testing.assert_allclose(poisson(20, 50), poisson(5, 50) / 4)


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf])
def test_a_rate_must_be_a_positive_number(rate: float) -> None:
    with pytest.raises(ValueError, match=f"got {rate}"):
        poisson(rate, 5)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("poisson", lambda n: poisson(1, n)),
        ("all_at_once", all_at_once),
        ("simulate_closed_loop", lambda n: simulate_closed_loop(n, COST, ONE_BY_ONE)),
    ],
)
def test_counts_must_be_positive_integers(name: str, call: Callable[[int], object]) -> None:
    with pytest.raises(ValueError, match=rf"{name}\(n=\.\.\.\) must be an integer ≥ 1, got 0"):
        call(0)


whole_arrivals = st.lists(st.integers(0, 60), min_size=1, max_size=40).map(sorted)
whole_costs = st.builds(CostModel, st.integers(0, 9), st.integers(1, 4), st.integers(0, 3))
whole_policies = st.builds(
    lambda size, wait, more: BatchingPolicy(size, wait, None if more is None else size + more),
    st.integers(1, 6),
    st.integers(0, 12),
    st.none() | st.integers(0, 6),
) | st.builds(
    BatchingPolicy, st.integers(1, 6), st.integers(0, 12), closes_while_busy=st.just(True)
)


def tick_by_tick(
    arrivals: list[int], cost: CostModel, policy: BatchingPolicy
) -> tuple[list[int], list[int]]:
    """Return when each accepted request starts and finishes, checking the queue at each second."""
    started, finished = [-1] * len(arrivals), [-1] * len(arrivals)
    queue: list[int] = []
    closed: list[list[int]] = []  # the batches that wait for the worker
    free_at, now = 0, 0
    while -1 in started:
        for i, at in enumerate(arrivals):
            if at + cost.handover_s == now:
                if policy.max_queue is not None and len(queue) >= policy.max_queue:
                    started[i] = finished[i] = -2  # refused
                else:
                    queue.append(i)
        while queue and (policy.closes_while_busy or (now >= free_at and not closed)):
            waited = now - (arrivals[queue[0]] + cost.handover_s)
            if len(queue) < policy.max_batch_size and waited < policy.batch_wait_timeout_s:
                break
            closed.append(queue[: policy.max_batch_size])
            queue = queue[policy.max_batch_size :]
        if closed and now >= free_at:
            batch = closed.pop(0)
            free_at = now + int(cost.fixed_s + len(batch) * cost.per_text_s)
            for i in batch:
                started[i], finished[i] = now, free_at
        now += 1
    return [at for at in started if at >= 0], [at for at in finished if at >= 0]


@given(whole_arrivals, whole_costs, whole_policies)
def test_the_simulation_agrees_with_one_that_checks_every_second(
    arrivals: list[int], cost: CostModel, policy: BatchingPolicy
) -> None:
    run = simulate(arrivals, cost, policy)
    started, finished = tick_by_tick(arrivals, cost, policy)
    assert run.started_s.tolist() == started
    assert run.finished_s.tolist() == finished
    assert run.refused == len(arrivals) - len(started)


any_arrivals = st.lists(st.floats(0, 2), min_size=1, max_size=60).map(sorted)
any_costs = st.builds(CostModel, st.floats(1e-4, 0.5), st.floats(0, 0.1), st.floats(0, 0.1))
any_policies = st.builds(
    BatchingPolicy, st.integers(1, 9), st.floats(0, 0.5), closes_while_busy=st.booleans()
)


@given(any_arrivals, any_costs, any_policies)
def test_batches_keep_the_order_and_the_policy_and_latency_is_queueing_plus_service(
    arrivals: list[float], cost: CostModel, policy: BatchingPolicy
) -> None:
    run = simulate(arrivals, cost, policy)
    assert run.arrivals_s.tolist() == arrivals
    assert run.batch_sizes.sum() == len(arrivals)
    assert (np.diff(run.batch_number) >= 0).all()
    assert (np.diff(run.finished_s) >= 0).all()
    assert (run.started_s >= run.arrivals_s).all()
    firsts = np.flatnonzero(np.diff(run.batch_number, prepend=-1))
    assert run.batch_sizes.min() >= 1 and run.batch_sizes.max() <= policy.max_batch_size
    assert (run.started_s[firsts[1:]] >= run.finished_s[firsts[:-1]]).all()
    assert 0 < run.utilization <= 1 + 1e-9
    np.testing.assert_allclose(run.latency_ms, run.queue_ms + run.service_ms, atol=1e-9)
    expected = [1000 * cost.service_s(size) for size in run.batch_sizes[run.batch_number]]
    np.testing.assert_allclose(run.service_ms, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_the_mean_wait_is_that_of_the_m_d_1_queue(load: float) -> None:
    service_s = COST.service_s(1)
    rate = load / service_s
    # Many short runs, without their start, have a mean with a standard error.
    waits = [
        simulate(poisson(rate, 6_000, seed=seed), COST, ONE_BY_ONE).queue_ms[1_000:].mean() / 1000
        for seed in range(30)
    ]
    expected_s = rate * service_s**2 / (2 * (1 - load))
    assert abs(np.mean(waits) - expected_s) < 4 * np.std(waits, ddof=1) / math.sqrt(len(waits))


@pytest.mark.parametrize("batch_size", [1, 8, 32])
def test_at_saturation_every_batch_is_full(batch_size: int) -> None:
    run = simulate(all_at_once(batch_size * 20), COST, BatchingPolicy(batch_size, 0.1))
    assert run.arrivals_s.tolist() == [0.0] * batch_size * 20
    assert set(run.batch_sizes.tolist()) == {batch_size}
    assert run.texts_per_s == pytest.approx(batch_size / (0.004 + 0.001 * batch_size))
    assert run.utilization == pytest.approx(1)


@pytest.mark.parametrize(("policy", "latency_ms"), [(ONE_BY_ONE, 5), (BatchingPolicy(8, 0.02), 25)])
def test_a_closed_loop_waits_for_each_answer(policy: BatchingPolicy, latency_ms: float) -> None:
    run = simulate_closed_loop(4, COST, policy)
    np.testing.assert_allclose(run.latency_ms, latency_ms)
    np.testing.assert_allclose(run.arrivals_s[1:], run.finished_s[:-1])


@given(st.integers(1, 9), any_costs, any_policies)
def test_a_closed_loop_equals_a_queue_with_the_same_arrivals(
    n: int, cost: CostModel, policy: BatchingPolicy
) -> None:
    closed = simulate_closed_loop(n, cost, policy)
    # Slightly later, so that no request arrives before the previous answer because of rounding.
    replayed = simulate(closed.arrivals_s + np.arange(n) * 1e-6, cost, policy)
    np.testing.assert_allclose(replayed.latency_ms, closed.latency_ms, atol=1e-4)


def test_a_poisson_run_is_a_simulation_of_poisson_arrivals() -> None:
    run = simulate_poisson(80, 4, 3, True, cost=COST, n=500, seed=7)
    policy = BatchingPolicy(4, 0.003, closes_while_busy=True)
    parts = simulate(poisson(80, 500, seed=7), COST, policy)
    assert run.finished_s.tolist() == parts.finished_s.tolist()
    expected = np.percentile(run.latency_ms, [50, 90, 99])
    assert [run.p50_ms, run.p90_ms, run.p99_ms] == expected.tolist()


def test_a_full_queue_refuses_and_a_run_says_how_often() -> None:
    run = simulate([0.0] * 5 + [0.1], CostModel(0.25, 0.25), BatchingPolicy(2, 0, max_queue=3))
    assert run.arrivals_s.tolist() == [0, 0, 0, 0.1]
    assert run.started_s.tolist() == [0, 0, 0.75, 0.75]
    assert repr(run).startswith("SimulatedRun(4 requests in 2 batches, 2 refused: p50 ")


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
def test_an_invalid_schedule_is_rejected(arrivals: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        simulate(arrivals, COST, ONE_BY_ONE)


@pytest.mark.parametrize(
    ("setting", "error", "words"),
    [
        ((0, 1), ValueError, "max_batch_size must be an integer ≥ 1, got 0"),
        ((8.0,), TypeError, "max_batch_size must be an integer .* got float"),
        ((1, -0.1), ValueError, "batch_wait_timeout_s must be .* got -0.1"),
        ((1, math.inf), ValueError, "batch_wait_timeout_s must be .* got inf"),
        ((8, 0, 7), ValueError, "max_queue must be an integer ≥ 8, got 7"),
        ((8, 0, 9, True), ValueError, "max_queue is not simulated with closes_while_busy"),
    ],
    ids=str,
)
def test_an_invalid_policy_is_rejected(
    setting: tuple[Any, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        BatchingPolicy(*setting)
