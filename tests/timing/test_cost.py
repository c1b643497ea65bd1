from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lessons_lib.timing.cost import CostModel, fit_cost, measure_cost

SIZES = (1, 2, 4, 8, 16, 32)


def line(fixed_s: float, per_text_s: float, sizes: Sequence[int] = SIZES) -> list[float]:
    return [fixed_s + per_text_s * size for size in sizes]


def test_a_batch_costs_the_fixed_part_and_each_text() -> None:
    assert CostModel(0.002, 0.0005).service_s(4) == pytest.approx(0.004)


def test_saturation_is_a_full_batch_over_its_time() -> None:
    assert CostModel(0.002, 0.0005).texts_per_s(4) == pytest.approx(1000)


@given(
    st.floats(0, 1).filter(lambda x: x == 0 or x > 1e-6),
    st.floats(1e-6, 1),
)
def test_a_straight_line_is_found_again(fixed_s: float, per_text_s: float) -> None:
    cost = fit_cost(SIZES, line(fixed_s, per_text_s))
    np.testing.assert_allclose([cost.service_s(b) for b in SIZES], line(fixed_s, per_text_s))


def test_one_interrupted_batch_of_five_changes_nothing() -> None:
    clean = line(0.001, 0.0001)
    sizes, seconds = SIZES * 5, clean * 4 + [10 * one for one in clean]
    assert fit_cost(sizes, seconds).fixed_s == pytest.approx(0.001)


def test_small_batches_weigh_as_much_as_large_ones() -> None:
    # Ten per cent off at one end or the other: the line misses both by less than that.
    seconds = np.array(line(0.001, 0.001))
    for place in (0, -1):
        bent = seconds.copy()
        bent[place] *= 1.1
        cost = fit_cost(SIZES, bent.tolist())
        fitted = np.array([cost.service_s(size) for size in SIZES])
        assert np.abs(fitted / seconds - 1).max() < 0.1


def test_no_part_is_ever_negative() -> None:
    assert fit_cost([1, 2, 4], [0.004, 0.003, 0.002]).per_text_s == 0
    assert fit_cost([1, 2, 4], [0.001, 0.004, 0.016]).fixed_s == 0


@pytest.mark.parametrize(
    ("sizes", "seconds", "words"),
    [
        ([], [], "at least two"),
        ([4, 4], [0.1, 0.1], "at least two"),
        ([0, 1], [0.1, 0.1], "≥ 1"),
        ([1, 2], [0.1], "2 sizes and 1 times"),
        ([1, 2], [0.1, 0.0], "above 0 s, got 0.0"),
        ([1, 2], [0.1, math.nan], "got nan"),
        ([1, 2], [0.1, -1.0], "got -1.0"),
    ],
)
def test_what_is_no_measurement_is_refused(
    sizes: list[int], seconds: list[float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        fit_cost(sizes, seconds)


@pytest.mark.parametrize("parts", [(-1, 1), (1, math.nan), (math.inf, 1), (0, 0), (1, 1, -1)])
def test_a_cost_that_is_none_is_refused(parts: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="got"):
        CostModel(*parts)


class _Work:
    """Its clock moves only when it works: as long as the batch is large."""

    def __init__(self, service_s: Callable[[int], float]) -> None:
        self.now_s, self.batches = 0.0, list[list[str]]()
        self._service_s = service_s

    def clock(self) -> float:
        return self.now_s

    def call(self, batch: Sequence[str]) -> None:
        self.batches.append(list(batch))
        self.now_s += self._service_s(len(batch))


def test_measured_batches_give_the_cost_behind_them() -> None:
    work = _Work(CostModel(0.003, 0.0002).service_s)
    cost = measure_cost(work.call, ["a", "b", "c"], clock=work.clock)
    assert (cost.fixed_s, cost.per_text_s) == pytest.approx((0.003, 0.0002))


def test_the_first_round_is_not_counted() -> None:
    cold = [True] * 2
    work = _Work(lambda size: 9.0 if cold and cold.pop() else 0.001 * size)
    cost = measure_cost(work.call, ["a"], batch_sizes=(1, 2), rounds=1, clock=work.clock)
    assert cost.per_text_s == pytest.approx(0.001)


def test_sizes_take_turns_and_inputs_go_round() -> None:
    work = _Work(lambda size: 1.0)
    measure_cost(work.call, ["a", "b"], batch_sizes=(1, 2), rounds=1, clock=work.clock)
    assert work.batches == [["a"], ["b", "a"], ["b"], ["a", "b"]]


@pytest.mark.parametrize(
    ("inputs", "sizes", "rounds"), [([], (1, 2), 1), (["a"], (1,), 1), (["a"], (1, 2), 0)]
)
def test_nothing_to_measure_is_refused(inputs: list[str], sizes: list[int], rounds: int) -> None:
    with pytest.raises(ValueError, match="got"):
        measure_cost(len, inputs, batch_sizes=sizes, rounds=rounds)
