"""Overload against counts by hand, waits against the formula, and pages with many calls."""

import pytest

from lessons_lib.lesson.explorations.load import (
    COST,
    GIVE_UP,
    MAX_BATCH_SIZE,
    REFUSE,
    UTILIZATIONS,
    WAIT,
    all_fast,
    expected_wait,
    in_time,
    mean_waits,
    overload,
    overload_sentence,
    show_overload,
    show_tail,
    show_utilization,
    utilization_sentence,
)
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.simulate import simulate

SATURATION = COST.texts_per_s(MAX_BATCH_SIZE)


def test_when_everyone_waits_throughput_stays_and_nearly_all_answers_are_late() -> None:
    run = overload(1.5)
    assert run.refused == 0
    assert run.texts_per_s == pytest.approx(SATURATION, rel=0.01)
    # The wait grows by half a second per second, so it reaches 0.5 s after one of 20 seconds.
    assert in_time(run, 0.5) / len(run.latency_ms) == pytest.approx(1 / 20, abs=0.015)


@pytest.mark.parametrize("load", [1.25, 1.5, 3])
def test_a_short_queue_answers_as_much_as_the_server_can_and_refuses_the_rest(load: float) -> None:
    run = overload(load, max_queue=128)
    answers = len(run.latency_ms)
    assert in_time(run, 0.5) == answers
    assert run.texts_per_s == pytest.approx(SATURATION, rel=0.01)
    assert run.refused / (answers + run.refused) == pytest.approx(1 - 1 / load, abs=0.02)


def test_a_queue_that_is_longer_than_the_patience_is_no_better_than_none() -> None:
    assert 256 / SATURATION > 0.5  # seconds of work in a full queue
    assert in_time(overload(1.5, max_queue=256), 0.5) == in_time(overload(1.5), 0.5)


@pytest.mark.parametrize(
    ("answer", "load", "max_queue", "words"),
    [
        (WAIT, 0.8, None, "nothing to decide yet"),
        (WAIT, 1.5, None, "444 answers per second, but only 24 of them arrive within 500 ms"),
        (GIVE_UP, 1.5, None, "95 % of them in vain"),
        (REFUSE, 1.5, 1024, "behind 1,024 others waits about 2.3 s, so only 32 answers per second"),
        (REFUSE, 1.5, 128, "refuses 33 % at once and answers 440 requests per second in time"),
    ],
)
def test_the_sentence_says_what_happened(
    answer: str, load: float, max_queue: int | None, words: str
) -> None:
    run = overload(load, max_queue)
    assert words in overload_sentence(run, answer, 0.5, max_queue)


def test_waits_agree_with_the_formula_and_with_the_simulation_of_a_queue() -> None:
    waits = mean_waits(UTILIZATIONS)
    for share, wait in waits.items():
        tolerance = 0.03 if share <= 0.95 else 0.25  # near saturation, even a million vary
        assert wait == pytest.approx(expected_wait(share), rel=tolerance)
    one_by_one = BatchingPolicy(max_batch_size=1, batch_wait_timeout_s=0)
    run = simulate(poisson(0.9 / COST.service_s(1), 5_000), COST, one_by_one)
    expected = run.queue_ms[1:].mean() / 1000 / COST.service_s(1)
    assert mean_waits([0.9], n=5_000)[0.9] == pytest.approx(expected)


def test_the_last_ten_percent_double_the_wait_again_and_again() -> None:
    waits = {share: expected_wait(share) for share in UTILIZATIONS}
    assert waits[0.9] == pytest.approx(9 * waits[0.5])
    assert "9.0 times as long as at 50 %" in utilization_sentence(0.9, "at random", waits)
    assert "21 % of its service time" in utilization_sentence(0.3, "at random", waits)
    assert "Nobody waits" in utilization_sentence(0.99, "evenly spaced", waits)


def test_the_explorations_start_with_what_their_notebooks_say() -> None:
    overloaded, waits, tail = (
        one.page for one in (show_overload(), show_utilization(), show_tail())
    )
    assert overloaded["parts"][1]["rows"][1] == ["refused at once", "0", "0 %"]
    *places, dot = waits["parts"][1]["points"]
    assert [place for _, place in places] == sorted(place for _, place in places)
    assert dot in places
    assert [all_fast(calls, 99) for calls in (1, 100)] == pytest.approx([0.99, 0.366], abs=0.001)
    assert tail["parts"][0]["text"] == "With 1 call, 99 % of the page views stay within the p99."
