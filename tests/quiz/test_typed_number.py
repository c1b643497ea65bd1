from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from lessons_lib.quiz.grading import ResponseError, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2), ("2.0", 2), (" 2 s ", 2), ("2s", 2), ("2 S", 2), ("+2", 2), ("-3.5", -3.5),
        ("−3", -3), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("1E-3 s", 0.001), ("1e−3", 0.001),
        ("10,000", 10_000), ("1,234,567.8 s", 1_234_567.8), ("007", 7),
    ],
)  # fmt: skip
def test_a_number_is_read_with_or_without_its_unit(text: str, value: float) -> None:
    assert parse_number(text, "s") == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the field is empty"),
        ("   ", "the field is empty"),
        ("two", "'two' is none"),
        ("nan", "'nan' is none"),
        ("inf", "'inf' is none"),
        ("e5", "'e5' is none"),
        (".", "'.' is none"),
        ("-", "'-' is none"),
        ("٣", "is none"),
        ("1e999", "not that large"),
        ("2,5", "Write decimals with a point"),
        ("0,125", "Write decimals with a point"),
        ("2,5 s", "Write decimals with a point"),
        ("2 ms", "Give the number in s"),
        ("2 s s", "Give the number in s"),
        ("1_000", "Give the number in s"),
        ("0x10", "Give the number in s"),
        ("1/2", "Give the number in s"),
        ("9" * 100, "is none"),
    ],
)
def test_anything_else_is_refused_with_what_to_type(text: str, words: str) -> None:
    with pytest.raises(ResponseError) as caught:
        parse_number(text, "s")
    assert words in str(caught.value)
    assert "for example 2.5 s" in str(caught.value)


def test_a_number_without_a_unit_takes_none() -> None:
    with pytest.raises(ResponseError, match="without a unit"):
        parse_number("2 s")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30))
def test_what_python_writes_is_read_back(value: float) -> None:
    assert parse_number(repr(value)) == value
    assert math.isclose(parse_number(f"{value:,.6f} s", "s"), value, abs_tol=1e-6)


@given(st.text(max_size=80), st.sampled_from(["", "s", "passes"]))
def test_any_text_is_a_finite_number_or_refused(text: str, unit: str) -> None:
    try:
        assert math.isfinite(parse_number(text, unit))
    except ResponseError as error:
        assert str(error).endswith(".")
