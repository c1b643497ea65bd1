from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from lessons_lib.timing.words import bound, counted, duration, three_digits


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 ms"),
        (0.000_042, "0.042 ms"),
        (0.0094, "9.4 ms"),
        (0.744, "740 ms"),
        (0.994, "990 ms"),
        (0.996, "1.0 s"),
        (0.9999, "1.0 s"),
        (60.0, "60 s"),
        (180.0, "3.0 min"),
        (36_000.0, "10 h"),
    ],
)
def test_a_measured_time_has_two_digits_and_a_unit_of_its_size(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0125, "12.5 ms"), (60, "60 s"), (90, "90 s"), (3600, "60 min")]
)
def test_a_time_that_someone_set_stays_as_it_was_set(seconds: float, words: str) -> None:
    assert bound(seconds) == words


@pytest.mark.parametrize("seconds", [-1.0, math.nan])
@pytest.mark.parametrize("say", [duration, bound])
def test_what_is_no_time_is_refused(say: Callable[[float], str], seconds: float) -> None:
    with pytest.raises(ValueError, match=f"0 seconds or more, got {seconds}"):
        say(seconds)


@pytest.mark.parametrize(
    ("figure", "words"), [(0, "0"), (0.12345, "0.123"), (45, "45.0"), (10_526.3, "10,500")]
)
def test_a_measured_figure_has_three_digits(figure: float, words: str) -> None:
    assert three_digits(figure) == words


def test_a_noun_follows_its_number() -> None:
    assert [counted(number, "text") for number in (1, 10_000)] == ["1 text", "10,000 texts"]
