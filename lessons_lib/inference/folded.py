"""The folded path: the same model made fast, without torch.

The textbook path averages the vectors of a text's words and multiplies the mean by the head. Both
are linear, so the order may be turned round: multiply each word's vector by the head once, when the
model is loaded, and average the three *shares* that come out::

    textbook    head @ mean(vectors)      20 × 50 numbers a text, then 50 × 3 products
    folded      mean(head @ vector)       20 × 3 numbers a text; head @ vector is in the table

The table has three numbers a word instead of fifty, and the answers are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lessons_lib.model.checkpoint import Checkpoint, load_checkpoint
from lessons_lib.text.label import LABELS
from lessons_lib.text.preprocess import preprocess
from lessons_lib.text.vectorised import TokenIds, VectorisedEncoder
from lessons_lib.text.vocabulary import PAD, UNK

Triple = tuple[float, float, float]


class FoldedPipeline:
    """Texts in, probabilities out: one text on a lean path, many on a vectorised one.

    Parameters
    ----------
    checkpoint : Checkpoint
        The trained model; its embedding and its head are folded into one (V, 3) table.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        head = checkpoint.head_weight.astype(np.float64)  # (3, 50)
        shares = checkpoint.embedding @ head.T  # (V, 50) @ (50, 3) -> (V, 3)
        self._columns = np.ascontiguousarray(shares.T)  # (3, V): one class lies together
        self._encoder = VectorisedEncoder(checkpoint.vocabulary)
        # Tuples in a dict, as one text has too few words for an array operation to pay.
        triples: list[Triple] = [(a, b, c) for a, b, c in shares.tolist()]
        self._share_of = dict(zip(checkpoint.vocabulary.words, triples, strict=True))
        self._unknown = triples[UNK]
        self._bias: list[float] = checkpoint.head_bias.tolist()

    @classmethod
    def load(cls, checkpoint: Path | None = None) -> Self:
        """Return the pipeline of a checkpoint, of the shipped one without `checkpoint`.

        Raises
        ------
        CheckpointError
            If the file is missing, damaged or no checkpoint.
        """
        return cls(load_checkpoint(checkpoint))

    def __repr__(self) -> str:
        return f"FoldedPipeline({len(self._share_of):,} words -> {len(LABELS)} classes)"

    def encode(self, texts: Sequence[str]) -> TokenIds:
        """Stage 2: return the ids of many texts, without padding.

        Raises
        ------
        TypeError
            If `texts` is one string, or holds anything but strings.
        """
        return self._encoder.encode(texts)

    def score(self, tokens: TokenIds) -> NDArray[np.float64]:
        """Stages 3 to 5: return the logits of each text, one row a class: shape (3, n)."""
        counts = np.maximum(tokens.counts, 1)  # (n,)
        begins = np.cumsum(tokens.counts) - tokens.counts  # (n,) where each text's ids begin
        ids = np.append(tokens.ids, PAD)  # (t + 1,) so that empty last texts begin somewhere, too
        sums = [np.add.reduceat(column.take(ids), begins) for column in self._columns]
        means = np.where(tokens.counts, sums, 0.0) / counts  # (3, n)
        logits: NDArray[np.float64] = means + np.array(self._bias)[:, None]
        return logits

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Run many texts through: return their probabilities, shape (n, 3).

        Raises
        ------
        TypeError
            If `texts` is one string, or holds anything but strings.
        """
        logits = self.score(self.encode(texts))  # (3, n)
        powers = np.exp(logits - logits.max(axis=0))
        return np.ascontiguousarray((powers / powers.sum(axis=0)).T, dtype=np.float32)

    def class_numbers(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return the class number of each text, shape (n,): the highest logit decides.

        Raises
        ------
        TypeError
            If `texts` is one string, or holds anything but strings.
        """
        numbers: NDArray[np.int64] = self.score(self.encode(texts)).argmax(axis=0)
        return numbers  # (3, n) -> (n,)

    def probabilities_of(self, text: str) -> Triple:
        """Return the probabilities of one text, in plain Python.

        Raises
        ------
        TypeError
            If `text` is not one string.
        """
        tokens = preprocess(text)
        share_of, unknown = self._share_of, self._unknown
        negative = neutral = positive = 0.0
        for token in tokens:
            to_negative, to_neutral, to_positive = share_of.get(token, unknown)
            negative += to_negative
            neutral += to_neutral
            positive += to_positive
        count = len(tokens) or 1
        bias = self._bias
        return _softmax(
            negative / count + bias[0], neutral / count + bias[1], positive / count + bias[2]
        )


def _softmax(negative: float, neutral: float, positive: float) -> Triple:
    highest = max(negative, neutral, positive)  # so that no power overflows
    a, b, c = exp(negative - highest), exp(neutral - highest), exp(positive - highest)
    total = a + b + c
    return a / total, b / total, c / total
