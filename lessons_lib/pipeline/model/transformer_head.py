"""The linear head on MiniLM's vectors: trained on our corpus, shipped with its provenance.

This module does not import torch, and the head alone is 5 kB; the transformer's weights are not
part of the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.embedding.sealed_file import load_sealed, write_sealed
from lessons_lib.pipeline.text.label import LABELS

SHIPPED_HEAD = "transformer_head.safetensors"
HEAD_KIND = "transformer head"
HEAD_SHAPE = (len(LABELS), 384)


@dataclass(frozen=True, eq=False)
class TransformerHead:
    """What turns a vector into three logits.

    Attributes
    ----------
    weight : array of float32, shape (3, 384)
        One row per class.
    bias : array of float32, shape (3,)
        One number per class.
    provenance : dict
        Sources, the command that created it, what was chosen on the validation split, and the test
        scores.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    provenance: dict[str, Any]

    def __post_init__(self) -> None:
        found = self.weight.shape, self.bias.shape
        if found != (HEAD_SHAPE, HEAD_SHAPE[:1]):
            raise ValueError(f"A head must have shapes {HEAD_SHAPE} and (3,), got {found}.")


def load_transformer_head() -> TransformerHead:
    """Return the shipped head; this needs neither the extra nor the transformer's weights.

    Raises
    ------
    SealedFileError
        If the file is missing, truncated, changed in even one byte, or another one.
    """
    return load_sealed(shipped_asset(SHIPPED_HEAD), HEAD_KIND, _head_of)


def _head_of(arrays: dict[str, NDArray[Any]], provenance: dict[str, Any]) -> TransformerHead:
    return TransformerHead(arrays["weight"], arrays["bias"], provenance)


def save_transformer_head(path: Path, head: TransformerHead) -> None:
    """Write a head; equal heads give identical bytes."""
    write_sealed(path, HEAD_KIND, {"weight": head.weight, "bias": head.bias}, head.provenance)
