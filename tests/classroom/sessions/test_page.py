"""Texts that pages can send and show."""

from lessons_lib.classroom.sessions.page import shown, well_formed


def test_long_texts_are_shortened_and_control_characters_made_visible() -> None:
    assert shown("x" * 33) == "x" * 31 + "…"
    assert shown("nul\0del\x7f") == "nul␀del␡"


def test_surrogate_pairs_are_joined_and_lone_ones_replaced() -> None:
    assert well_formed("\ud83d\ude00 \ud83d \ude00") == "😀 � �"
