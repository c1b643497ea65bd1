"""The table of word vectors, which looks up ids and finds words with similar vectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons_lib.arguments import checked_integer
from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.embedding.sealed_file import load_sealed, shared, write_sealed
from lessons_lib.pipeline.text.vocabulary import PAD, SPECIAL_WORDS, UNK, Vocabulary

DIMENSIONS = 50
VECTORS_KIND = "table of word vectors"
SHIPPED_VECTORS = "word_vectors.safetensors"


class EmbeddingTable:
    """One vector of 50 numbers, the features, for each word of a vocabulary.

    Parameters
    ----------
    vectors : array of floats, shape (V, 50)
        Row 0 (`PAD`) must be zeros. The table is read-only float32.
    vocabulary : Vocabulary
        The word of each row.
    copy : bool
        False to share the memory of `vectors` if they are float32.

    Raises
    ------
    ValueError
        If there is not one row of 50 finite numbers for each word, or if row 0 is not zeros.
    """

    def __init__(
        self, vectors: NDArray[np.floating[Any]], vocabulary: Vocabulary, *, copy: bool = True
    ) -> None:
        if vectors.shape != (len(vocabulary), DIMENSIONS):
            raise ValueError(
                f"An EmbeddingTable for {vocabulary!r} must have the shape "
                f"({len(vocabulary)}, {DIMENSIONS}), got {vectors.shape}."
            )
        if not np.isfinite(vectors).all():
            raise ValueError("An EmbeddingTable must contain finite numbers, got NaN or infinity.")
        if vectors[PAD].any():
            raise ValueError("Row 0 of an EmbeddingTable is padding and must be all zeros.")
        self._vectors = vectors.astype(np.float32, copy=copy).view()
        self._vectors.flags.writeable = False
        self._vocabulary = vocabulary

    def __repr__(self) -> str:
        return f"EmbeddingTable({len(self):,} words × {DIMENSIONS} features)"

    def __len__(self) -> int:
        return len(self._vocabulary)

    @property
    def shape(self) -> tuple[int, int]:
        """The number of words and of features, (V, 50)."""
        return len(self), DIMENSIONS

    @property
    def vectors(self) -> NDArray[np.float32]:
        """All vectors by id, shape (V, 50), read-only."""
        return self._vectors

    @property
    def vocabulary(self) -> Vocabulary:
        """The word of each row."""
        return self._vocabulary

    def lookup(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vector of each id.

        Parameters
        ----------
        ids : array of int, shape (n, 20)
            Other shapes work too. The vector of id 0 (`PAD`) is zeros.

        Returns
        -------
        array of float32, shape (n, 20, 50)

        Raises
        ------
        TypeError
            If `ids` is not an integer array.
        ValueError
            If an id is negative or beyond the table.
        """
        if not isinstance(ids, np.ndarray) or not np.issubdtype(ids.dtype, np.integer):
            kind = f"an array of {ids.dtype}" if isinstance(ids, np.ndarray) else type(ids).__name__
            raise TypeError(
                f"EmbeddingTable.lookup() takes an array of integers, got {kind}. "
                "Make ids with Vocabulary.encode(tokens) and np.array(..., dtype=np.int64)."
            )
        if ids.size and not 0 <= ids.min() <= ids.max() < len(self):
            raise ValueError(
                f"Ids of this table must be between 0 and {len(self) - 1}, got {ids.min()} to "
                f"{ids.max()}. Encode with this table's own vocabulary."
            )
        return self._vectors[ids]  # (n, 20) -> (n, 20, 50)

    def vector(self, word: str) -> NDArray[np.float32]:
        """Return the vector of one known word, shape (50,).

        Raises
        ------
        TypeError
            If `word` is not a string.
        ValueError
            If the word is not in the table.
        """
        vector: NDArray[np.float32] = self._vectors[self._known_id(word)]
        return vector

    def nearest(self, word: str, k: int = 8) -> list[tuple[str, float]]:
        """Return the `k` words with the most similar vectors by cosine, closest first.

        Parameters
        ----------
        word : str
            A word of the vocabulary, as `preprocess` returns it: lowercase, without punctuation.
        k : int
            The number of words; fewer are returned if the table has no more.

        Returns
        -------
        list of (word, cosine)
            Excludes the word itself, `<pad>` and `<unk>`. Ties are sorted by id.

        Raises
        ------
        TypeError
            If `word` is not a string or `k` is not an integer.
        ValueError
            If the word is not in the table, or if `k` is below 1.
        """
        k = checked_integer("nearest(k=...)", k)
        own = self._known_id(word)
        vectors = self._vectors.astype(np.float64)
        lengths = np.sqrt((vectors**2).sum(axis=1))
        products = vectors @ vectors[own]  # (V, 50) @ (50,) -> (V,)
        cosines = products / np.maximum(lengths * lengths[own], 1e-12)  # 0 for zero vectors
        cosines[[PAD, UNK, own]] = -np.inf
        count = min(k, int(np.isfinite(cosines).sum()))
        closest = np.argsort(-cosines, kind="stable")[:count]
        return [(self._vocabulary.words[number], float(cosines[number])) for number in closest]

    def map_2d(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return 2-D coordinates for each word, so that words with similar vectors are close.

        Parameters
        ----------
        words : sequence of str, length n
            At least two different known words.

        Returns
        -------
        array of float32, shape (n, 2)
            The two directions in which these words differ most (principal components).

        Raises
        ------
        TypeError
            If `words` is one string, or contains anything but strings.
        ValueError
            If a word is not in the table, or if there are fewer than two different words.

        Notes
        -----
        The sign of a principal component is arbitrary; here its largest number is made positive,
        so that the same words always give the same map.
        """
        if isinstance(words, str):
            raise TypeError("map_2d() takes many words (a list of str), got one str.")
        ids = [self._known_id(word) for word in words]
        if len(set(ids)) < 2:
            raise ValueError(f"map_2d() needs at least two different words, got {len(set(ids))}.")
        vectors = self._vectors[ids].astype(np.float64)  # (n, 50)
        centered = vectors - vectors.mean(axis=0)
        _, _, directions = np.linalg.svd(centered, full_matrices=False)
        axes = np.zeros((2, DIMENSIONS))
        axes[: min(2, len(directions))] = directions[:2]
        largest = np.abs(axes).argmax(axis=1)
        axes *= np.where(axes[[0, 1], largest] < 0, -1, 1)[:, None]
        points: NDArray[np.float32] = (centered @ axes.T).astype(np.float32)  # (n, 50) -> (n, 2)
        return points

    def _known_id(self, word: str) -> int:
        if not isinstance(word, str):
            raise TypeError(f"An EmbeddingTable looks up a word (str), got {type(word).__name__}.")
        if word not in self._vocabulary or word in SPECIAL_WORDS:
            raise ValueError(
                f"This table of {len(self):,} words does not contain {word!r}. Words are lowercase "
                "and without punctuation, as preprocess(text) returns them."
            )
        return self._vocabulary.id_of(word)


def load_word_vectors(path: Path | None = None) -> EmbeddingTable:
    """Return word vectors and their vocabulary; by default, those that training starts from.

    Raises
    ------
    SealedFileError
        If the file is missing, damaged or of another kind.

    Notes
    -----
    A process shares one table of the shipped vectors, which nothing can change, while it is in use.
    """
    if path is not None:
        return load_sealed(Path(path), VECTORS_KIND, _table_of)
    shipped = shipped_asset(SHIPPED_VECTORS)
    return shared(EmbeddingTable, lambda: load_sealed(shipped, VECTORS_KIND, _table_of))


def _table_of(arrays: dict[str, NDArray[Any]], _: dict[str, Any]) -> EmbeddingTable:
    return EmbeddingTable(arrays["vectors"], unpack_vocabulary(arrays["vocabulary"]))


def save_word_vectors(path: Path, table: EmbeddingTable, provenance: dict[str, Any]) -> None:
    """Write word vectors, rounded to float16, and their provenance."""
    arrays: dict[str, NDArray[Any]] = {
        "vectors": table.vectors.astype(np.float16),
        "vocabulary": pack_vocabulary(table.vocabulary),
    }
    write_sealed(Path(path), VECTORS_KIND, arrays, provenance)


def pack_vocabulary(vocabulary: Vocabulary) -> NDArray[np.uint8]:
    """Return the words as an array of UTF-8 bytes, one word per line, for a sealed file."""
    words = vocabulary.words[len(SPECIAL_WORDS) :]
    if any(word.splitlines() != [word] for word in words):
        raise ValueError("Words in a sealed file must not be empty or contain a line break.")
    return np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8)


def unpack_vocabulary(packed: NDArray[np.uint8]) -> Vocabulary:
    """Return the vocabulary from an array that `pack_vocabulary` returned."""
    return Vocabulary(packed.tobytes().decode("utf-8").split("\n") if packed.size else [])
