"""Figures rounded for show: columns add up, and equal figures look alike where they can."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, strategies as st

from lessons_lib.widgets.trace.layers import columns_that_add_up, figures_that_add_up, is_uneven

few = st.lists(st.integers(-50_000, 50_000).map(lambda one: one / 7000), min_size=1, max_size=6)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=21))
def test_rounded_figures_sum_to_the_rounded_total_and_none_moves_far(figures: list[float]) -> None:
    total = math.fsum(figures)
    rounded = figures_that_add_up(figures, total=total)
    assert sum(round(1000 * figure) for figure in rounded) == round(1000 * total)
    assert all(abs(r - f) <= 0.001 + 3e-5 for r, f in zip(rounded, figures, strict=True))


@given(few, st.lists(st.integers(0, 5), max_size=6))
def test_equal_figures_differ_only_where_no_even_rounding_adds_up(
    own: list[float], again: list[int]
) -> None:
    figures = own + [own[place % len(own)] for place in again]
    total = math.fsum(figures)
    (shown,) = columns_that_add_up([figures], [total])
    distinct = sorted(set(figures))
    ways = itertools.product((0, 1), repeat=len(distinct))
    sums = set()
    for way in ways:
        each = {f: math.floor(1000 * f) + up for f, up in zip(distinct, way, strict=True)}
        sums.add(sum(each[figure] for figure in figures))
    assert is_uneven(figures, shown) == (round(1000 * total) not in sums)


def test_of_all_even_roundings_the_nearest_is_taken() -> None:
    assert figures_that_add_up([0.1001, 0.2002, 0.3004], total=0.6007) == [0.1, 0.2, 0.301]


def test_a_figure_in_two_columns_is_shown_alike_in_both() -> None:
    shared = [0.1004, -0.2333, 0.5555]
    first, second = columns_that_add_up([[*shared, 0.7777], [*shared, -0.4321]], [1.2003, -0.0095])
    assert first[:3] == second[:3]
    assert (sum(first), sum(second)) == (1200, -10)


def test_figures_that_differ_by_less_than_the_model_can_tell_are_equal() -> None:
    assert figures_that_add_up([0.06849999, 0.0685, 0.0], total=0.137) == [0.068, 0.068, 0.001]
    assert is_uneven([0.06849999, 0.0685], [0.068, 0.069])


def test_figures_that_do_not_sum_to_their_total_are_refused() -> None:
    with pytest.raises(ValueError, match=r"sum to 0\.3000, the logit is 0\.4000"):
        figures_that_add_up([0.1, 0.2], total=0.4)
    with pytest.raises(ValueError, match="not finite"):
        figures_that_add_up([math.nan, 0.2], total=0.4)
