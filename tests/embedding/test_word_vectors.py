from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lessons_lib.embedding.sealed_file import SealedFileError, pack_words, write_sealed
from lessons_lib.embedding.table import EmbeddingTable
from lessons_lib.embedding.word_vectors import KIND, load_word_vectors, save_word_vectors
from lessons_lib.text.vocabulary import Vocabulary


@pytest.fixture
def table() -> EmbeddingTable:
    vectors = np.random.default_rng(0).normal(size=(4, 50)).astype(np.float16)
    vectors[0] = 0
    return EmbeddingTable(vectors, Vocabulary(["café", "😡"]))


def test_saved_word_vectors_come_back(table: EmbeddingTable, tmp_path: Path) -> None:
    save_word_vectors(tmp_path / "vectors", table, {"sources": []})
    loaded = load_word_vectors(tmp_path / "vectors")
    assert np.array_equal(loaded.vectors, table.vectors)
    assert loaded.vocabulary.words == table.vocabulary.words


def test_a_damaged_file_is_refused(table: EmbeddingTable, tmp_path: Path) -> None:
    save_word_vectors(tmp_path / "vectors", table, {})
    content = (tmp_path / "vectors").read_bytes()
    (tmp_path / "vectors").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(SealedFileError, match="damaged"):
        load_word_vectors(tmp_path / "vectors")


def test_a_sealed_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    write_sealed(tmp_path / "other", "shopping list", {"vocabulary": pack_words(["milk"])}, {})
    with pytest.raises(SealedFileError, match=f"is a shopping list, but a {KIND} is needed"):
        load_word_vectors(tmp_path / "other")


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [("coffee", "tea", "train"), ("happy", "glad", "angry"), ("awful", "terrible", "lovely")],
)
def test_shipped_vectors_of_like_words_point_more_nearly_the_same_way(
    word: str, near: str, far: str
) -> None:
    shipped = load_word_vectors()

    def cosine(other: str) -> float:
        a, b = shipped.vector(word), shipped.vector(other)
        return float(a @ b / np.sqrt((a @ a) * (b @ b)))

    assert cosine(near) > cosine(far)
