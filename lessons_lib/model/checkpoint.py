"""The trained model on disk: weights, vocabulary and provenance in one safetensors file.

Nothing here imports torch: whoever only wants the numbers does not pay for it.
"""

from __future__ import annotations

import importlib.resources
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons_lib.embedding.sealed_file import SealedFileError, read_sealed, write_sealed
from lessons_lib.embedding.table import DIMENSIONS, pack_vocabulary, unpack_vocabulary
from lessons_lib.text.label import LABELS
from lessons_lib.text.vocabulary import Vocabulary

SHIPPED = "sentiment.safetensors"
KIND = "sentiment checkpoint"


class CheckpointError(ValueError):
    """A checkpoint is missing, damaged or something else; the message says what to do."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A trained model as plain arrays.

    Attributes
    ----------
    embedding : array of float32, shape (V, 50)
        One vector a word; row 0 (`PAD`) is zeros.
    head_weight : array of float32, shape (3, 50)
        The linear head.
    head_bias : array of float32, shape (3,)
        What each logit starts from.
    vocabulary : Vocabulary
        The word of each row.
    provenance : dict
        Sources, licences, the command that made it and the figures it reached.

    Raises
    ------
    CheckpointError
        If the shapes do not fit each other, or a number is not finite.
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
        for name, wanted in shapes.items():
            array = getattr(self, name)
            if array.shape != wanted:
                raise CheckpointError(
                    f"A checkpoint for {self.vocabulary!r} must have {name} of shape {wanted}, "
                    f"got {array.shape}."
                )
            if not np.isfinite(array).all():
                raise CheckpointError(f"{name} must hold finite numbers, got NaN or infinity.")

    def __repr__(self) -> str:
        words = len(self.vocabulary)
        return f"Checkpoint({words:,} words × {DIMENSIONS} features -> {len(LABELS)} classes)"


def load_checkpoint(path: Path | None = None) -> Checkpoint:
    """Read a checkpoint, the shipped one without `path`.

    Raises
    ------
    CheckpointError
        If the file is missing, truncated, changed by even one byte, or no checkpoint of ours.
    """
    if path is None:
        asset = importlib.resources.files("lessons_lib") / "assets" / SHIPPED
        with importlib.resources.as_file(asset) as shipped:
            return load_checkpoint(shipped)
    try:
        arrays, provenance = read_sealed(Path(path), KIND)
        return Checkpoint(
            embedding=arrays["embedding"].astype(np.float32),
            head_weight=arrays["head_weight"].astype(np.float32),
            head_bias=arrays["head_bias"].astype(np.float32),
            vocabulary=unpack_vocabulary(arrays["vocabulary"]),
            provenance=provenance,
        )
    except CheckpointError:
        raise
    except SealedFileError as error:
        raise CheckpointError(str(error)) from error
    except (KeyError, ValueError) as error:
        raise CheckpointError(f"{path} is a {KIND} with wrong contents: {error}.") from error


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; its word vectors are rounded to float16, which halves the file.

    Notes
    -----
    The same checkpoint gives the same bytes.
    """
    arrays: dict[str, NDArray[Any]] = {
        "embedding": checkpoint.embedding.astype(np.float16),
        "head_weight": checkpoint.head_weight.astype(np.float32),
        "head_bias": checkpoint.head_bias.astype(np.float32),
        "vocabulary": pack_vocabulary(checkpoint.vocabulary),
    }
    write_sealed(Path(path), KIND, arrays, checkpoint.provenance)
