from __future__ import annotations

from collections import Counter

from lessons_lib.text.corpus import is_showable
from lessons_lib.text.demo import demo_sentences, demo_texts


def test_there_are_a_hundred_different_sentences() -> None:
    assert len(demo_texts()) == len(set(demo_texts())) == 100


def test_all_three_labels_are_well_represented() -> None:
    assert Counter(label for _, label in demo_sentences()) == {
        "positive": 40,
        "neutral": 25,
        "negative": 35,
    }


def test_the_first_three_are_those_of_the_course() -> None:
    assert demo_texts()[:3] == ["I love sunny days", "The movie was great", "How is the weather?"]


def test_even_the_first_four_show_all_labels() -> None:
    assert {label for _, label in demo_sentences()[:4]} == {"positive", "neutral", "negative"}


def test_sentences_are_short_and_fit_to_show() -> None:
    assert all(2 <= len(text.split()) <= 30 for text in demo_texts())
    assert all(is_showable(text) for text in demo_texts())


def test_no_sentence_has_space_around_it_or_a_tab_inside() -> None:
    assert [text for text in demo_texts() if text != text.strip() or "\t" in text] == []
