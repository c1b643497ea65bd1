import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import fit_cost, measure_cost
from tests.pipeline.timing.conftest import Stopwatch

SIZES = (1, 2, 4, 8, 16, 32)


def line(fixed_s: float, per_text_s: float, sizes: Sequence[int] = SIZES) -> list[float]:
    return [fixed_s + per_text_s * size for size in sizes]


def test_the_cost_of_a_batch_is_a_fixed_part_plus_a_part_per_text() -> None:
    cost = CostModel(0.002, 0.0005)
    assert (cost.service_s(4), cost.texts_per_s(4)) == pytest.approx((0.004, 1000))


@given(st.floats(0, 1).filter(lambda x: x == 0 or x > 1e-6), st.floats(1e-6, 1))
def test_a_straight_line_is_fitted_exactly(fixed_s: float, per_text_s: float) -> None:
    cost = fit_cost(SIZES, line(fixed_s, per_text_s))
    np.testing.assert_allclose([cost.service_s(b) for b in SIZES], line(fixed_s, per_text_s))


def test_one_interrupted_batch_in_five_does_not_change_the_fit() -> None:
    clean = line(0.001, 0.0001)
    sizes, seconds = SIZES * 5, clean * 4 + [10 * one for one in clean]
    assert fit_cost(sizes, seconds).fixed_s == pytest.approx(0.001)


def test_relative_errors_of_small_and_large_batches_count_the_same() -> None:
    # With an error of 10 % at one end, the line misses every size by less than that.
    seconds = np.array(line(0.001, 0.001))
    for index in (0, -1):
        bent = seconds.copy()
        bent[index] *= 1.1
        cost = fit_cost(SIZES, bent.tolist())
        fitted = np.array([cost.service_s(size) for size in SIZES])
        assert np.abs(fitted / seconds - 1).max() < 0.1


def test_no_part_is_ever_negative() -> None:
    assert fit_cost([1, 2, 4], [0.004, 0.003, 0.002]).per_text_s == 0
    assert fit_cost([1, 2, 4], [0.001, 0.004, 0.016]).fixed_s == 0


@pytest.mark.parametrize("seconds", [[0.004, 0.003, 0.002], [0.001, 0.004, 0.016]])
def test_where_one_part_is_0_the_other_fits_best(seconds: list[float]) -> None:
    def error(factor: float) -> float:
        fitted = [factor * cost.service_s(size) for size in (1, 2, 4)]
        return float(np.sum((np.array(fitted) / seconds - 1) ** 2))

    cost = fit_cost([1, 2, 4], seconds)
    assert error(1) < min(error(0.99), error(1.01))


def test_batches_that_took_no_time_are_rejected() -> None:
    with pytest.raises(ValueError, match=r"above 0 s, got 0\.0"):
        fit_cost([1, 2], [0.1, 0.0])


@pytest.mark.parametrize("parts", [(-1, 1), (1, math.nan), (math.inf, 1), (0, 0), (1, 1, -1)])
def test_an_invalid_cost_is_rejected(parts: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="got"):
        CostModel(*parts)


def test_the_first_round_is_not_counted_and_sizes_and_inputs_rotate() -> None:
    clock, batches = Stopwatch(), list[list[str]]()

    def call(batch: Sequence[str]) -> None:
        batches.append(list(batch))
        clock.now += 0.003 + 0.0002 * len(batch) if len(batches) > 2 else 9.0

    cost = measure_cost(call, ["a", "b"], batch_sizes=(1, 2), rounds=1, clock=clock)
    assert (cost.fixed_s, cost.per_text_s) == pytest.approx((0.003, 0.0002))
    assert batches == [["a"], ["b", "a"], ["b"], ["a", "b"]]


@pytest.mark.parametrize(
    ("inputs", "sizes", "rounds"),
    [([], (1, 2), 1), (["a"], (4, 4), 1), (["a"], (0, 1), 1), (["a"], (1, 2), 0)],
)
def test_an_invalid_measurement_is_rejected(
    inputs: list[str], sizes: list[int], rounds: int
) -> None:
    with pytest.raises(ValueError, match="got"):
        measure_cost(len, inputs, batch_sizes=sizes, rounds=rounds)
