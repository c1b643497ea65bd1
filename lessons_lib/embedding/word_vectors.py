"""The shipped word vectors, from which training starts."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons_lib.embedding.sealed_file import (
    SealedFileError,
    pack_words,
    read_sealed,
    unpack_words,
    write_sealed,
)
from lessons_lib.embedding.table import EmbeddingTable
from lessons_lib.text.vocabulary import SPECIAL_WORDS, Vocabulary

KIND = "table of word vectors"
SHIPPED = "word_vectors.safetensors"


def load_word_vectors(path: Path | None = None) -> EmbeddingTable:
    """Read word vectors and their vocabulary, the shipped ones without `path`.

    Raises
    ------
    SealedFileError
        If the file is missing, damaged or of another kind.
    """
    if path is None:
        shipped = importlib.resources.files("lessons_lib") / "assets" / SHIPPED
        with importlib.resources.as_file(shipped) as file:
            return load_word_vectors(file)
    arrays, _ = read_sealed(Path(path), KIND)
    try:
        vocabulary = Vocabulary(unpack_words(arrays["vocabulary"]))
        return EmbeddingTable(arrays["vectors"].astype(np.float32), vocabulary)
    except (KeyError, ValueError) as error:
        raise SealedFileError(f"{path} is a {KIND} with wrong contents: {error}.") from error


def save_word_vectors(path: Path, table: EmbeddingTable, provenance: dict[str, Any]) -> None:
    """Write word vectors, rounded to float16, and where they come from."""
    words = table.vocabulary.words[len(SPECIAL_WORDS) :]
    arrays: dict[str, NDArray[Any]] = {
        "vectors": table.vectors.astype(np.float16),
        "vocabulary": pack_words(words),
    }
    write_sealed(Path(path), KIND, arrays, provenance)
