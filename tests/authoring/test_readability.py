"""Flesch's reading ease against figures worked out by hand."""

from __future__ import annotations

import pytest

from lessons_lib.authoring.readability import reading_ease, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("the", 1),
        ("make", 1),
        ("learned", 1),
        ("wanted", 2),
        ("makes", 1),
        ("classes", 2),
        ("table", 2),
        ("token", 2),
        ("vector", 2),
        ("prediction", 3),
        ("probability", 5),
        ("rhythm", 1),
        ("Neutral", 2),
        ("naïve", 1),
    ],
)
def test_syllables_are_counted_as_they_are_heard(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_short_plain_sentence_has_the_ease_of_the_formula() -> None:
    # 6 words, 1 sentence, 6 syllables
    assert reading_ease("The cat sat on the mat.") == pytest.approx(206.835 - 1.015 * 6 - 84.6)


def test_two_short_sentences_are_easier_than_one_long_one() -> None:
    assert reading_ease("A cat sat. A dog ran.") > reading_ease("A cat sat and a dog ran.")


def test_an_abbreviating_dot_inside_a_word_ends_no_sentence() -> None:
    assert reading_ease("We call model.predict now.") == reading_ease("We call model predict now.")


def test_a_blank_line_ends_a_sentence() -> None:
    assert reading_ease("A cat\n\nA dog") == reading_ease("A cat. A dog.")


def test_a_text_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="got none"):
        reading_ease("12 — 34")
