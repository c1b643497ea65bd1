from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lessons_lib.timing.arrivals import all_at_once, poisson


def test_poisson_arrivals_come_at_the_rate_asked_for() -> None:
    n, rate = 40_000, 250.0
    arrivals = poisson(rate, n)
    # The last arrival is a sum of n gaps: its mean is n / rate, its standard error sqrt(n) / rate.
    assert abs(arrivals[-1] - n / rate) < 4 * math.sqrt(n) / rate


def test_the_gaps_between_them_spread_as_much_as_their_mean() -> None:
    gaps = np.diff(poisson(10.0, 40_000), prepend=0.0)
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.03)


def test_a_gap_says_nothing_of_the_next() -> None:
    gaps = np.diff(poisson(10.0, 40_000), prepend=0.0)
    assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 0.02


def test_one_seed_gives_one_pattern_and_another_seed_another() -> None:
    assert poisson(5, 9, seed=1).tolist() == poisson(5, 9, seed=1).tolist()
    assert poisson(5, 9, seed=1).tolist() != poisson(5, 9, seed=2).tolist()


def test_a_higher_rate_squeezes_the_same_pattern() -> None:
    np.testing.assert_allclose(poisson(20, 50), poisson(5, 50) / 4)


def test_all_at_once_is_at_second_zero() -> None:
    assert all_at_once(3).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=f"got {rate}"):
        poisson(rate, 5)


def test_no_arrivals_are_refused() -> None:
    with pytest.raises(ValueError, match=r"poisson\(n=\.\.\.\) must be an integer ≥ 1, got 0"):
        poisson(1, 0)
    with pytest.raises(ValueError, match=r"all_at_once\(n=\.\.\.\) must be an integer ≥ 1, got -2"):
        all_at_once(-2)


@pytest.mark.parametrize(("n", "kind"), [(1.5, "float"), (True, "bool"), ("9", "str")])
def test_a_number_of_arrivals_that_is_not_whole_is_refused(n: int, kind: str) -> None:
    with pytest.raises(TypeError, match=f"integer ≥ 1, got {kind}"):
        poisson(5, n)
    with pytest.raises(TypeError, match=f"integer ≥ 1, got {kind}"):
        all_at_once(n)


def test_a_number_of_arrivals_may_come_from_numpy() -> None:
    three: Any = np.int64(3)
    assert len(poisson(5, three)) == len(all_at_once(three)) == 3
