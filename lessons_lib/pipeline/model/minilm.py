"""A small transformer, MiniLM: token ids to one vector per text, and the head that labels it.

MiniLM (Wang et al., NeurIPS 2020) is a BERT (Devlin et al., NAACL 2019) with six layers. Each layer
mixes the tokens of a text by attention, then changes each token by itself; both results are added
to what came in and normalized. The vector of a text is the mean over its tokens, with length 1, as
sentence-transformers/all-MiniLM-L6-v2 was trained to use it (Reimers & Gurevych, EMNLP 2019).

The linear head was trained on our corpus and is shipped with its provenance, in 5 kB. The
transformer's weights are not part of the package.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.embedding.sealed_file import load_sealed, write_sealed
from lessons_lib.pipeline.text.label import LABELS

LAYERS, HEADS, MINILM_WIDTH = 6, 12, 384
EPSILON = 1e-12  # of every layer normalization, as in the model's configuration


class MiniLM:
    """Computes one vector per text.

    Parameters
    ----------
    weights : Path
        The model's safetensors file. It stays mapped into memory, so processes share it.
    """

    def __init__(self, weights: Path) -> None:
        self._weights = safetensors.torch.load_file(weights)

    def __repr__(self) -> str:
        return f"MiniLM({LAYERS} layers, {MINILM_WIDTH} features)"

    @torch.inference_mode()
    def embed(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the vectors of padded texts, (n, t) ids -> (n, 384).

        Parameters
        ----------
        ids : tensor of int64, shape (n, t)
            The ids of each text's word pieces, padded to the longest text; t is at most 512.
        mask : tensor of bool, shape (n, t)
            True for the tokens of a text, False for its padding.
        """
        tokens = self._tokens(ids)  # (n, t, 384)
        for number in range(LAYERS):
            name = f"encoder.layer.{number}"
            attended = self._attend(name, tokens, mask)
            tokens = self._add_and_normalize(f"{name}.attention.output", attended, tokens)
            inner = F.gelu(self._linear(f"{name}.intermediate.dense", tokens))  # (n, t, 1536)
            tokens = self._add_and_normalize(f"{name}.output", inner, tokens)
        kept = mask.unsqueeze(-1)  # (n, t, 1)
        means = (tokens * kept).sum(dim=1) / kept.sum(dim=1)  # (n, t, 384) -> (n, 384)
        return F.normalize(means)

    def _tokens(self, ids: torch.Tensor) -> torch.Tensor:
        """Return what each id means and where it stands, (n, t) -> (n, t, 384)."""
        table = "embeddings.{}_embeddings.weight".format
        words = F.embedding(ids, self._weights[table("word")])
        places = self._weights[table("position")][: ids.shape[1]]  # (t, 384)
        kind = self._weights[table("token_type")][0]  # (384,) of a single text, not a pair
        return self._normalize("embeddings", words + places + kind)

    def _attend(self, name: str, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Mix each token with those of its own text that matter to it, padding excluded."""
        n, t, _ = tokens.shape
        queries, keys, values = (
            self._linear(f"{name}.attention.self.{part}", tokens)
            .view(n, t, HEADS, -1)
            .transpose(1, 2)  # (n, 12, t, 32)
            for part in ("query", "key", "value")
        )
        mixed = F.scaled_dot_product_attention(queries, keys, values, mask[:, None, None, :])
        return mixed.transpose(1, 2).reshape(n, t, MINILM_WIDTH)

    def _add_and_normalize(
        self, name: str, change: torch.Tensor, before: torch.Tensor
    ) -> torch.Tensor:
        return self._normalize(name, before + self._linear(f"{name}.dense", change))

    def _normalize(self, name: str, tokens: torch.Tensor) -> torch.Tensor:
        weight, bias = (self._weights[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return F.layer_norm(tokens, (MINILM_WIDTH,), weight, bias, EPSILON)

    def _linear(self, name: str, tokens: torch.Tensor) -> torch.Tensor:
        return F.linear(tokens, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])


SHIPPED_HEAD = "transformer_head.safetensors"
HEAD_KIND = "transformer head"
HEAD_SHAPE = (len(LABELS), MINILM_WIDTH)


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
