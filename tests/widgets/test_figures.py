"""Figures in words: as many digits as one says, at every size."""

from __future__ import annotations

import pytest

from lessons_lib.widgets.figures import (
    duration,
    rounded_to_two_digits,
    three_digits,
    two_digits,
    two_digits_or_whole,
)


@pytest.mark.parametrize(
    ("figure", "rounded", "whole"),
    [
        (0, "0", "0"),
        (0.0000123, "1.2e-05", "0.000012"),
        (0.0941, "0.094", "0.094"),
        (2, "2.0", "2.0"),
        (9.96, "10", "10"),
        (123.4, "120", "123"),
        (1234, "1,200", "1,234"),
    ],
)
def test_two_digits_are_rounded_to_or_whole_from_ten_on(
    figure: float, rounded: str, whole: str
) -> None:
    assert two_digits(figure) == rounded
    assert two_digits_or_whole(figure) == whole


@pytest.mark.parametrize(("figure", "rounded"), [(123.4, 120.0), (0.0257, 0.026), (0, 0.0)])
def test_a_setting_is_rounded_to_two_digits(figure: float, rounded: float) -> None:
    assert rounded_to_two_digits(figure) == rounded


@pytest.mark.parametrize(
    ("figure", "shown"), [(0.0, "0"), (0.74444, "0.744"), (8412.3, "8,410"), (3e-7, "3e-07")]
)
def test_a_figure_has_three_digits(figure: float, shown: str) -> None:
    assert three_digits(figure) == shown


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0 ms"),
        (0.0123, "0.012 ms"),
        (0.24, "0.24 ms"),
        (2, "2.0 ms"),
        (9.96, "10 ms"),
        (123, "120 ms"),
        (994, "990 ms"),
        (996, "1.0 s"),
        (123_456, "120 s"),
    ],
)
def test_a_duration_is_told_in_two_digits(ms: float, words: str) -> None:
    assert duration(ms) == words
