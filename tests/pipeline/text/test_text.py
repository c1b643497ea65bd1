"""Labels, tokens and ids."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, strategies as st

from lessons_lib.pipeline.text.label import LABELS, Label
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, preprocess, uncut_tokens
from lessons_lib.pipeline.text.vocabulary import PAD, UNK, Vocabulary


def test_a_rating_at_the_threshold_is_not_neutral() -> None:
    ratings = (-4.0, -0.5, -0.49, 0.0, 0.49, 0.5, 4.0)
    names = ["negative"] * 2 + ["neutral"] * 3 + ["positive"] * 2
    assert [Label.from_rating(rating) for rating in ratings] == names


def test_labels_are_numbered_in_order_and_each_has_its_own_sign() -> None:
    numbered = [(str(label), label.number) for label in LABELS]
    assert numbered == [("negative", 0), ("neutral", 1), ("positive", 2)]
    assert len({label.sign for label in LABELS}) == len(LABELS)
    with pytest.raises(ValueError, match="happy"):
        Label("happy")


ASCII_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
# Lone surrogates too; texts of ASCII characters only have a path of their own.
any_text = st.text(st.characters()) | st.text(st.characters(max_codepoint=127))


def one_by_one(text: str, max_tokens: int) -> list[str]:
    """Return the tokens, computed character by character: the reference."""
    words: list[str] = []
    word = ""
    for character in text.lower():
        if character.isspace():
            words, word = ([*words, word] if word else words), ""
        elif character not in ASCII_SIGNS and unicodedata.category(character)[0] != "P":
            word += character
    return ([*words, word] if word else words)[:max_tokens]


@given(any_text)
@example("")
def test_uncut_tokens_are_those_of_a_limit_that_no_text_reaches(text: str) -> None:
    assert uncut_tokens(text) == one_by_one(text, 10**6)


@given(any_text, st.integers(1, 30))
@example("İstanbul\x00\u2028naïve\x85\ud800", 20)
def test_preprocessing_agrees_with_a_loop_over_the_characters(text: str, limit: int) -> None:
    assert preprocess(text, max_tokens=limit) == one_by_one(text, limit)


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), max_size=40))
@example(["word"] * 100_000)
def test_plain_words_stay_unchanged_up_to_the_limit(words: list[str]) -> None:
    assert preprocess("  ".join(words)) == words[:MAX_TOKENS]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("I love sunny days", ["i", "love", "sunny", "days"]),
        ("don’t", ["dont"]),
        ("Café 😡!!", ["café", "😡"]),
        ("It costs $5 + tax", ["it", "costs", "5", "tax"]),
        ("\tone\n\ntwo\u00a0three ", ["one", "two", "three"]),
    ],
)
def test_known_texts_have_the_expected_tokens(text: str, tokens: list[str]) -> None:
    assert preprocess(text) == tokens


def test_anything_but_one_text_and_a_positive_limit_is_rejected() -> None:
    for other in (None, 3, b"bytes", ["a", "list"]):
        with pytest.raises(TypeError, match=f"takes one text .* got {type(other).__name__}"):
            preprocess(other)  # type: ignore[arg-type]
    for limit in (0, -1):
        with pytest.raises(ValueError, match=f"max_tokens must be ≥ 1, got {limit}"):
            preprocess("hello", max_tokens=limit)


word = st.text("abcdé😡", min_size=1, max_size=3)
word_lists = st.lists(word, unique=True, max_size=12)
ONE = Vocabulary(["one"])


@given(word_lists, st.lists(word, max_size=30), st.integers(1, 25))
def test_encoding_equals_a_linear_search(words: list[str], tokens: list[str], length: int) -> None:
    expected = [words.index(token) + 2 if token in words else 1 for token in tokens]
    expected = (expected + [0] * length)[:length]
    assert Vocabulary(words).encode(tokens, length=length) == expected


def test_a_vocabulary_starts_with_padding_and_unknown_and_knows_its_words() -> None:
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
def test_invalid_words_tokens_and_ids_are_rejected(
    call: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        call()
