from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from lessons_lib.text.vocabulary import PAD, UNK, Vocabulary

word = st.text("abcdé😡", min_size=1, max_size=3)
word_lists = st.lists(word, unique=True, max_size=12)


@given(word_lists, st.lists(word, max_size=30), st.integers(1, 25))
def test_encoding_agrees_with_searching_the_list_of_words(
    words: list[str], tokens: list[str], length: int
) -> None:
    wanted = []
    for place in range(length):
        if place >= len(tokens):
            wanted.append(0)
        elif tokens[place] in words:
            wanted.append(words.index(tokens[place]) + 2)
        else:
            wanted.append(1)
    assert Vocabulary(words).encode(tokens, length=length) == wanted


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


def test_padding_and_unknown_have_the_first_two_ids() -> None:
    assert (PAD, UNK) == (0, 1)
    assert Vocabulary(["hello"]).words == ("<pad>", "<unk>", "hello")


def test_unknown_words_come_back_marked_and_padding_not_at_all() -> None:
    vocabulary = Vocabulary(["hello"])
    assert vocabulary.decode(vocabulary.encode(["hello", "world"])) == ["hello", "<unk>"]


def test_an_id_and_a_membership_can_be_asked_for() -> None:
    vocabulary = Vocabulary(["hello"])
    assert (vocabulary.id_of("hello"), vocabulary.id_of("world")) == (2, UNK)
    assert "hello" in vocabulary
    assert "world" not in vocabulary


def test_its_size_counts_the_special_words() -> None:
    assert len(Vocabulary([])) == 2
    assert repr(Vocabulary(["hello"])) == "Vocabulary(3 words)"


@pytest.mark.parametrize("words", [["a", "b", "a"], ["<unk>"]])
def test_a_word_that_stands_there_twice_is_refused(words: list[str]) -> None:
    with pytest.raises(ValueError, match="must be unique"):
        Vocabulary(words)


def test_one_string_is_not_a_list_of_words() -> None:
    with pytest.raises(TypeError, match="got one str"):
        Vocabulary("hello")


def test_a_word_of_another_kind_is_named_by_its_index() -> None:
    with pytest.raises(TypeError, match="got int at index 1"):
        Vocabulary(["hello", 5])  # type: ignore[list-item]


def test_one_string_is_not_a_list_of_tokens() -> None:
    with pytest.raises(TypeError, match=r"Call preprocess\(text\) first"):
        Vocabulary(["hello"]).encode("hello")


def test_encoding_to_no_ids_is_refused() -> None:
    with pytest.raises(ValueError, match="length ≥ 1, got 0"):
        Vocabulary(["hello"]).encode(["hello"], length=0)


@pytest.mark.parametrize("number", [-1, 99])
def test_an_id_beyond_the_vocabulary_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=f"got {number}"):
        Vocabulary(["one"]).decode([number])


@pytest.mark.parametrize("tokens", [None, 3, iter(["one"])])
def test_only_a_sequence_of_tokens_is_encoded(tokens: object) -> None:
    with pytest.raises(TypeError, match="takes a list of tokens"):
        Vocabulary(["one"]).encode(tokens)  # type: ignore[arg-type]
