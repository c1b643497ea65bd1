"""The trained model on disk: weights, vocabulary and provenance in one safetensors file.

This module does not import torch, so reading only the numbers stays cheap.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.embedding.sealed_file import load_sealed, write_sealed
from lessons_lib.pipeline.embedding.table import DIMENSIONS, pack_vocabulary, unpack_vocabulary
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.text.vocabulary import Vocabulary

SHIPPED = "sentiment.safetensors"
KIND = "sentiment checkpoint"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A trained model as plain arrays.

    Attributes
    ----------
    embedding : array of float32, shape (V, 50)
        One vector per word; row 0 (`PAD`) is zeros.
    head_weight : array of float32, shape (3, 50)
        The weights of the linear head.
    head_bias : array of float32, shape (3,)
        The bias of the linear head.
    vocabulary : Vocabulary
        The word of each row.
    provenance : dict
        Sources, licenses, the command that created it and its evaluation results.

    Raises
    ------
    ValueError
        If the shapes do not match, or a number is not finite.
    """

    embedding: NDArray[np.float32]
    head_weight: NDArray[np.float32]
    head_bias: NDArray[np.float32]
    vocabulary: Vocabulary
    provenance: dict[str, Any]

    def __post_init__(self) -> None:
        shapes = {
            "embedding": (len(self.vocabulary), DIMENSIONS),
            "head_weight": (len(LABELS), DIMENSIONS),
            "head_bias": (len(LABELS),),
        }
        for name, expected in shapes.items():
            array = getattr(self, name)
            if array.shape != expected:
                raise ValueError(
                    f"A checkpoint for {self.vocabulary!r} must have {name} of shape {expected}, "
                    f"got {array.shape}."
                )
            if not np.isfinite(array).all():
                raise ValueError(f"{name} must contain finite numbers, got NaN or infinity.")

    def __repr__(self) -> str:
        words = len(self.vocabulary)
        return f"Checkpoint({words:,} words × {DIMENSIONS} features -> {len(LABELS)} classes)"


def load_checkpoint(path: Path | None = None) -> Checkpoint:
    """Return the checkpoint in a file, by default the shipped one.

    Raises
    ------
    SealedFileError
        If the file is missing, truncated, changed in even one byte, or not one of our checkpoints.
    """
    file = shipped_asset(SHIPPED) if path is None else Path(path)
    return load_sealed(file, KIND, _checkpoint_of)


def _checkpoint_of(arrays: dict[str, NDArray[Any]], provenance: dict[str, Any]) -> Checkpoint:
    return Checkpoint(
        embedding=arrays["embedding"].astype(np.float32),
        head_weight=arrays["head_weight"].astype(np.float32),
        head_bias=arrays["head_bias"].astype(np.float32),
        vocabulary=unpack_vocabulary(arrays["vocabulary"]),
        provenance=provenance,
    )


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, with word vectors rounded to float16 to halve the file size.

    Notes
    -----
    Equal checkpoints give identical bytes.
    """
    arrays: dict[str, NDArray[Any]] = {
        "embedding": checkpoint.embedding.astype(np.float16),
        "head_weight": checkpoint.head_weight.astype(np.float32),
        "head_bias": checkpoint.head_bias.astype(np.float32),
        "vocabulary": pack_vocabulary(checkpoint.vocabulary),
    }
    write_sealed(Path(path), KIND, arrays, checkpoint.provenance)
