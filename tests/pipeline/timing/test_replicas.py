"""Routing and autoscaling: against formulas, against hand-made schedules, and their order."""

import math

import numpy as np
import pytest

from lessons_lib.pipeline.timing.replicas import (
    AT_RANDOM,
    EQUAL,
    IN_TURN,
    MIXED,
    ONE_QUEUE,
    REPLICAS,
    ROUTES,
    SHORTEST,
    SOME_LONG,
    TEXTS,
    TWO_CHOICES,
    premiere,
    route,
    service_times,
    tail_by_way,
)


@pytest.mark.parametrize("load", [0.5, 0.7, 0.85, 0.95])
def test_at_random_each_replica_is_a_queue_with_the_known_p99(load: float) -> None:
    expected = math.log(100) / (1 - load)  # of M/M/1, in service times
    assert tail_by_way(load, MIXED)[AT_RANDOM] == pytest.approx(expected, rel=0.16)


@pytest.mark.parametrize("texts", TEXTS)
def test_the_more_a_router_knows_the_shorter_is_the_tail(texts: str) -> None:
    tails = tail_by_way(0.85, texts)
    knows = [tails[way] for way in (AT_RANDOM, TWO_CHOICES, SHORTEST, ONE_QUEUE)]
    assert knows == sorted(knows, reverse=True)
    assert tails[AT_RANDOM] > 2.5 * tails[TWO_CHOICES]


def test_in_turn_is_as_good_as_one_queue_only_while_all_texts_are_equal() -> None:
    ratios = [tail_by_way(0.85, one)[IN_TURN] / tail_by_way(0.85, one)[ONE_QUEUE] for one in TEXTS]
    assert ratios[0] == pytest.approx(1)
    assert min(ratios[1:]) > 2


@pytest.mark.parametrize("texts", TEXTS)
def test_texts_take_one_service_time_on_average(texts: str) -> None:
    times = service_times(texts, 100_000)
    assert times.mean() == pytest.approx(1, rel=0.02)
    assert (times == times[0]).all() == (texts == EQUAL)
    if texts == SOME_LONG:
        assert times.max() == pytest.approx(10 * times.min())


@pytest.mark.parametrize("way", sorted(set(ROUTES) - {AT_RANDOM, TWO_CHOICES}))
def test_nine_requests_at_once_fill_eight_replicas_and_one_waits(way: str) -> None:
    latencies = route(way, [0.0] * (REPLICAS + 1), [1.0] * (REPLICAS + 1))
    assert latencies == [1.0] * REPLICAS + [2.0]


def test_of_two_replicas_one_is_idle_if_there_is_one_other_request() -> None:
    pairs = [2.0 * (number // 2) for number in range(1000)]
    assert route(TWO_CHOICES, pairs, [1.0] * 1000) == [1.0] * 1000


@pytest.mark.parametrize("way", ROUTES)
def test_a_request_that_meets_nobody_takes_its_service_time(way: str) -> None:
    assert route(way, [0.0, 2.0, 4.0], [1.0, 1.5, 0.5]) == [1.0, 1.5, 0.5]


def test_a_premiere_is_lost_between_a_look_and_a_ready_replica() -> None:
    shares = [premiere(start_s).in_time for start_s in (45, 10, 2, 0)]
    assert shares == pytest.approx([0.57, 0.82, 0.88, 0.89], abs=0.01)
    assert premiere(0, look_s=5).in_time > shares[-1]
    # For 60 s, the queue grows by 300 per second; then new replicas double the speed and more.
    assert premiere(45).longest_s == pytest.approx(60 * 300 / 400, rel=0.05)


def test_kept_replicas_cost_what_they_save_others() -> None:
    nights = [premiere(45, kept=kept) for kept in (1, 2, 5, 6)]
    assert [night.paid for night in nights] == [3.5, 4.0, 5.5, 6.0]
    assert nights[-1].in_time == nights[-2].in_time == 1
    assert np.all(np.diff([night.longest_s for night in nights]) <= 0)
