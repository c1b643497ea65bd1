"""Labels, tokens and ids."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, strategies as st

from lessons_lib.text.label import LABELS, Label
from lessons_lib.text.preprocess import MAX_TOKENS, preprocess
from lessons_lib.text.vocabulary import PAD, UNK, Vocabulary


def test_a_rating_at_the_threshold_is_not_neutral() -> None:
    ratings = (-4.0, -0.5, -0.49, 0.0, 0.49, 0.5, 4.0)
    names = ["negative"] * 2 + ["neutral"] * 3 + ["positive"] * 2
    assert [Label.from_rating(rating) for rating in ratings] == names


@given(st.floats(-4, 4))
def test_negating_a_rating_reverses_its_label(rating: float) -> None:
    assert Label.from_rating(-rating).number == 2 - Label.from_rating(rating).number


def test_labels_are_numbered_in_order_with_signs_of_their_own() -> None:
    numbered = [(str(label), label.number) for label in LABELS]
    assert numbered == [("negative", 0), ("neutral", 1), ("positive", 2)]
    assert len({label.sign for label in LABELS}) == len(LABELS)
    with pytest.raises(ValueError, match="happy"):
        Label("happy")


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
def test_it_agrees_with_a_loop_over_the_characters(text: str, limit: int) -> None:
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


def test_anything_but_one_text_and_a_positive_limit_is_refused() -> None:
    for other in (None, 3, b"bytes", ["a", "list"]):
        with pytest.raises(TypeError, match=f"takes one text .* got {type(other).__name__}"):
            preprocess(other)  # type: ignore[arg-type]
    for limit in (0, -1):
        with pytest.raises(ValueError, match=f"max_tokens must be ≥ 1, got {limit}"):
            preprocess("hello", max_tokens=limit)


@given(st.text(st.characters(max_codepoint=127)))
def test_the_fast_path_for_ascii_returns_the_same(text: str) -> None:
    assert preprocess(text, max_tokens=999) == preprocess(f"{text} é", max_tokens=1000)[:-1]


word = st.text("abcdé😡", min_size=1, max_size=3)


word_lists = st.lists(word, unique=True, max_size=12)
ONE = Vocabulary(["one"])


@given(word_lists, st.lists(word, max_size=30), st.integers(1, 25))
def test_encoding_agrees_with_a_search(words: list[str], tokens: list[str], length: int) -> None:
    expected = []
    for place in range(length):
        if place >= len(tokens):
            expected.append(0)
        elif tokens[place] in words:
            expected.append(words.index(tokens[place]) + 2)
        else:
            expected.append(1)
    assert Vocabulary(words).encode(tokens, length=length) == expected


@given(word_lists)
def test_decoding_gives_known_words_back(words: list[str]) -> None:
    vocabulary = Vocabulary(words)
    assert vocabulary.decode(vocabulary.encode(words)) == words


@given(st.lists(st.lists(word, max_size=5), max_size=8), st.integers(1, 3))
def test_collected_words_are_those_seen_often_enough_the_most_frequent_first(
    token_lists: list[list[str]], least: int
) -> None:
    flat = [token for tokens in token_lists for token in tokens]
    often = {token for token in flat if flat.count(token) >= least}
    collected = Vocabulary.from_token_lists(token_lists, min_count=least).words[2:]
    assert list(collected) == sorted(often, key=lambda one: (-flat.count(one), one))


def test_a_vocabulary_has_padding_and_unknown_first_and_knows_its_words() -> None:
    vocabulary = Vocabulary(["hello"])
    assert (PAD, UNK) == (0, 1)
    assert vocabulary.words == ("<pad>", "<unk>", "hello")
    assert vocabulary.decode(vocabulary.encode(["hello", "world"])) == ["hello", "<unk>"]
    assert (vocabulary.id_of("hello"), vocabulary.id_of("world")) == (2, UNK)
    assert "hello" in vocabulary
    assert "world" not in vocabulary
    assert (len(Vocabulary([])), repr(vocabulary)) == (2, "Vocabulary(3 words)")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Vocabulary(["a", "b", "a"]), ValueError, "must be unique"),
        (lambda: Vocabulary(["<unk>"]), ValueError, "must be unique"),
        (lambda: Vocabulary("hello"), TypeError, "got one str"),
        (lambda: Vocabulary(["hello", 5]), TypeError, "got int at index 1"),  # type: ignore[list-item]
        (lambda: ONE.encode("hello"), TypeError, r"Call preprocess\(text\) first"),
        (lambda: ONE.encode(["one"], length=0), ValueError, "length ≥ 1, got 0"),
        (lambda: ONE.decode([-1]), ValueError, "got -1"),
        (lambda: ONE.decode([99]), ValueError, "got 99"),
        *(
            (lambda tokens=tokens: ONE.encode(tokens), TypeError, "takes a list of tokens")
            for tokens in (None, 3, iter(["one"]))
        ),
    ],
)
def test_bad_words_tokens_and_ids_are_refused(
    call: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        call()
