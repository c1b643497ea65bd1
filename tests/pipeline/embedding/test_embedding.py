"""Sealed files, and the table of word vectors that is stored in one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, strategies as st
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity

from lessons_lib.pipeline.embedding.sealed_file import SealedFileError, read_sealed, write_sealed
from lessons_lib.pipeline.embedding.table import (
    VECTORS_KIND,
    EmbeddingTable,
    load_word_vectors,
    pack_vocabulary,
    save_word_vectors,
    unpack_vocabulary,
)
from lessons_lib.pipeline.text.vocabulary import Vocabulary

KIND = "table of tests"
PROVENANCE = {"sources": ["test"], "figure": 0.5}


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "some.safetensors"
    arrays: dict[str, NDArray[Any]] = {
        "a": np.arange(6, dtype=np.float16).reshape(2, 3),
        "b": np.frombuffer(b"bytes", dtype=np.uint8),
    }
    write_sealed(path, KIND, arrays, PROVENANCE)
    return path


def test_arrays_and_provenance_are_read_back_and_written_the_same(sealed: Path) -> None:
    arrays, provenance = read_sealed(sealed, KIND)
    assert provenance == PROVENANCE
    assert arrays["a"].dtype == np.float16
    assert arrays["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert arrays["b"].tobytes() == b"bytes"
    assert safetensors.numpy.load_file(sealed)["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    before = sealed.read_bytes()
    write_sealed(sealed, KIND, arrays, provenance)
    assert sealed.read_bytes() == before
    assert list(sealed.parent.iterdir()) == [sealed]


def test_every_flipped_bit_truncation_and_added_byte_is_detected(sealed: Path) -> None:
    content = sealed.read_bytes()
    damaged = [content[:length] for length in range(len(content))] + [content + b"\x00"]
    for index in range(len(content)):
        changed = bytearray(content)
        changed[index] ^= 1 << (index % 8)
        damaged.append(bytes(changed))
    for one in damaged:
        sealed.write_bytes(one)
        with pytest.raises(SealedFileError):
            read_sealed(sealed, KIND)


def test_missing_files_and_files_of_another_kind_are_rejected(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(SealedFileError, match=r"nowhere could not be read .* pass another table"):
        read_sealed(tmp_path / "nowhere", KIND)
    with pytest.raises(SealedFileError, match="could not be read"):
        read_sealed(tmp_path, KIND)
    with pytest.raises(SealedFileError, match="must be a checkpoint, got a table of tests"):
        read_sealed(sealed, "checkpoint")
    safetensors.numpy.save_file({"a": np.zeros(2)}, tmp_path / "other")
    unsealed = (tmp_path / "other").read_bytes()
    for content in (b"", b"hello", b"\xff" * 100, b"\x02" + b"\x00" * 7 + b"[]", unsealed):
        (tmp_path / "other").write_bytes(content)
        with pytest.raises(SealedFileError, match="is not a table of tests"):
            read_sealed(tmp_path / "other", KIND)


WORDS = [f"word{number}" for number in range(30)]


def random_vectors(rows: int = len(WORDS) + 2, seed: int = 0) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(rows, 50)).astype(np.float32)
    vectors[0] = 0
    return vectors


@pytest.fixture(scope="module")
def table() -> EmbeddingTable:
    return EmbeddingTable(random_vectors(), Vocabulary(WORDS))


@given(ids=st.lists(st.lists(st.integers(0, 31), min_size=20, max_size=20), max_size=5))
def test_looking_up_an_id_returns_its_row(table: EmbeddingTable, ids: list[list[int]]) -> None:
    looked_up = table.lookup(np.array(ids, dtype=np.int64).reshape(-1, 20))
    assert looked_up.shape == (len(ids), 20, 50)
    assert looked_up.dtype == np.float32
    expected = [[random_vectors()[number] for number in row] for row in ids]
    assert np.array_equal(looked_up, np.reshape(expected, (-1, 20, 50)))


def test_a_table_copies_its_vectors_and_padding_is_zero() -> None:
    vectors = random_vectors()
    table = EmbeddingTable(vectors, Vocabulary(WORDS))
    vectors[2] = 9
    assert np.array_equal(table.vector("word0"), random_vectors()[2])
    assert not table.lookup(np.zeros((2, 20), dtype=np.int64)).any()
    assert (len(table), table.shape, len(table.vocabulary)) == (32, (32, 50), 32)
    assert repr(table) == "EmbeddingTable(32 words × 50 features)"


def test_a_table_can_share_the_memory_of_its_vectors() -> None:
    vectors = random_vectors().astype(np.float32)
    shared = EmbeddingTable(vectors, Vocabulary(WORDS), copy=False)
    assert np.shares_memory(shared.vectors, vectors)
    assert not shared.vectors.flags.writeable
    assert vectors.flags.writeable


def test_invalid_ids_words_and_counts_are_rejected(table: EmbeddingTable) -> None:
    any_table: Any = table
    for call, wrong, message in (
        (any_table.lookup, [[1, 2]], "got list"),
        (any_table.lookup, np.array([[1.0, 2.0]]), "got an array of float64"),
        (any_table.lookup, np.array([[0, -1]]), "must be between 0 and 31"),
        (any_table.lookup, np.array([[0, 32]]), "must be between 0 and 31"),
        (any_table.nearest, 7, "got int"),
        (lambda k: any_table.nearest("word0", k), 0, "must be an integer ≥ 1, got 0"),
        (any_table.map_2d, [], "at least two different words"),
        (any_table.map_2d, ["word0", "word0"], "at least two different words"),
        (any_table.map_2d, "word0", "got one str"),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            call(wrong)


def test_nearest_words_agree_with_scikit_learn(table: EmbeddingTable) -> None:
    cosines = cosine_similarity(random_vectors())[2 + 7]
    order = [index for index in np.argsort(-cosines) if index not in (0, 1, 2 + 7)]
    five: Any = np.int64(5)
    found = table.nearest("word7", k=five)
    assert [word for word, _ in found] == [WORDS[index - 2] for index in order[:5]]
    assert [cosine for _, cosine in found] == pytest.approx(cosines[order[:5]], abs=1e-6)
    assert len(table.nearest("word0")) == 8
    assert sorted(word for word, _ in table.nearest("word0", k=1000)) == sorted(WORDS[1:])


def test_a_zero_vector_has_cosine_0_with_every_word() -> None:
    vectors = random_vectors(5)
    vectors[3] = 0
    table = EmbeddingTable(vectors, Vocabulary(["a", "b", "c"]))
    assert table.nearest("b") == [("a", 0.0), ("c", 0.0)]


@pytest.mark.parametrize("word", ["Word0", "unknown", "", "<pad>", "<unk>"])
def test_unknown_words_are_named(table: EmbeddingTable, word: str) -> None:
    with pytest.raises(ValueError, match=f"does not contain '{word}'"):
        table.nearest(word)


def test_the_map_agrees_with_scikit_learn_up_to_signs(table: EmbeddingTable) -> None:
    expected = PCA(2, svd_solver="full").fit_transform(random_vectors()[2:].astype(np.float64))
    points = table.map_2d(WORDS)
    assert points.shape == (30, 2)
    assert np.abs(points) == pytest.approx(np.abs(expected), abs=1e-5)
    forwards, backwards = table.map_2d(WORDS[:9]), table.map_2d(WORDS[8::-1])
    assert forwards[::-1] == pytest.approx(backwards, abs=1e-5)
    two = table.map_2d(["word0", "word1"])
    distance = np.linalg.norm(table.vector("word0") - table.vector("word1"))
    assert abs(two[0, 0] - two[1, 0]) == pytest.approx(distance, rel=1e-5)
    assert two[:, 1] == pytest.approx([0, 0], abs=1e-5)


def test_vectors_must_match_the_vocabulary_and_be_finite() -> None:
    shape: tuple[int, ...]
    for shape in ((31, 50), (32, 49), (32,)):
        with pytest.raises(ValueError, match=r"\(32, 50\), got"):
            EmbeddingTable(np.zeros(shape), Vocabulary(WORDS))
    for row, value, reason in ((5, np.nan, "finite"), (0, 1.0, "padding")):
        vectors = random_vectors()
        vectors[row] = value
        with pytest.raises(ValueError, match=reason):
            EmbeddingTable(vectors, Vocabulary(WORDS))


def test_saved_word_vectors_can_be_loaded_again(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(4, 50)).astype(np.float16)
    vectors[0] = 0
    table = EmbeddingTable(vectors, Vocabulary(["café", "😡"]))
    save_word_vectors(tmp_path / "vectors", table, {"sources": []})
    loaded = load_word_vectors(tmp_path / "vectors")
    assert np.array_equal(loaded.vectors, table.vectors)
    assert loaded.vocabulary.words == table.vocabulary.words


def test_word_vectors_of_another_kind_or_shape_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "some"
    write_sealed(path, "shopping list", {"vocabulary": np.zeros(1)}, {})
    with pytest.raises(SealedFileError, match=f"must be a {VECTORS_KIND}, got a shopping list"):
        load_word_vectors(path)
    for extra in ({}, {"vectors": np.zeros((3, 50))}):
        words = pack_vocabulary(Vocabulary(["milk", "tea"]))
        write_sealed(path, VECTORS_KIND, {"vocabulary": words, **extra}, {})
        with pytest.raises(SealedFileError, match=r"some is invalid: .*(shape|vectors)"):
            load_word_vectors(path)


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [("coffee", "tea", "train"), ("happy", "glad", "angry"), ("awful", "terrible", "lovely")],
)
def test_similar_words_have_a_higher_cosine_in_the_shipped_table(
    word: str, near: str, far: str
) -> None:
    shipped = load_word_vectors()
    cosines = dict(shipped.nearest(word, k=len(shipped)))
    assert cosines[near] > cosines[far]


@given(st.lists(st.from_regex(r"[^\s\x1c-\x1f\ud800-\udfff]{1,5}", fullmatch=True), unique=True))
def test_unpacking_a_packed_vocabulary_returns_the_same_words(words: list[str]) -> None:
    assert unpack_vocabulary(pack_vocabulary(Vocabulary(words))).words[2:] == tuple(words)


@pytest.mark.parametrize("word", ["", "a\nb", "a\u2028b"])
def test_words_with_line_breaks_cannot_be_packed(word: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        pack_vocabulary(Vocabulary(["fine", word]))


def test_the_shipped_vectors_are_in_memory_once() -> None:
    shipped = load_word_vectors()
    assert load_word_vectors() is shipped
    with pytest.raises(ValueError, match="read-only"):
        shipped.vectors[0, 0] = 1
