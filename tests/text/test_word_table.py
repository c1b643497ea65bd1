from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons_lib.text.word_table import WordTable

KEYS = st.integers(1, 2**64 - 1)
# Keys that all start at the same slot: their products with the factor share the top bits.
SPREAD = 0x9E3779B97F4A7C15
CLASHING = [pow(SPREAD, -1, 2**64) * (low << 8 | 1) % 2**64 for low in range(1, 400)]


def find(table: WordTable, keys: list[int]) -> list[int]:
    return [int(number) for number in table.find(np.array(keys, dtype=np.uint64))]


def table_of(known: dict[int, int]) -> WordTable:
    keys = np.array(list(known), dtype=np.uint64)
    return WordTable(keys, np.array(list(known.values()), dtype=np.int32), missing=1)


@given(st.dictionaries(KEYS, st.integers(2, 2**31 - 1)), st.lists(KEYS))
def test_it_finds_what_a_dict_finds(known: dict[int, int], others: list[int]) -> None:
    asked = [*known, *others]
    assert find(table_of(known), asked) == [known.get(key, 1) for key in asked]


def test_keys_that_want_the_same_slot_are_all_found_and_their_like_is_not() -> None:
    known = {key: number for number, key in enumerate(CLASHING[:200], start=2)}
    assert find(table_of(known), CLASHING) == [known.get(key, 1) for key in CLASHING]


def test_an_empty_table_finds_nothing() -> None:
    assert find(table_of({}), [7, 8]) == [1, 1]


@pytest.mark.parametrize("keys", [[0], [5, 5]])
def test_a_key_is_not_zero_and_stands_there_once(keys: list[int]) -> None:
    with pytest.raises(ValueError, match="not 0 and different"):
        WordTable(np.array(keys, dtype=np.uint64), np.arange(len(keys), dtype=np.int32), missing=1)
