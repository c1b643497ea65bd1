"""The sentiment network: ids -> vectors -> one mean vector -> three logits."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lessons_lib.pipeline.embedding.table import DIMENSIONS
from lessons_lib.pipeline.model.checkpoint import Checkpoint
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.text.vocabulary import PAD, Vocabulary


class SentimentNet(nn.Module):
    """A trainable embedding, a masked mean and a linear head.

    Parameters
    ----------
    vocabulary_size : int
        The number of ids, including `PAD` and `UNK`.
    table : array of shape (vocabulary_size, 50), optional
        Initial word vectors, which are copied. By default, each number is drawn from N(0, 1), as
        in torch.
    seed : int
        Seeds the net's own random generator.

    Raises
    ------
    ValueError
        If the shape of `table` does not match, or if `vocabulary_size` is below 1.

    Notes
    -----
    Without a hidden layer, mean and head are linear, so each word's share in each logit is exact.
    """

    def __init__(
        self, vocabulary_size: int, *, table: NDArray[np.floating[Any]] | None = None, seed: int = 0
    ) -> None:
        super().__init__()
        if vocabulary_size < 1:
            raise ValueError(f"SentimentNet needs vocabulary_size ≥ 1, got {vocabulary_size}.")
        generator = torch.Generator().manual_seed(seed)
        weights = _starting_vectors(vocabulary_size, table, generator)  # (V, 50)
        self.embedding = nn.Embedding(vocabulary_size, DIMENSIONS, padding_idx=PAD, _weight=weights)
        # nn.Linear uses torch's global generator, so we restore its state and draw our own numbers.
        # (An empty layer on torch's "meta" device would import 38 MB of its compiler.)
        with torch.random.fork_rng(devices=[]):
            self.head = nn.Linear(DIMENSIONS, len(LABELS))
        nn.init.xavier_uniform_(self.head.weight, generator=generator)
        nn.init.zeros_(self.head.bias)

    @classmethod
    def from_checkpoint(cls, checkpoint: Checkpoint) -> SentimentNet:
        """Return a net with the weights of a checkpoint, ready for inference."""
        net = cls(len(checkpoint.vocabulary), table=checkpoint.embedding)
        with torch.no_grad():
            net.head.weight.copy_(torch.from_numpy(checkpoint.head_weight))
            net.head.bias.copy_(torch.from_numpy(checkpoint.head_bias))
        return net.eval()

    def to_checkpoint(self, vocabulary: Vocabulary, provenance: dict[str, Any]) -> Checkpoint:
        """Return a copy of the weights together with their vocabulary."""
        weights = {name: value.numpy().copy() for name, value in self.state_dict().items()}
        return Checkpoint(
            embedding=weights["embedding.weight"],
            head_weight=weights["head.weight"],
            head_bias=weights["head.bias"],
            vocabulary=vocabulary,
            provenance=provenance,
        )

    def forward(self, ids: Tensor) -> Tensor:
        """Return the logits of each text."""
        vectors = self.embedding(ids)  # (b, 20) -> (b, 20, 50)
        pooled = self.pool(vectors, ids)  # (b, 20, 50) -> (b, 50)
        return self.score(pooled)  # (b, 50) -> (b, 3)

    def pool(self, vectors: Tensor, ids: Tensor) -> Tensor:
        """Return the mean of each text's vectors without padding, or zeros if it has no tokens."""
        mask = (ids != PAD).unsqueeze(1).to(vectors.dtype)  # (b, 20) -> (b, 1, 20)
        # A matrix product sums the unmasked vectors without making a masked copy of all of them.
        total = torch.bmm(mask, vectors).squeeze(1)  # (b, 1, 20) @ (b, 20, 50) -> (b, 50)
        count = mask.sum(dim=2).clamp(min=1)  # (b, 1, 20) -> (b, 1)
        return total / count  # (b, 50)

    def score(self, pooled: Tensor) -> Tensor:
        """Return one logit per class for each pooled vector."""
        logits: Tensor = self.head(pooled)  # (b, 50) -> (b, 3)
        return logits


def use_one_thread() -> None:
    """Limit torch to one thread in this process, because a model this small is slower on two.

    Notes
    -----
    A second thread would mostly wait for the first. On two busy cores, a batch of 10,000 texts took
    seven times as long with two threads as with one, and a training epoch four times as long. By
    default, torch starts one thread per core of the machine, even if a hub limits a learner to some
    of them. To use more threads, call `torch.set_num_threads` afterwards.
    """
    torch.set_num_threads(1)


def _starting_vectors(
    size: int, table: NDArray[np.floating[Any]] | None, generator: torch.Generator
) -> Tensor:
    if table is None:
        vectors = torch.randn(size, DIMENSIONS, generator=generator)
    elif table.shape != (size, DIMENSIONS):
        raise ValueError(
            f"SentimentNet({size}) needs a table of shape ({size}, {DIMENSIONS}), "
            f"got {table.shape}. Use one row per word of the vocabulary."
        )
    else:
        vectors = torch.tensor(table, dtype=torch.float32)
    vectors[PAD] = 0.0
    return vectors
