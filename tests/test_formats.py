"""Numbers as text: digits, units and nouns, at every size."""

import math
from collections.abc import Callable

import pytest

from lessons_lib.formats import (
    bound,
    counted,
    dollars,
    duration,
    in_words,
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
def test_two_digits_are_kept_and_whole_numbers_from_ten_if_requested(
    figure: float, rounded: str, whole: str
) -> None:
    assert two_digits(figure) == rounded
    assert two_digits_or_whole(figure) == whole


@pytest.mark.parametrize(
    ("figure", "shown"), [(0.0, "0"), (0.74444, "0.744"), (8412.3, "8,410"), (3e-7, "3e-07")]
)
def test_a_figure_has_three_digits(figure: float, shown: str) -> None:
    assert three_digits(figure) == shown


@pytest.mark.parametrize(
    ("seconds", "measured", "limit"),
    [
        (0.0, "0 ms", "0 ms"),
        (0.000_042, "0.042 ms", "0.042 ms"),
        (0.0125, "12 ms", "12.5 ms"),
        (0.994, "990 ms", "994 ms"),
        (0.996, "1.0 s", "0.996 s"),
        (90.0, "90 s", "90 s"),
        (180.0, "3.0 min", "3 min"),
        (36_000.0, "10 h", "10 h"),
    ],
)
def test_a_time_has_a_unit_of_its_size_and_only_a_measured_one_has_two_digits(
    seconds: float, measured: str, limit: str
) -> None:
    assert (duration(seconds), bound(seconds)) == (measured, limit)


@pytest.mark.parametrize("seconds", [-1.0, math.nan])
@pytest.mark.parametrize("formatted", [duration, bound])
def test_an_invalid_time_is_refused(formatted: Callable[[float], str], seconds: float) -> None:
    with pytest.raises(ValueError, match=f"must be ≥ 0 seconds, got {seconds}"):
        formatted(seconds)


def test_a_noun_follows_its_number() -> None:
    assert [counted(number, "text") for number in (1, 10_000)] == ["1 text", "10,000 texts"]


def test_a_small_count_is_a_word() -> None:
    counts = [in_words(number, "question") for number in (0, 1, 3, 10, 11, 1_000)]
    assert counts[:3] == ["no questions", "one question", "three questions"]
    assert counts[3:] == ["ten questions", "11 questions", "1,000 questions"]


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "$0"), (0.00412, "$0.0041"), (0.25, "$0.25"), (7.5, "$7.50"), (1234, "$1,234")],
)
def test_dollars_have_cents_or_two_digits(amount: float, text: str) -> None:
    assert dollars(amount) == text
    assert dollars(-0.25) == "−$0.25"
