from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, strategies as st

from lessons_lib.text.preprocess import MAX_TOKENS, preprocess

ASCII_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
any_text = st.text(st.characters())  # lone surrogates too


def plainly(text: str, max_tokens: int) -> list[str]:
    """Walk over one character after the other, as one would by hand."""
    words: list[str] = []
    word = ""
    for character in text.lower():
        if character.isspace():
            words, word = ([*words, word] if word else words), ""
        elif character not in ASCII_SIGNS and unicodedata.category(character)[0] != "P":
            word += character
    return ([*words, word] if word else words)[:max_tokens]


@given(any_text, st.integers(1, 30))
@example("İstanbul\x00\u2028naïve\x85\ud800", 20)
def test_it_agrees_with_going_through_the_characters_by_hand(text: str, limit: int) -> None:
    assert preprocess(text, max_tokens=limit) == plainly(text, limit)


@given(st.text(st.characters(max_codepoint=127)))
def test_a_token_is_a_text_of_one_token_itself(text: str) -> None:
    tokens = preprocess(text)
    assert [preprocess(token) for token in tokens] == [[token] for token in tokens]


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), max_size=40))
def test_plain_words_come_through_unchanged_up_to_the_limit(words: list[str]) -> None:
    assert preprocess("  ".join(words)) == words[:MAX_TOKENS]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("I love sunny days", ["i", "love", "sunny", "days"]),
        ("Don't!", ["dont"]),
        ("don’t", ["dont"]),
        ("well-made", ["wellmade"]),
        ("Café 😡!!", ["café", "😡"]),
        ("It costs $5 + tax", ["it", "costs", "5", "tax"]),
        ("«Was?» – ¡Sí!", ["was", "sí"]),
        ("\tone\n\ntwo\u00a0three ", ["one", "two", "three"]),
        ("", []),
        ("?! ... —", []),
    ],
)
def test_known_texts_give_the_tokens_one_expects(text: str, tokens: list[str]) -> None:
    assert preprocess(text) == tokens


def test_a_very_long_text_keeps_twenty_tokens() -> None:
    assert preprocess("word " * 100_000) == ["word"] * 20


@pytest.mark.parametrize("given_", [None, 3, b"bytes", ["a", "list"]])
def test_anything_but_one_text_is_refused_by_its_kind(given_: object) -> None:
    with pytest.raises(TypeError, match=f"takes one text .* got {type(given_).__name__}"):
        preprocess(given_)  # type: ignore[arg-type]


@pytest.mark.parametrize("limit", [0, -1])
def test_keeping_no_token_at_all_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match=f"max_tokens must be ≥ 1, got {limit}"):
        preprocess("hello", max_tokens=limit)


@given(st.text(st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_gives_what_the_long_one_gives(text: str) -> None:
    assert preprocess(text, max_tokens=999) == preprocess(f"{text} é", max_tokens=1000)[:-1]
