from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from lessons_lib.text.label import LABELS, Label


def test_class_numbers_follow_the_order_negative_neutral_positive() -> None:
    assert [(str(label), label.number) for label in LABELS] == [
        ("negative", 0),
        ("neutral", 1),
        ("positive", 2),
    ]


@pytest.mark.parametrize(
    ("rating", "name"),
    [
        (-4.0, "negative"),
        (-0.5, "negative"),
        (-0.49, "neutral"),
        (0.0, "neutral"),
        (0.49, "neutral"),
        (0.5, "positive"),
        (4.0, "positive"),
    ],
)
def test_a_rating_at_the_threshold_already_takes_a_side(rating: float, name: str) -> None:
    assert Label.from_rating(rating) == name


@given(st.floats(-4, 4))
def test_turning_a_rating_round_turns_its_label_round(rating: float) -> None:
    assert Label.from_rating(-rating).number == 2 - Label.from_rating(rating).number


def test_each_label_has_a_sign_of_its_own() -> None:
    assert len({label.sign for label in LABELS}) == len(LABELS)


def test_an_unknown_name_is_no_label() -> None:
    with pytest.raises(ValueError, match="happy"):
        Label("happy")
