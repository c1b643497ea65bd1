from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity

from lessons_lib.embedding.sealed_file import SealedFileError, write_sealed
from lessons_lib.embedding.table import (
    VECTORS_KIND,
    EmbeddingTable,
    load_word_vectors,
    pack_vocabulary,
    save_word_vectors,
    unpack_vocabulary,
)
from lessons_lib.text.vocabulary import Vocabulary

WORDS = [f"word{number}" for number in range(30)]


def random_vectors(rows: int = len(WORDS) + 2, seed: int = 0) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(rows, 50)).astype(np.float32)
    vectors[0] = 0
    return vectors


@pytest.fixture(scope="module")
def table() -> EmbeddingTable:
    return EmbeddingTable(random_vectors(), Vocabulary(WORDS))


@given(ids=st.lists(st.lists(st.integers(0, 31), min_size=20, max_size=20), max_size=5))
def test_each_id_gets_the_row_of_its_number(table: EmbeddingTable, ids: list[list[int]]) -> None:
    looked_up = table.lookup(np.array(ids, dtype=np.int64).reshape(-1, 20))
    assert looked_up.shape == (len(ids), 20, 50)
    assert looked_up.dtype == np.float32
    for text, row in zip(looked_up, ids, strict=True):
        for vector, number in zip(text, row, strict=True):
            assert np.array_equal(vector, random_vectors()[number])


def test_padding_gives_zeros(table: EmbeddingTable) -> None:
    assert not table.lookup(np.zeros((2, 20), dtype=np.int64)).any()


@pytest.mark.parametrize(
    ("ids", "got"),
    [
        ([[1, 2]], "got list"),
        (np.array([[1.0, 2.0]]), "got an array of float64"),
        (np.array([[True, False]]), "got an array of bool"),
        (np.array([["a"]]), "got an array of <U1"),
    ],
)
def test_ids_of_a_wrong_kind_are_refused(table: EmbeddingTable, ids: object, got: str) -> None:
    with pytest.raises(TypeError, match=got):
        table.lookup(ids)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [-1, 32])
def test_ids_beyond_the_table_are_refused(table: EmbeddingTable, number: int) -> None:
    with pytest.raises(ValueError, match="must be between 0 and 31"):
        table.lookup(np.array([[0, number]]))


def test_nearest_words_agree_with_scikit_learn(table: EmbeddingTable) -> None:
    cosines = cosine_similarity(random_vectors())[2 + 7]
    order = [place for place in np.argsort(-cosines) if place not in (0, 1, 2 + 7)]
    found = table.nearest("word7", k=5)
    assert [word for word, _ in found] == [WORDS[place - 2] for place in order[:5]]
    assert [cosine for _, cosine in found] == pytest.approx(cosines[order[:5]], abs=1e-6)


def test_nearest_gives_eight_words_unless_told_and_never_more_than_there_are(
    table: EmbeddingTable,
) -> None:
    assert len(table.nearest("word0")) == 8
    assert sorted(word for word, _ in table.nearest("word0", k=1000)) == sorted(WORDS[1:])


def test_a_word_without_direction_is_near_to_nothing() -> None:
    vectors = random_vectors(5)
    vectors[3] = 0
    table = EmbeddingTable(vectors, Vocabulary(["a", "b", "c"]))
    assert table.nearest("b") == [("a", 0.0), ("c", 0.0)]


@pytest.mark.parametrize("word", ["Word0", "elsewhere", "", "<pad>", "<unk>"])
def test_words_that_are_not_known_are_named(table: EmbeddingTable, word: str) -> None:
    with pytest.raises(ValueError, match=f"does not know '{word}'"):
        table.nearest(word)


def test_a_word_of_a_wrong_kind_is_refused(table: EmbeddingTable) -> None:
    with pytest.raises(TypeError, match="got int"):
        table.nearest(7)  # type: ignore[arg-type]


@pytest.mark.parametrize("k", [0, -3])
def test_asking_for_no_words_is_refused(table: EmbeddingTable, k: int) -> None:
    with pytest.raises(ValueError, match=f"must be an integer ≥ 1, got {k}"):
        table.nearest("word0", k)


@pytest.mark.parametrize("k", [2.0, "2", True, None])
def test_a_number_of_words_that_is_not_whole_is_refused(table: EmbeddingTable, k: object) -> None:
    with pytest.raises(TypeError, match="must be an integer"):
        table.nearest("word0", k)  # type: ignore[arg-type]


def test_a_number_of_words_may_come_from_numpy(table: EmbeddingTable) -> None:
    three: Any = np.int64(3)
    assert table.nearest("word0", three) == table.nearest("word0", 3)


def test_the_map_agrees_with_scikit_learn_but_for_the_side_it_is_seen_from(
    table: EmbeddingTable,
) -> None:
    wanted = PCA(2, svd_solver="full").fit_transform(random_vectors()[2:].astype(np.float64))
    places = table.map_2d(WORDS)
    assert places.shape == (30, 2)
    assert np.abs(places) == pytest.approx(np.abs(wanted), abs=1e-5)


def test_the_map_does_not_depend_on_the_order_of_the_words(table: EmbeddingTable) -> None:
    forwards, backwards = table.map_2d(WORDS[:9]), table.map_2d(WORDS[8::-1])
    assert forwards[::-1] == pytest.approx(backwards, abs=1e-5)


def test_a_map_of_two_words_lies_on_a_line(table: EmbeddingTable) -> None:
    places = table.map_2d(["word0", "word1"])
    distance = np.linalg.norm(table.vector("word0") - table.vector("word1"))
    assert abs(places[0, 0] - places[1, 0]) == pytest.approx(distance, rel=1e-5)
    assert places[:, 1] == pytest.approx([0, 0], abs=1e-5)


@pytest.mark.parametrize("words", [[], ["word0"], ["word0", "word0"]])
def test_a_map_needs_two_different_words(table: EmbeddingTable, words: list[str]) -> None:
    with pytest.raises(ValueError, match="at least two different words"):
        table.map_2d(words)


def test_a_map_of_one_string_is_refused(table: EmbeddingTable) -> None:
    with pytest.raises(TypeError, match="got one str"):
        table.map_2d("word0")


def test_the_vectors_cannot_be_written_to(table: EmbeddingTable) -> None:
    with pytest.raises(ValueError, match="read-only"):
        table.vectors[5] = 1
    with pytest.raises(ValueError, match="read-only"):
        table.vector("word0")[0] = 1


def test_changing_the_array_it_was_made_of_changes_nothing() -> None:
    vectors = random_vectors()
    table = EmbeddingTable(vectors, Vocabulary(WORDS))
    vectors[2] = 9
    assert np.array_equal(table.vector("word0"), random_vectors()[2])


def test_it_says_its_size(table: EmbeddingTable) -> None:
    assert (len(table), table.shape, len(table.vocabulary)) == (32, (32, 50), 32)
    assert repr(table) == "EmbeddingTable(32 words × 50 features)"


@pytest.mark.parametrize("shape", [(31, 50), (32, 49), (32,)])
def test_vectors_that_do_not_fit_the_vocabulary_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(32, 50\), got"):
        EmbeddingTable(np.zeros(shape), Vocabulary(WORDS))


@pytest.mark.parametrize(("row", "value", "why"), [(5, np.nan, "finite"), (0, 1.0, "padding")])
def test_numbers_that_no_table_holds_are_refused(row: int, value: float, why: str) -> None:
    vectors = random_vectors()
    vectors[row] = value
    with pytest.raises(ValueError, match=why):
        EmbeddingTable(vectors, Vocabulary(WORDS))


@pytest.fixture
def small_table() -> EmbeddingTable:
    vectors = np.random.default_rng(0).normal(size=(4, 50)).astype(np.float16)
    vectors[0] = 0
    return EmbeddingTable(vectors, Vocabulary(["café", "😡"]))


def test_saved_word_vectors_come_back(small_table: EmbeddingTable, tmp_path: Path) -> None:
    save_word_vectors(tmp_path / "vectors", small_table, {"sources": []})
    loaded = load_word_vectors(tmp_path / "vectors")
    assert np.array_equal(loaded.vectors, small_table.vectors)
    assert loaded.vocabulary.words == small_table.vocabulary.words


def test_word_vectors_of_another_kind_are_refused(tmp_path: Path) -> None:
    write_sealed(tmp_path / "other", "shopping list", {"vocabulary": np.zeros(1)}, {})
    with pytest.raises(SealedFileError, match=f"must be a {VECTORS_KIND}, got a shopping list"):
        load_word_vectors(tmp_path / "other")


@pytest.mark.parametrize("rows", [3, None])
def test_word_vectors_that_do_not_fit_their_words_are_refused(
    tmp_path: Path, rows: int | None
) -> None:
    arrays: dict[str, NDArray[Any]] = {"vocabulary": pack_vocabulary(Vocabulary(["milk", "tea"]))}
    if rows:
        arrays["vectors"] = np.zeros((rows, 50))
    write_sealed(tmp_path / "some", VECTORS_KIND, arrays, {})
    with pytest.raises(SealedFileError, match=r"some is invalid: .*(shape|vectors)"):
        load_word_vectors(tmp_path / "some")


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


@given(st.lists(st.from_regex(r"[^\s\x1c-\x1f\ud800-\udfff]{1,5}", fullmatch=True), unique=True))
def test_a_packed_vocabulary_comes_back(words: list[str]) -> None:
    assert unpack_vocabulary(pack_vocabulary(Vocabulary(words))).words[2:] == tuple(words)


@pytest.mark.parametrize("word", ["", "a\nb", "a\u2028b"])
def test_words_that_would_not_come_back_are_refused(word: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        pack_vocabulary(Vocabulary(["fine", word]))
