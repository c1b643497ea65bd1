"""Who writes next: order, seats and steps in both ways, in many random schedules."""

import random

import numpy as np
import pytest

from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.writing.seats import (
    Seats,
    SimulatedEngine,
    WritingCost,
    run_requests,
    simulate_writing,
)

COST = WritingCost(CostModel(fixed_s=2.0, per_text_s=0.25), read_s=3.0)


@pytest.mark.parametrize("is_static", [True, False])
def test_in_any_schedule_all_texts_end_and_first_tokens_come_in_order(is_static: bool) -> None:
    for seed in range(500):
        rng = random.Random(seed)
        n, seats = rng.randint(1, 30), rng.randint(1, 8)
        lengths = [rng.choice([1, 1, 2, 5, 30]) for _ in range(n)]
        arrivals = np.cumsum([rng.choice([0.0, 0.0, 1.0, 40.0]) for _ in range(n)])
        run = simulate_writing(lengths, arrivals, COST, seats=seats, is_static=is_static)
        assert run.tokens.tolist() == lengths
        assert (np.diff(run.first_s + arrivals) > 0).all()
        assert (run.first_s <= run.done_s).all()
        assert all(len(row) <= seats for row in run.rows)


def test_no_step_runs_while_somebody_waits_and_a_seat_is_free() -> None:
    for seed in range(200):
        rng = random.Random(seed)
        engine = SimulatedEngine([rng.choice([1, 1, 2, 9]) for _ in range(40)], COST, 3)
        numbers = iter(range(40))
        for number in numbers:
            engine.add(number)
            if rng.random() < 0.5:
                continue
            before, waiting = dict(engine.seats.taken), len(engine.seats.waiting)
            engine.run_pass()
            has_read = len(engine.seats.waiting) < waiting
            assert has_read or len(before) == 3 or not waiting


def test_a_static_group_waits_for_its_longest_text() -> None:
    run = simulate_writing([2, 9, 3], np.zeros(3), COST, seats=2, is_static=True)
    assert run.rows == [{0: 0, 1: 1}] + 7 * [{1: 1}] + 2 * [{0: 2}]
    assert run.share_of_seats == pytest.approx((2 + 7 + 2) / 20)


def test_in_a_continuous_batch_the_next_text_takes_a_seat_at_once() -> None:
    run = simulate_writing([2, 9, 3], np.zeros(3), COST, seats=2)
    assert run.rows == [{0: 0, 1: 1}] + 2 * [{0: 2, 1: 1}] + 5 * [{1: 1}]


def test_times_add_up_to_the_passes_before_them() -> None:
    run = simulate_writing([2, 9, 3], np.zeros(3), COST, seats=2)
    assert run.first_s.tolist() == [3.0, 6.0, 6.0 + 2.5 + 3.0]
    assert run.done_s[0] == 6.0 + 2.5
    assert run.busy_s == pytest.approx(3 * 3.0 + 3 * 2.5 + 5 * 2.25)
    assert run.texts_per_s == pytest.approx(3 / run.busy_s)
    assert run.per_token_s[0] == pytest.approx(5.5)


@pytest.mark.parametrize("seats", [1, 4, 7])
def test_equally_long_texts_need_the_same_steps_in_both_ways(seats: int) -> None:
    steps = {
        len(simulate_writing([12] * 30, np.zeros(30), COST, seats=seats, is_static=one).rows)
        for one in (True, False)
    }
    assert len(steps) == 1


def test_a_late_text_waits_for_no_one_if_the_engine_is_idle() -> None:
    run = simulate_writing([1, 1], [0.0, 100.0], COST)
    assert run.first_s.tolist() == [3.0, 3.0]
    assert run.busy_s == 103.0


def test_who_leaves_frees_the_seat_or_the_place_in_the_queue() -> None:
    seats: Seats[str] = Seats(1, is_static=True)
    seats.waiting.extend(["a", "b", "c"])
    assert seats.next_pass() == ([0], True)
    assert seats.next_pass() == ([0], False)
    seats.leave("b")
    seats.leave("a")
    assert seats.next_pass() == ([0], True)
    assert seats.taken == {0: "c"}


@pytest.mark.parametrize(
    ("lengths", "arrivals", "says"),
    [
        ([1, 1], [0.0, float("nan")], "got nan at index 1"),
        ([1, 1], [0.0], "2 texts and 1 arrivals"),
        ([0], [0.0], "each length must be an integer"),
    ],
)
def test_an_impossible_request_is_refused(
    lengths: list[int], arrivals: list[float], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        simulate_writing(lengths, arrivals, COST)


@pytest.mark.parametrize(("seats", "error"), [(0, ValueError), (65, ValueError), ("4", TypeError)])
def test_seats_are_an_integer_from_1_to_64(seats: int, error: type[Exception]) -> None:
    with pytest.raises(error, match="seats must be"):
        Seats(seats)


def test_an_engine_that_is_slower_than_its_clock_shows_in_the_run() -> None:
    engine = SimulatedEngine([3], COST, 1)
    ticks = iter(range(100))
    run = run_requests(engine, [0], [0.0], clock=lambda: next(ticks))
    assert run.busy_s == 3.0
