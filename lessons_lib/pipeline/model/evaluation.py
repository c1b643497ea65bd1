"""Evaluate a network on labeled texts: loss, accuracy, macro-F1 and the confusion matrix."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from lessons_lib.pipeline.model.network import SentimentNet
from lessons_lib.pipeline.text.corpus import LabelledText
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.text.preprocess import preprocess
from lessons_lib.pipeline.text.vocabulary import Vocabulary

CHUNK = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The metrics of one network on one split.

    Attributes
    ----------
    loss : float
        Mean cross-entropy in nats per text, unweighted.
    accuracy : float
        Share of texts whose most probable class is the label.
    macro_f1 : float
        Mean F1 of the three classes, so that the rare class counts as much as the others.
    confusion : array of int64, shape (3, 3)
        Texts by label (row) and prediction (column).
    """

    loss: float
    accuracy: float
    macro_f1: float
    confusion: NDArray[np.int64]


def encode_texts(texts: Sequence[LabelledText], vocabulary: Vocabulary) -> tuple[Tensor, Tensor]:
    """Return the ids (n, 20) and the class numbers (n,) of labeled texts.

    Raises
    ------
    ValueError
        If there are no texts.
    """
    if not texts:
        raise ValueError("Encoding needs at least one labeled text, got none.")
    ids = [vocabulary.encode(preprocess(one.text)) for one in texts]
    return torch.tensor(ids), torch.tensor([one.label.number for one in texts])


def evaluate(
    net: SentimentNet, texts: Sequence[LabelledText], vocabulary: Vocabulary
) -> Evaluation:
    """Return the metrics of a network on labeled texts.

    Raises
    ------
    ValueError
        If there are no texts, or if the embedding does not have one row per word.
    """
    check_rows(net, vocabulary)
    return evaluate_ids(net, *encode_texts(texts, vocabulary))


def check_rows(net: SentimentNet, vocabulary: Vocabulary) -> None:
    """Raise a ValueError if a network's embedding does not have one row per word."""
    if (size := net.embedding.num_embeddings) != len(vocabulary):
        raise ValueError(
            f"The network must have one row per word of {vocabulary!r}, got {size:,} rows."
        )


@torch.inference_mode()
def evaluate_ids(net: SentimentNet, ids: Tensor, classes: Tensor) -> Evaluation:
    """Return the metrics of a network on ids (n, 20) and class numbers (n,)."""
    # In chunks, so that the vectors of all texts are never in memory together.
    logits = torch.cat([net(chunk) for chunk in torch.split(ids, CHUNK)])  # (n, 20) -> (n, 3)
    return evaluation_of(logits, classes)


def evaluation_of(logits: Tensor, classes: Tensor) -> Evaluation:
    """Return the metrics of logits (n, 3), given the class numbers (n,)."""
    cells = (classes * len(LABELS) + logits.argmax(dim=1)).numpy()
    confusion = np.bincount(cells, minlength=len(LABELS) ** 2).reshape(len(LABELS), len(LABELS))
    return Evaluation(
        loss=float(cross_entropy(logits, classes)),
        accuracy=float(np.trace(confusion) / confusion.sum()),
        macro_f1=_macro_f1(confusion),
        confusion=confusion,
    )


def _macro_f1(confusion: NDArray[np.int64]) -> float:
    """Return the mean F1 = 2·hits / (labeled + predicted); a class that never occurs counts 0."""
    seen = confusion.sum(axis=1) + confusion.sum(axis=0)
    return float(np.mean(2 * np.diag(confusion) / np.maximum(seen, 1)))
