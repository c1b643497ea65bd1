"""Which mode meets a demand, on machines of several kinds; the figures are worked out by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.decisions import (
    MODES,
    UNUSUAL,
    Demand,
    ManyUsers,
    ModeCosts,
    Offline,
    OnePerson,
    offline_s,
    outcome,
)
from lessons_lib.timing.simulate import BatchingPolicy

USUAL = ModeCosts(
    batch=CostModel(fixed_s=0.001, per_text_s=0.00001),
    real_time=CostModel(fixed_s=0.0002, per_text_s=0.0),
    micro_batching=CostModel(fixed_s=0.0006, per_text_s=0.00002, handover_s=0.0001),
    batch_size=500,
    policy=BatchingPolicy(max_batch_size=8, batch_wait_timeout_s=0.005),
)
LINE = CostModel(fixed_s=0.0, per_text_s=0.001)
NOTHING_TO_SHARE = ModeCosts(LINE, LINE, LINE, batch_size=500)
DEAR_BATCHES = replace(USUAL, batch=CostModel(fixed_s=10.0, per_text_s=0.001))


def meets(demand: Demand, costs: ModeCosts = USUAL) -> set[str]:
    return {mode for mode in MODES if outcome(mode, demand=demand, costs=costs).meets}


def sentence(mode: str, demand: Demand, costs: ModeCosts = USUAL) -> str:
    return outcome(mode, demand=demand, costs=costs).sentence


def test_the_time_of_a_batch_job_is_that_of_its_full_batches_and_of_the_rest() -> None:
    full, rest = 0.001 + 500 * 0.00001, 0.001 + 200 * 0.00001
    assert offline_s("batch", 10_200, USUAL) == pytest.approx(20 * full + rest)
    assert offline_s("batch", 10_000, USUAL) == pytest.approx(20 * full)


def test_one_by_one_takes_the_time_of_one_as_often_as_there_are_texts() -> None:
    assert offline_s("real-time", 10_000, USUAL) == pytest.approx(10_000 * 0.0002)


def test_micro_batching_takes_full_batches_of_its_own_maximum() -> None:
    expected = 0.0001 + 1_250 * (0.0006 + 8 * 0.00002)
    assert offline_s("micro-batching", 10_000, USUAL) == pytest.approx(expected)


def test_the_least_time_is_met_by_the_fastest_alone() -> None:
    assert meets(Offline(10_000)) == {"batch"}
    assert sentence("batch", Offline(10_000)) == (
        "Batch takes 120 ms for 10,000 texts, the least of the three; next comes micro-batching "
        "(950 ms)."
    )
    assert sentence("real-time", Offline(10_000)) == (
        "Real-time takes 2.0 s for 10,000 texts, 16.7 times as long as batch (120 ms)."
    )


def test_where_a_batch_shares_no_cost_all_modes_take_the_least_time_and_it_is_said() -> None:
    assert meets(Offline(10_000), NOTHING_TO_SHARE) == set(MODES)
    assert sentence("batch", Offline(10_000), NOTHING_TO_SHARE) == (
        "Batch takes 10 s for 10,000 texts, about as long as real-time (10 s): no other is faster "
        "here."
    )


def test_where_batches_are_dear_batch_loses_and_it_is_said_that_this_is_unusual() -> None:
    assert "batch" not in meets(Offline(1_000), DEAR_BATCHES)
    told = sentence("batch", Offline(1_000), DEAR_BATCHES)
    assert told.startswith("Batch takes 21 s for 1,000 texts, ")
    assert told.endswith(UNUSUAL)


def test_a_time_allowed_may_be_met_by_several_modes() -> None:
    assert meets(Offline(10_000, within_s=1.0)) == {"batch", "micro-batching"}
    assert meets(Offline(10_000, within_s=60)) == set(MODES)
    assert meets(Offline(10_000, within_s=0.01)) == set()
    assert sentence("real-time", Offline(10_000, within_s=1.5)) == (
        "Real-time takes 2.0 s for 10,000 texts, more than the 1.5 s allowed."
    )


def test_one_person_is_answered_at_once_in_real_time() -> None:
    assert meets(OnePerson(p99_ms=1)) == {"real-time"}
    assert sentence("real-time", OnePerson(p99_ms=1)) == (
        "Real-time answers 99 in 100 within 0.20 ms; no more than 1 ms is allowed."
    )


def test_one_person_waits_for_company_in_micro_batching() -> None:
    assert meets(OnePerson(p99_ms=50)) == {"real-time", "micro-batching"}
    assert sentence("micro-batching", OnePerson(p99_ms=1)) == (
        "Micro-batching answers 99 in 100 within 5.7 ms, of which 5 ms go by in waiting for "
        "company that does not come; more than 1 ms is allowed."
    )


def test_without_a_timeout_nobody_is_said_to_wait() -> None:
    costs = replace(USUAL, policy=BatchingPolicy(8, 0.0))
    assert "company" not in sentence("micro-batching", OnePerson(p99_ms=1), costs)


def test_a_batch_job_never_starts_for_one_person_unless_its_batches_are_of_one() -> None:
    told = sentence("batch", OnePerson(p99_ms=1000))
    assert told.startswith("A batch of 500 would wait for 499 more texts")
    assert "batch" in meets(OnePerson(p99_ms=1000), replace(USUAL, batch_size=1))


def test_a_machine_too_slow_for_one_person_says_that_this_is_unusual() -> None:
    slow = replace(USUAL, real_time=CostModel(fixed_s=0.3, per_text_s=0.0))
    assert sentence("real-time", OnePerson(p99_ms=100), slow) == (
        "Real-time answers 99 in 100 within 300 ms; more than 100 ms is allowed. " + UNUSUAL
    )


def test_more_requests_than_can_be_answered_let_the_queue_grow() -> None:
    assert sentence("real-time", ManyUsers(rate_per_s=8_000, p99_ms=20)) == (
        "Real-time would answer 5,000 a second at most; 8,000 arrive, so the queue grows without "
        "end."
    )
    assert meets(ManyUsers(rate_per_s=8_000, p99_ms=20)) == {"micro-batching"}


def test_a_rate_that_one_by_one_bears_is_met_in_real_time_too() -> None:
    assert meets(ManyUsers(rate_per_s=500, p99_ms=20)) == {"real-time", "micro-batching"}


def test_a_batch_job_keeps_users_waiting_until_its_batch_is_full() -> None:
    told = sentence("batch", ManyUsers(rate_per_s=500, p99_ms=20))
    found = re.fullmatch(
        r"Of 500 a second, batch answers 99 in 100 within (1\.\d) s, half of them after (\d+) ms "
        r"or more in the queue; more than 20 ms is allowed\.",
        told,
    )
    assert found is not None, told
    filling_s = 500 / 500
    assert float(found[1]) == pytest.approx(filling_s, rel=0.2)
    assert float(found[2]) == pytest.approx(1000 * filling_s / 2, rel=0.1)


def test_a_batch_that_fills_fast_enough_is_fit_for_users() -> None:
    assert "batch" in meets(ManyUsers(rate_per_s=50_000, p99_ms=50))


def test_where_a_batch_shares_no_cost_it_helps_against_no_crowd() -> None:
    crowd = ManyUsers(rate_per_s=1_500, p99_ms=1_000)
    assert meets(crowd, NOTHING_TO_SHARE) == set()
    assert sentence("micro-batching", crowd, NOTHING_TO_SHARE) == (
        "Micro-batching would answer 1,000 a second at most; 1,500 arrive, so the queue grows "
        f"without end. {UNUSUAL}"
    )


def test_the_same_question_has_the_same_answer() -> None:
    demand = ManyUsers(rate_per_s=4_500, p99_ms=2)
    for mode in MODES:
        assert outcome(mode, demand=demand, costs=USUAL) == outcome(
            mode, demand=demand, costs=USUAL
        )


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="one of batch, real-time, micro-batching, got 'online'"):
        outcome("online", demand=OnePerson(1), costs=USUAL)


def test_what_is_no_demand_is_refused() -> None:
    with pytest.raises(TypeError, match="Offline, OnePerson or ManyUsers, got NoneType"):
        outcome("batch", demand=None, costs=USUAL)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf")])
def test_a_demand_has_figures_above_0(bad: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        OnePerson(p99_ms=bad)
    with pytest.raises(ValueError, match="above 0"):
        ManyUsers(rate_per_s=bad, p99_ms=1)
    with pytest.raises(ValueError, match="above 0"):
        ManyUsers(rate_per_s=1, p99_ms=bad)
    with pytest.raises(ValueError, match="above 0"):
        Offline(1, within_s=bad)


def test_an_archive_has_a_whole_number_of_texts() -> None:
    with pytest.raises(ValueError, match="integer ≥ 1, got 0"):
        Offline(0)
    for wrong in (1.5, True):
        with pytest.raises(TypeError, match=r"Offline\(texts=\.\.\.\) must be an integer"):
            Offline(wrong)  # type: ignore[arg-type]


def test_a_batch_job_of_no_texts_is_refused_when_it_is_set() -> None:
    with pytest.raises(ValueError, match=r"ModeCosts\(batch_size=\.\.\.\) must .* got 0"):
        replace(USUAL, batch_size=0)


@pytest.mark.parametrize(
    ("demand", "words"),
    [
        (Offline(10_000), "10,000 texts are all there. Label them in the least total time."),
        (Offline(20, within_s=60), "20 texts are all there. Label them in 60 s."),
        (OnePerson(p99_ms=50), "99 of 100 answers come within 50 ms."),
        (ManyUsers(rate_per_s=1234.5, p99_ms=100), "1,234 texts a second come"),
    ],
)
def test_a_demand_says_itself_in_words(demand: Demand, words: str) -> None:
    assert words in str(demand)
