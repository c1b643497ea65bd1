"""The folded path: the same model, computed faster and without torch.

The textbook path averages the vectors of a text's words and multiplies the mean by the head. Both
operations are linear, so their order can be swapped: multiply each word's vector by the head once,
when the model is loaded, and average the resulting three *shares*. Softmax depends only on
differences, so two shares are enough: negative and positive, each minus neutral::

    textbook    head @ mean(vectors)      20 × 50 numbers per text, then 50 × 3 products
    folded      mean(head @ vector)       20 × 2 numbers per text; head @ vector is in the table

A word's two shares are stored as one complex number, negative + positive·i, so that one lookup and
one addition handle both. The predictions are the same.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lessons_lib.pipeline.embedding.sealed_file import shared
from lessons_lib.pipeline.embedding.table import pack_vocabulary
from lessons_lib.pipeline.inference import realtime
from lessons_lib.pipeline.inference.prediction import PREFERRED_SIZES, softmax
from lessons_lib.pipeline.inference.realtime import FoldedTexts, folded_bias
from lessons_lib.pipeline.model.checkpoint import Checkpoint, load_checkpoint
from lessons_lib.pipeline.text.encoder import TokenIds, VectorizedEncoder
from lessons_lib.pipeline.text.vocabulary import PAD


class FoldedPipeline(FoldedTexts):
    """Computes probabilities of texts: plain Python for one text, vectorized for many.

    Parameters
    ----------
    checkpoint : Checkpoint
        The trained model; its embedding and head are folded into a table with one number per word.

    Attributes
    ----------
    batch_size : int
        The best size for this path. Each chunk needs the same number of array operations, so small
        chunks are slower: `labels` ran at 830,000 texts/s in chunks of 512, 960,000 in chunks of
        1,024 and 1,090,000 in chunks of 4,096 (one run on one core; see
        `tests/benchmarks/engines.py`).
    """

    batch_size = PREFERRED_SIZES["small"]

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._shares = folded_shares(checkpoint)  # (V,)
        # As numbers as well, because one text has too few words for array operations to pay off.
        numbers: list[complex] = self._shares.tolist()
        bias = folded_bias(checkpoint.head_bias.tolist())
        super().__init__(checkpoint.vocabulary.words, numbers, bias)
        self._encoder = VectorizedEncoder(checkpoint.vocabulary)

    @classmethod
    def load(cls, checkpoint: Path | None = None) -> Self:
        """Return the pipeline for a checkpoint file, by default the shipped one.

        While a shipped one is in use, this returns the same object again.

        Raises
        ------
        SealedFileError
            If the file is missing, damaged or not a checkpoint.
        """
        if checkpoint is None:
            return shared(cls, lambda: cls(load_checkpoint()))
        return cls(load_checkpoint(checkpoint))

    def encode(self, texts: Sequence[str]) -> TokenIds:
        """Stages 2 and 3, up to the ids: return those of many texts, without padding.

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.
        """
        return self._encoder.encode(texts)

    def ids_of(self, text: str) -> list[int]:
        """Return the ids of a text's first 20 tokens, without padding."""
        ids: list[int] = self.encode([text]).ids.tolist()
        return ids

    def score(self, tokens: TokenIds) -> NDArray[np.float64]:
        """Stages 3 to 5: return each text's logits minus its neutral logit, shape (3, n)."""
        counts = np.maximum(tokens.counts, 1)  # (n,)
        # (n + 1,) where each text's ids begin and end. Without the end, the last text of a batch
        # would be added up in another order than in the middle, to another last digit.
        begins = np.append(0, np.cumsum(tokens.counts))
        ids = np.append(tokens.ids, PAD)  # (t + 1,) so that the end is a valid start
        sums = np.add.reduceat(self._shares.take(ids), begins)[:-1]  # (t + 1,) -> (n,)
        means = np.where(tokens.counts, sums, 0) / counts + self._bias  # (n,)
        return np.stack([means.real, np.zeros(len(counts)), means.imag])  # (n,) -> (3, n)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the probabilities of many texts, shape (n, 3).

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.
        """
        probabilities = softmax(self.score(self.encode(texts)))  # (3, n)
        return np.ascontiguousarray(probabilities.T, dtype=np.float32)  # (n, 3)

    def class_numbers(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return the class number with the highest logit for each text, shape (n,).

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.
        """
        negative, _, positive = self.score(self.encode(texts))  # (3, n), without neutral
        # The argmax in a fifth of the time; of equal logits, both give the first.
        return np.where(negative >= np.maximum(positive, 0), 0, np.where(positive > 0, 2, 1))


def folded_shares(checkpoint: Checkpoint) -> NDArray[np.complex64]:
    """Return the share of each word, negative + positive·i, each minus neutral, shape (V,)."""
    head = checkpoint.head_weight.astype(np.float64)  # (3, 50)
    # Unlike `@`, this makes no copy of the whole embedding in double precision.
    shares = np.einsum("vf,cf->vc", checkpoint.embedding, head)  # (V, 50) · (3, 50) -> (V, 3)
    negative, neutral, positive = shares.T
    folded = (negative - neutral) + 1j * (positive - neutral)  # (V,)
    return np.asarray(folded, dtype=np.complex64)


def light_files(checkpoint: Checkpoint) -> dict[str, bytes]:
    """Return the files that `LightPipeline.load` reads, by name.

    Equal checkpoints give identical bytes. The vectors are rounded to float16, as in the
    checkpoint's own file.
    """
    head = {"weight": checkpoint.head_weight.tolist(), "bias": checkpoint.head_bias.tolist()}
    return {
        realtime.WORDS: pack_vocabulary(checkpoint.vocabulary).tobytes(),
        realtime.SHARES: folded_shares(checkpoint).astype("<c8").tobytes(),
        realtime.VECTORS: checkpoint.embedding.astype("<f2").tobytes(),
        realtime.HEAD: json.dumps(head).encode(),
    }
