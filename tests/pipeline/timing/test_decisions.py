"""Which mode meets a demand on different machines; the expected figures are computed by hand."""

import re
from dataclasses import replace

import pytest

from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.decisions import (
    MODES,
    NO_PILE,
    UNUSUAL,
    Demand,
    ManyUsers,
    ModeCosts,
    Offline,
    OnePerson,
    Outcome,
    offline_s,
    outcome,
)
from lessons_lib.pipeline.timing.simulate import simulate_poisson

USUAL = ModeCosts(
    batch=CostModel(fixed_s=0.001, per_text_s=0.00001),
    real_time=CostModel(fixed_s=0.0002, per_text_s=0.0),
    micro_batching=CostModel(fixed_s=0.0006, per_text_s=0.00002, handover_s=0.0001),
    batch_size=500,
    policy=BatchingPolicy(max_batch_size=8, batch_wait_timeout_s=0.005),
)
LINE = CostModel(fixed_s=0.0, per_text_s=0.001)
NOTHING_TO_SHARE = ModeCosts(LINE, LINE, LINE, batch_size=500)
EXPENSIVE_BATCHES = replace(USUAL, batch=CostModel(fixed_s=10.0, per_text_s=0.001))
SLOW = replace(USUAL, real_time=CostModel(fixed_s=0.3, per_text_s=0.0))
WITHOUT_TIMEOUT = replace(USUAL, policy=BatchingPolicy(8, 0.0))
ARCHIVE = Offline(10_000)


@pytest.mark.parametrize(
    ("mode", "texts", "seconds"),
    [
        ("batch", 10_200, 20 * (0.001 + 500 * 0.00001) + 0.001 + 200 * 0.00001),
        ("batch", 10_000, 20 * (0.001 + 500 * 0.00001)),
        ("real-time", 10_000, 10_000 * 0.0002),
        ("micro-batching", 10_000, 0.0001 + 1_250 * (0.0006 + 8 * 0.00002)),
    ],
)
def test_an_offline_job_runs_full_batches_and_a_rest(mode: str, texts: int, seconds: float) -> None:
    assert offline_s(mode, texts, USUAL) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("demand", "costs", "modes"),
    [
        (ARCHIVE, USUAL, {"batch"}),
        (ARCHIVE, NOTHING_TO_SHARE, set(MODES)),
        (Offline(10_000, within_s=1.0), USUAL, {"batch", "micro-batching"}),
        (Offline(10_000, within_s=60), USUAL, set(MODES)),
        (Offline(10_000, within_s=0.01), USUAL, set()),
        (OnePerson(p99_ms=1), USUAL, {"real-time"}),
        (OnePerson(p99_ms=50), USUAL, {"real-time", "micro-batching"}),
        (OnePerson(p99_ms=1000), replace(USUAL, batch_size=1), {"real-time", "micro-batching"}),
        (ManyUsers(rate_per_s=8_000, p99_ms=20), USUAL, {"micro-batching"}),
        (ManyUsers(rate_per_s=500, p99_ms=20), USUAL, {"real-time", "micro-batching"}),
        (ManyUsers(rate_per_s=50_000, p99_ms=50), USUAL, set()),
        (ManyUsers(rate_per_s=1_500, p99_ms=1_000), NOTHING_TO_SHARE, set()),
        (Offline(1_000), EXPENSIVE_BATCHES, {"micro-batching"}),
    ],
)
def test_only_some_modes_meet_a_demand(demand: Demand, costs: ModeCosts, modes: set[str]) -> None:
    assert {mode for mode in MODES if outcome(mode, demand=demand, costs=costs).meets} == modes


@pytest.mark.parametrize(
    ("mode", "demand", "costs", "expected"),
    [
        ("batch", ARCHIVE, USUAL, "120 ms .* the fastest .* micro-batching .950 ms"),
        ("real-time", ARCHIVE, USUAL, r"2\.0 s .* 16\.7 times as long as batch .120 ms"),
        ("batch", ARCHIVE, NOTHING_TO_SHARE, "10 s .* as real-time .10 s.* No mode is clearly"),
        ("batch", Offline(1_000), EXPENSIVE_BATCHES, f"21 s .* {UNUSUAL}"),
        ("real-time", Offline(10_000, within_s=1.5), USUAL, r"2\.0 s .* exceeds .* 1\.5 s"),
        ("real-time", OnePerson(p99_ms=1), USUAL, r"0\.20 ms, which meets the limit of 1 ms"),
        ("micro-batching", OnePerson(p99_ms=1), USUAL, r"5\.7 ms, .* exceeds .* 5 ms is the batch"),
        ("real-time", OnePerson(p99_ms=100), SLOW, f"300 ms, which exceeds .* {UNUSUAL}"),
        ("real-time", ManyUsers(4_900, 1), USUAL, r"99 % .* exceeds .* wait [1-9][\d.]+ ms"),
        ("micro-batching", OnePerson(p99_ms=1), WITHOUT_TIMEOUT, r"(?s)\A((?!timeout).)*\Z"),
        ("real-time", ManyUsers(8_000, 20), USUAL, "at most 5,000 .* 8,000 .* without bound"),
        ("real-time", ManyUsers(5_000, 20), USUAL, "at most 5,000 .* 5,000 .* without bound"),
        ("micro-batching", ManyUsers(1_500, 9), NOTHING_TO_SHARE, f"1,000 .* 1,500 .* {UNUSUAL}"),
    ],
)
def test_the_outcome_is_explained_with_its_figures(
    mode: str, demand: Demand, costs: ModeCosts, expected: str
) -> None:
    assert re.search(expected, outcome(mode, demand=demand, costs=costs).sentence)


def test_a_limit_between_the_median_and_the_p99_is_exceeded() -> None:
    run = simulate_poisson(4_500, 1, 0, cost=USUAL.real_time)
    assert run.p50_ms < 2 < run.p99_ms
    assert not outcome("real-time", demand=ManyUsers(4_500, p99_ms=2), costs=USUAL).meets


@pytest.mark.parametrize("demand", [OnePerson(p99_ms=1000), ManyUsers(rate_per_s=500, p99_ms=20)])
def test_a_batch_job_needs_a_pile_of_texts(demand: Demand) -> None:
    assert outcome("batch", demand=demand, costs=USUAL) == Outcome(False, NO_PILE)


def test_an_unknown_mode_or_demand_is_rejected() -> None:
    with pytest.raises(ValueError, match="one of batch, real-time, micro-batching, got 'online'"):
        outcome("online", demand=OnePerson(1), costs=USUAL)
    with pytest.raises(TypeError, match="Offline, OnePerson or ManyUsers, got NoneType"):
        outcome("batch", demand=None, costs=USUAL)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf")])
def test_rates_and_bounds_of_a_demand_must_be_above_0(bad: float) -> None:
    for demand in (
        lambda: OnePerson(p99_ms=bad),
        lambda: ManyUsers(rate_per_s=bad, p99_ms=1),
        lambda: ManyUsers(rate_per_s=1, p99_ms=bad),
        lambda: Offline(1, within_s=bad),
    ):
        with pytest.raises(ValueError, match="above 0"):
            demand()


def test_counts_of_texts_must_be_positive_integers() -> None:
    with pytest.raises(ValueError, match=r"Offline\(texts=\.\.\.\) must be an integer ≥ 1, got 0"):
        Offline(0)
    with pytest.raises(ValueError, match=r"ModeCosts\(batch_size=\.\.\.\) must .* got 0"):
        replace(USUAL, batch_size=0)
