import string
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.text.corpus import demo_texts, load_corpus
from lessons_lib.pipeline.text.encoder import TokenIds, VectorizedEncoder, WordTable
from lessons_lib.pipeline.text.preprocess import preprocess
from lessons_lib.pipeline.text.vocabulary import PAD, UNK, Vocabulary

SHIPPED = load_checkpoint().vocabulary
ODD_WORDS = [
    *("", " ", "a b", "Upper", "don't", "\0", "a\0", "a\0b", "\x1c", "\x7f", "\ud800", "ﬀ", "ß"),
    *("é", "слово", "言葉", "😀", "i̇", "k", "x" * 8, "x" * 9, "x" * 16, "x" * 17, "y" * 40),
    *("\0" * 8, "\0" * 9, "exactly8", "exactly8\0", "sixteenlettersxy", "sixteenlettersxyz", "ÿ"),
]
ODD_VOCABULARY = Vocabulary(ODD_WORDS)

any_words = st.sampled_from([*ODD_WORDS, *SHIPPED.words[2:3000]]) | st.text(max_size=20)
any_gaps = st.sampled_from([*" \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u2028\u3000", "  ", "\x1e\x1e"])
any_marks = st.sampled_from([*string.punctuation, "’", "…", "\u202e", ""])
any_pieces = st.lists(st.one_of(any_words, any_gaps, any_marks, st.text()), max_size=60)
any_texts = st.lists(any_pieces.map("".join), max_size=12)


ENCODERS = {vocabulary: VectorizedEncoder(vocabulary) for vocabulary in (SHIPPED, ODD_VOCABULARY)}
ON_BOTH = pytest.mark.parametrize("vocabulary", [SHIPPED, ODD_VOCABULARY], ids=["shipped", "odd"])


def by_the_textbook(texts: list[str], vocabulary: Vocabulary) -> list[list[int]]:
    """Encode each text and each token separately, and drop the padding: the reference."""
    rows = [vocabulary.encode(preprocess(text)) for text in texts]
    return [[number for number in row if number != PAD] for row in rows]


def in_rows(encoded: TokenIds) -> list[list[int]]:
    ends = np.cumsum(encoded.counts).tolist()
    return [encoded.ids[a:b].tolist() for a, b in pairwise([0, *ends])]


def encoded_otherwise(texts: list[str], vocabulary: Vocabulary) -> list[str]:
    """Return the first texts whose ids differ; pytest would compare all rows for minutes."""
    rows = in_rows(VectorizedEncoder(vocabulary).encode(texts))
    triples = zip(texts, rows, by_the_textbook(texts, vocabulary), strict=True)
    return [text for text, row, expected in triples if row != expected][:3]


@ON_BOTH
def test_the_ids_are_those_of_the_textbook_path_on_the_whole_corpus(vocabulary: Vocabulary) -> None:
    corpus = load_corpus()
    rated = (*corpus.train, *corpus.validation, *corpus.test)
    texts = [one.text for one in rated] + demo_texts()
    assert encoded_otherwise(texts, vocabulary) == []


@ON_BOTH
@given(texts=any_texts)
@example(texts=[])
@example(texts=[""])
@example(texts=["", "good", ""])
@example(texts=["good\x1ebad", "good"])
@example(texts=["a\0b", "\0" * 8, "\0" * 9, "\ud800 good", "\ud83d\ude00", "😀"])
@example(texts=["x" * 100_000, "good " * 30, "x" * 16, "x" * 17])
@example(texts=["İstanbul K ﬀ ẞ ÿ þ ý", "\xfd\xfe\xff"])
def test_any_texts_get_ids_as_on_the_textbook_path(
    texts: list[str], vocabulary: Vocabulary
) -> None:
    encoded = ENCODERS[vocabulary].encode(texts)
    assert in_rows(encoded) == by_the_textbook(texts, vocabulary)
    assert encoded.counts.tolist() == [len(preprocess(text)) for text in texts]


def test_every_character_is_treated_as_on_the_textbook_path() -> None:
    texts = [f"good{chr(code)}bad {chr(code)}" for code in range(0x20000)]
    known = Vocabulary(["good", "bad", "goodbad"])
    assert encoded_otherwise(texts, known) == []


def test_every_known_word_is_found() -> None:
    texts = list(SHIPPED.words)
    expected = [SHIPPED.id_of(token) for text in texts for token in preprocess(text)]
    assert ENCODERS[SHIPPED].encode(texts).ids.tolist() == expected
    assert len(set(expected)) > 30_000


def test_a_long_token_is_unknown_although_it_has_the_key_of_a_known_word() -> None:
    encoder = VectorizedEncoder(Vocabulary(["71bfwoktxunod4gg"]))
    assert encoder.encode(["kncgx15yln5y71va 71bfwoktxunod4gg"]).ids.tolist() == [UNK, 2]


def test_the_ids_of_all_texts_are_concatenated_without_padding() -> None:
    encoded = ENCODERS[SHIPPED].encode(["So good!", "", "so"])
    so, good = SHIPPED.id_of("so"), SHIPPED.id_of("good")
    assert encoded.ids.tolist() == [so, good, so]
    assert encoded.counts.tolist() == [2, 0, 1]
    assert encoded.ids.dtype == np.int32


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one text", "many texts .* got one str"),
        (["good", None], "got NoneType at index 1"),
        ([b"good"], "got bytes at index 0"),
    ],
)
def test_anything_but_many_strings_is_rejected(texts: list[str], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        ENCODERS[SHIPPED].encode(texts)


KEYS = st.integers(1, 2**64 - 1)
# Keys with the same slot, because their products with the factor have the same highest bits.
SPREAD = 0x9E3779B97F4A7C15
CLASHING = [pow(SPREAD, -1, 2**64) * (low << 8 | 1) % 2**64 for low in range(1, 400)]


def find(table: WordTable, keys: list[int]) -> list[int]:
    return [int(number) for number in table.find(np.array(keys, dtype=np.uint64))]


def table_of(known: dict[int, int]) -> WordTable:
    keys = np.array(list(known), dtype=np.uint64)
    return WordTable(keys, np.array(list(known.values()), dtype=np.int32), missing=1)


@given(st.dictionaries(KEYS, st.integers(2, 2**31 - 1)), st.lists(KEYS))
@example({}, [7, 8])
def test_a_word_table_finds_what_a_dict_finds(known: dict[int, int], others: list[int]) -> None:
    asked = [*known, *others]
    assert find(table_of(known), asked) == [known.get(key, 1) for key in asked]


def test_keys_with_the_same_slot_are_all_found_and_unknown_ones_are_not() -> None:
    known = {key: number for number, key in enumerate(CLASHING[:200], start=2)}
    assert find(table_of(known), CLASHING) == [known.get(key, 1) for key in CLASHING]


@pytest.mark.parametrize("keys", [[0], [5, 5]])
def test_a_key_that_is_zero_or_occurs_twice_is_rejected(keys: list[int]) -> None:
    with pytest.raises(ValueError, match="unique and nonzero"):
        WordTable(np.array(keys, dtype=np.uint64), np.arange(len(keys), dtype=np.int32), missing=1)
