from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lessons_lib.timing.cost import CostModel, fit_cost, measure_cost

SIZES = (1, 2, 4, 8, 16, 32)


def line(fixed_s: float, per_text_s: float, sizes: Sequence[int] = SIZES) -> list[float]:
    return [fixed_s + per_text_s * size for size in sizes]


def test_a_batch_costs_the_fixed_part_and_each_text() -> None:
    cost = CostModel(0.002, 0.0005)
    assert (cost.service_s(4), cost.texts_per_s(4)) == pytest.approx((0.004, 1000))


@given(st.floats(0, 1).filter(lambda x: x == 0 or x > 1e-6), st.floats(1e-6, 1))
def test_a_straight_line_is_fitted_exactly(fixed_s: float, per_text_s: float) -> None:
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
def test_bad_measurements_are_refused(sizes: list[int], seconds: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit_cost(sizes, seconds)


@pytest.mark.parametrize("parts", [(-1, 1), (1, math.nan), (math.inf, 1), (0, 0), (1, 1, -1)])
def test_an_invalid_cost_is_refused(parts: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="got"):
        CostModel(*parts)


class Work:
    """A clock that advances only while it works, by the time that the batch takes."""

    def __init__(self, service_s: Callable[[int], float]) -> None:
        self.now_s, self.batches = 0.0, list[list[str]]()
        self._service_s = service_s

    def measure(self, inputs: Sequence[str], **options: Any) -> CostModel:
        def call(batch: Sequence[str]) -> None:
            self.batches.append(list(batch))
            self.now_s += self._service_s(len(batch))

        return measure_cost(call, inputs, clock=lambda: self.now_s, **options)


def test_measured_batches_give_the_cost_behind_them() -> None:
    cost = Work(CostModel(0.003, 0.0002).service_s).measure(["a", "b", "c"])
    assert (cost.fixed_s, cost.per_text_s) == pytest.approx((0.003, 0.0002))


def test_the_first_round_is_not_counted_and_sizes_and_inputs_rotate() -> None:
    cold = [True] * 2
    work = Work(lambda size: 9.0 if cold and cold.pop() else 0.001 * size)
    cost = work.measure(["a", "b"], batch_sizes=(1, 2), rounds=1)
    assert cost.per_text_s == pytest.approx(0.001)
    assert work.batches == [["a"], ["b", "a"], ["b"], ["a", "b"]]


@pytest.mark.parametrize(
    ("inputs", "sizes", "rounds"), [([], (1, 2), 1), (["a"], (1,), 1), (["a"], (1, 2), 0)]
)
def test_nothing_to_measure_is_refused(inputs: list[str], sizes: list[int], rounds: int) -> None:
    with pytest.raises(ValueError, match="got"):
        measure_cost(len, inputs, batch_sizes=sizes, rounds=rounds)
