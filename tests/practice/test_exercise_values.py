"""Values as a child writes them down: how they are compared, and how a learner sees them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
import pytest

from lessons_lib.inference.prediction import Prediction
from lessons_lib.practice.exercises.plain import MOST_ITEMS, Plain, TooMuch
from lessons_lib.practice.exercises.values import kind_of, same, shown, shown_case
from lessons_lib.text.label import Label


class Colour(StrEnum):
    RED = "red"


class Liar(list[int]):
    def __iter__(self) -> Any:
        raise AssertionError("a learner's own method was called")

    __len__ = __repr__ = __iter__


def written(value: object) -> Any:
    return Plain().of(value)


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (3, 3.0),
        (0.1 + 0.2, 0.3),
        ([1, 2], (1, 2)),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        (np.int64(4), 4),
        (np.float64(0.5), 0.5),
        (Colour.RED, "red"),
        ({"a": [1]}, {"a": [1]}),
        (None, None),
        (float("inf"), float("inf")),
    ],
)
def test_values_that_agree(got: object, wanted: object) -> None:
    assert same(written(got), written(wanted))


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (True, 1),
        (0, False),
        ("3", 3),
        ("a", "A"),
        (None, 0),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ([], ""),
        ({1: 2}, [[1, 2]]),
        (float("nan"), 0.0),
        (1.0, 1.001),
        (10**400, 1.0),
        (Liar([1]), [1]),
        (object(), object),
        ({1, 2}, [1, 2]),
    ],
)
def test_values_that_do_not_agree(got: object, wanted: object) -> None:
    assert not same(written(got), written(wanted))


def test_a_prediction_agrees_with_an_equal_one_alone() -> None:
    one = Prediction(Label.POSITIVE, (0.1, 0.2, 0.7))
    near = Prediction(Label.POSITIVE, (0.1, 0.2, 0.7000000001))
    other = Prediction(Label.POSITIVE, (0.1, 0.3, 0.6))
    assert same(written(one), written(near))
    assert not same(written(one), written(other))
    assert not same(written("positive"), written(one))


def test_what_is_too_deep_or_too_large_is_refused() -> None:
    own: list[object] = []
    own.append(own)
    with pytest.raises(TooMuch, match="deeper"):
        written(own)
    with pytest.raises(TooMuch, match="larger"):
        written(list(range(MOST_ITEMS + 1)))
    with pytest.raises(TooMuch, match="larger"):
        written(np.zeros(MOST_ITEMS + 1))


def test_a_list_of_ten_thousand_labels_is_not_too_large() -> None:
    assert len(written(["positive"] * 10_000)[1]) == 10_000


def test_values_are_shown_as_python_would() -> None:
    assert shown(written([1, "a", (2.5,), None, True])) == "[1, 'a', (2.5,), None, True]"
    assert shown(written({"a": [1, 2]})) == "{'a': [1, 2]}"
    assert shown(written(Prediction(Label.NEUTRAL, (0.0, 1.0, 0.0)))) == "Prediction(neutral)"
    assert shown(written(object())) == "something of type object"


def test_long_values_are_shown_shortened_with_their_length() -> None:
    assert shown(written(list(range(1000)))).endswith(", … 972 more]")
    assert len(shown(written(["x" * 5000] * 50))) < 300


@pytest.mark.parametrize("forged", [["dict", [[1]]], ["dict", 3], ["list", None], [], [1, 2]])
def test_forged_values_are_shown_and_compared_without_an_error(forged: Any) -> None:
    assert isinstance(shown(forged), str)
    assert not same(forged, written([1, 2]))
    assert not same(forged, 3)


def test_kinds_have_the_names_that_python_gives_them() -> None:
    values = (None, 1, 1.5, "a", True, [1], (1,), object())
    names = [kind_of(written(value)) for value in values]
    assert names == ["None", "int", "float", "str", "bool", "list", "tuple", "object"]


def test_a_case_is_shown_by_its_names() -> None:
    assert shown_case({"n_texts": 10, "texts": ["a", "b"]}) == "n_texts = 10, texts = ['a', 'b']"
