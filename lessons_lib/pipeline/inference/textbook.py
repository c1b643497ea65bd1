"""The textbook path from texts to labels, in torch: each stage is a separate method."""

import copy
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from lessons_lib.pipeline.embedding.sealed_file import shared
from lessons_lib.pipeline.embedding.table import EmbeddingTable
from lessons_lib.pipeline.inference.prediction import Prediction, PredictionTrace
from lessons_lib.pipeline.model.checkpoint import Checkpoint, load_checkpoint
from lessons_lib.pipeline.model.network import SentimentNet, use_one_thread
from lessons_lib.pipeline.text.label import LABELS, Label
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, preprocess
from lessons_lib.pipeline.text.vocabulary import Vocabulary
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.machine import ReadClock, thread_clock
from lessons_lib.pipeline.timing.stored import stored_cost


class SentimentPipeline:
    """Computes probabilities of texts; each stage in between can be called separately.

    Parameters
    ----------
    net : SentimentNet
        The trained network; copied, so that further training does not affect the pipeline.
    vocabulary : Vocabulary
        The word of each row of its embedding.

    Attributes
    ----------
    batch_size : int
        The best size for this path; larger batches no longer fit into the processor's cache.

    Raises
    ------
    ValueError
        If the network's embedding does not have one row per word.
    """

    batch_size = 512

    def __init__(self, net: SentimentNet, vocabulary: Vocabulary) -> None:
        use_one_thread()
        self._net = copy.deepcopy(net).eval()
        vectors = self._net.embedding.weight.detach().numpy()  # (V, 50)
        self.vocabulary = vocabulary
        self.table = EmbeddingTable(vectors, vocabulary, copy=False)

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
            return shared(cls, lambda: cls._from(load_checkpoint()))
        return cls._from(load_checkpoint(checkpoint))

    @classmethod
    def _from(cls, loaded: Checkpoint) -> Self:
        return cls(SentimentNet.from_checkpoint(loaded), loaded.vocabulary)

    def __repr__(self) -> str:
        return f"SentimentPipeline({len(self.vocabulary):,} words -> {len(LABELS)} classes)"

    def preprocess(self, texts: Sequence[str]) -> list[list[str]]:
        """Stage 2: return the tokens of each text, at most 20.

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.
        """
        if isinstance(texts, str):
            raise TypeError("SentimentPipeline takes many texts (a list of str), got one str.")
        return [preprocess(text) for text in texts]

    def encode(self, token_lists: Sequence[Sequence[str]]) -> NDArray[np.int64]:
        """Stage 3, first step: return the ids of each list of tokens, padded to 20: (n, 20)."""
        ids = chain.from_iterable(map(self.vocabulary.encode, token_lists))
        count = len(token_lists) * MAX_TOKENS
        return np.fromiter(ids, np.int64, count).reshape(-1, MAX_TOKENS)

    def lookup(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Stage 3, second step: return the vector of each id, (n, 20) -> (n, 20, 50)."""
        return self.table.lookup(ids)

    @torch.inference_mode()
    def infer(self, vectors: NDArray[np.float32], ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Stages 4 and 5: return the probabilities of vectors, (n, 20, 50) -> (n, 3).

        `ids` determine which rows are padding.

        Raises
        ------
        ValueError
            If there is not one vector for each id.
        """
        if vectors.ndim != 3 or vectors.shape[:2] != ids.shape:
            raise ValueError(
                f"infer() takes vectors (n, 20, 50) and their ids (n, 20), got {vectors.shape} "
                f"and {ids.shape}."
            )
        return _probabilities(self._net.score(self._pool(vectors, ids)))  # (n, 50) -> (n, 3)

    def decide(self, probabilities: NDArray[np.float32]) -> list[Label]:
        """Stage 6: return the label of the highest probability in each row, (n, 3) -> n labels."""
        return [LABELS[number] for number in probabilities.argmax(axis=1)]

    @torch.inference_mode()
    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Run stages 2 to 5 on many texts and return their probabilities, shape (n, 3)."""
        ids = torch.from_numpy(self.encode(self.preprocess(texts)))  # (n, 20)
        return _probabilities(self._net(ids))  # (n, 20) -> (n, 3)

    @torch.inference_mode()
    def trace(self, text: str) -> PredictionTrace:
        """Run one text through all stages and return every intermediate value.

        Raises
        ------
        TypeError
            If `text` is not one string.
        """
        tokens = preprocess(text)
        ids = self.encode([tokens])  # (1, 20)
        vectors = self.lookup(ids)  # (1, 20, 50)
        pooled = self._pool(vectors, ids)  # (1, 20, 50) -> (1, 50)
        logits = self._net.score(pooled)  # (1, 50) -> (1, 3)
        weight = self._net.head.weight.numpy()  # (3, 50)
        count = max(len(tokens), 1)
        return PredictionTrace(
            text=text,
            tokens=tokens,
            ids=ids[0],
            vectors=vectors[0],
            pooled=pooled[0].numpy(),
            logits=logits[0].numpy(),
            shares=vectors[0, : len(tokens)] @ weight.T / count,  # (k, 50) @ (50, 3) -> (k, 3)
            bias=self._net.head.bias.numpy().copy(),  # (3,)
            prediction=Prediction.from_probabilities(_probabilities(logits)[0].tolist()),
        )

    def _pool(self, vectors: NDArray[np.float32], ids: NDArray[np.int64]) -> torch.Tensor:
        rows = torch.from_numpy(vectors.astype(np.float32, copy=False))  # (n, 20, 50)
        return self._net.pool(rows, torch.from_numpy(ids))  # (n, 20, 50) -> (n, 50)


class HeavierPipeline:
    """A stand-in for a transformer: the textbook path's answers, at a transformer's stored rate.

    Parameters
    ----------
    pipeline : SentimentPipeline
        The path that computes the answers.
    cost : CostModel, optional
        How long a batch takes; by default, as long as the transformer took for equal texts when it
        was measured.
    clock : callable
        Returns seconds; by default, only the time in which this thread computes counts.

    Notes
    -----
    The lessons' model is so small that the queue, thread and event loop take more time than it
    does, so it would show their limits and not the benefit of batching. This one runs the model on
    the batch's first text again and again until the time is over.
    """

    def __init__(
        self,
        pipeline: SentimentPipeline,
        *,
        cost: CostModel | None = None,
        clock: ReadClock = thread_clock,
    ) -> None:
        self._pipeline, self._clock = pipeline, clock
        self._cost = stored_cost("transformer") if cost is None else cost

    def __repr__(self) -> str:
        return f"a stand-in at the transformer's stored rate, {self._cost!r}"

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the probabilities of many texts, shape (n, 3), running the model repeatedly."""
        end_s = self._clock() + self._cost.service_s(len(texts))
        ids = self._pipeline.encode(self._pipeline.preprocess(texts))  # (n, 20)
        vectors = self._pipeline.lookup(ids)  # (n, 20, 50)
        answers = self._pipeline.infer(vectors, ids)  # (n, 3)
        while len(texts) and self._clock() < end_s:
            self._pipeline.infer(vectors[:1], ids[:1])  # (1, 20, 50) -> (1, 3)
        return answers


def _probabilities(logits: torch.Tensor) -> NDArray[np.float32]:
    """Return the probabilities of logits, (n, 3) -> (n, 3)."""
    return torch.softmax(logits, dim=-1).numpy()
