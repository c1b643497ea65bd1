from __future__ import annotations

import pytest

from tests.benchmarks.ratios import Ratio, quotients, spreads


def test_the_middle_is_the_median_of_the_runs_medians_not_of_all_rounds() -> None:
    runs = [[1.0, 2.0, 3.0], [9.0, 9.0, 9.0, 9.0, 9.0], [4.0, 5.0, 6.0]]
    assert Ratio.of_runs(runs).middle == 5.0


def test_low_and_high_are_over_all_rounds_of_all_runs() -> None:
    ratio = Ratio.of_runs([[3.0, 1.5], [2.0, 8.0]])
    assert (ratio.low, ratio.high) == (1.5, 8.0)


@pytest.mark.parametrize("runs", [[], [[]], [[1.0], []]])
def test_no_rounds_make_no_ratio(runs: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Ratio.of_runs(runs)


def test_a_quotient_takes_both_figures_from_the_same_round() -> None:
    assert quotients([8.0, 30.0], [2.0, 3.0]) == [4.0, 10.0]


def test_figures_of_unlike_many_rounds_have_no_quotients() -> None:
    with pytest.raises(ValueError, match="shorter"):
        quotients([1.0, 2.0], [1.0])


def test_a_spread_is_the_highest_by_the_lowest_of_one_round() -> None:
    assert spreads([[2.0, 1.0], [3.0, 5.0], [1.0, 2.0]]) == [3.0, 5.0]
