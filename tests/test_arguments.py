import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lessons_lib.arguments import checked_integer, checked_seconds


@pytest.mark.parametrize("value", [1, np.int64(1), np.uint8(1)])
def test_an_integer_of_any_kind_becomes_an_int(value: int) -> None:
    assert type(checked_integer("n", value)) is int


@pytest.mark.parametrize("value", [1.0, "9", True, np.True_, None, np.float64(2)])
def test_a_value_that_is_not_an_integer_is_refused(value: Any) -> None:
    with pytest.raises(TypeError) as raised:
        checked_integer("n", value)
    assert str(raised.value) == f"n must be an integer ≥ 1, got {type(value).__name__}."


@pytest.mark.parametrize(("value", "at_least"), [(0, 1), (-3, 1), (-1, 0), (7, 8)])
def test_an_integer_that_is_too_small_is_refused(value: int, at_least: int) -> None:
    with pytest.raises(ValueError) as raised:
        checked_integer("n", value, at_least=at_least)
    assert str(raised.value) == f"n must be an integer ≥ {at_least}, got {value}."
    assert checked_integer("n", at_least, at_least=at_least) == at_least


@pytest.mark.parametrize(("value", "got"), [(0, "0"), (65, "65"), (2.0, "float")])
def test_an_integer_outside_a_range_is_refused_with_both_ends(value: int, got: str) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        checked_integer("n", value, at_most=64)
    assert str(raised.value) == f"n must be an integer ≥ 1 and ≤ 64, got {got}."
    assert checked_integer("n", 64, at_most=64) == 64


@pytest.mark.parametrize("value", [0, 0.005, np.float32(0.25), np.int64(3), Fraction(1, 4)])
def test_seconds_of_any_kind_become_a_float(value: Any) -> None:
    seconds = checked_seconds("wait_s", value)
    assert (type(seconds), seconds) == (float, value)


@pytest.mark.parametrize("value", ["5ms", None, True, 1j])
def test_seconds_that_are_not_a_number_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=rf"^wait_s must be .* ≥ 0, got {type(value).__name__}\.$"):
        checked_seconds("wait_s", value)


@pytest.mark.parametrize("value", [-0.001, math.nan, math.inf])
def test_negative_or_infinite_seconds_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match=rf"seconds ≥ 0, got {value}\.$"):
        checked_seconds("wait_s", value)
