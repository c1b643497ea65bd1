"""A pipeline with a transformer, which takes over a thousand times as long as the folded path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
import torch
from numpy.typing import NDArray

from lessons_lib.extras import ExtraMissingError, require_extra
from lessons_lib.pipeline.embedding.sealed_file import shared
from lessons_lib.pipeline.inference.prediction import Pipeline, softmax
from lessons_lib.pipeline.inference.textbook import HeavierPipeline, SentimentPipeline
from lessons_lib.pipeline.model.minilm import (
    MINILM_WIDTH,
    MiniLM,
    TransformerHead,
    load_transformer_head,
)
from lessons_lib.pipeline.model.network import use_one_thread
from lessons_lib.pipeline.model.transformer_files import TransformerMissingError, transformer_files
from lessons_lib.pipeline.text.encoder import check_texts
from lessons_lib.pipeline.text.label import LABELS

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST_PIECES = 128  # as the model's own tokenizer file has it


class TransformerPipeline:
    """Computes probabilities of texts with MiniLM and a linear head trained on our corpus.

    A text becomes word pieces (*sunnier* is *sunni* and *##er*), at most 128 of them. A batch is
    padded to its longest text, so one long text makes the pass longer for all texts in it.

    Parameters
    ----------
    model : MiniLM
        The transformer.
    tokenizer : Tokenizer
        Splits texts into its word pieces.
    head : TransformerHead
        Turns the transformer's vectors into logits.

    Attributes
    ----------
    batch_size : int
        In the stored figures (`measured.json`), batches of 8 are as fast as single texts with the
        archive's padding and 2.5 times as fast without any; batches of 128 are slower.
    """

    batch_size = 8

    def __init__(self, model: MiniLM, tokenizer: Tokenizer, head: TransformerHead) -> None:
        use_one_thread()
        self._model, self._tokenizer, self._head = model, tokenizer, head
        tokenizer.enable_truncation(MOST_PIECES)
        tokenizer.enable_padding()  # to the longest text of a batch

    @classmethod
    def load(cls) -> Self:
        """Return the pipeline, or the same object again while one is in use.

        Raises
        ------
        ExtraMissingError
            If the extra `transformer` is not installed.
        TransformerMissingError
            If the weights are not on this machine, or if a byte of them has changed.
        SealedFileError
            If the shipped head is damaged.
        """
        return shared(cls, cls._loaded)

    @classmethod
    def _loaded(cls) -> Self:
        require_extra("The transformer", "transformer")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # one core, like the model
        from tokenizers import Tokenizer

        weights, tokenizer = transformer_files()
        head = load_transformer_head()
        return cls(MiniLM(weights), Tokenizer.from_file(str(tokenizer)), head)

    def __repr__(self) -> str:
        return f"TransformerPipeline({self._model!r} -> {len(LABELS)} classes)"

    def with_model(self, model: MiniLM) -> TransformerPipeline:
        """Return a pipeline with the same tokenizer and head, and another object as its model."""
        return TransformerPipeline(model, self._tokenizer, self._head)

    def encode(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the ids of many texts, padded to the longest, and which of them are not padding.

        Returns
        -------
        ids, mask : array of int64 and array of bool, shape (n, t)
            `t` is the number of word pieces of the longest text, including the two that mark its
            start and its end; at most 128.

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.
        """
        check_texts(texts)
        # A lone surrogate, as JSON may have it, becomes a question mark.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        encoded = self._tokenizer.encode_batch(clean)
        ids = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.bool_)
        shape = (len(encoded), ids.shape[-1])  # spelled out for an empty batch, which is (0, 0)
        return ids.reshape(shape), mask.reshape(shape)

    @torch.inference_mode()
    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vector of each text, computed in one forward pass, shape (n, 384).

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.
        """
        ids, mask = map(torch.from_numpy, self.encode(texts))  # (n, t) each
        if not len(ids):
            return np.empty((0, MINILM_WIDTH), dtype=np.float32)
        return self._model.embed(ids, mask).numpy()  # (n, t) -> (n, 384)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the probabilities of many texts, computed in one forward pass, shape (n, 3).

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.
        """
        logits = self.vectors(texts) @ self._head.weight.T + self._head.bias  # (n, 384) -> (n, 3)
        return np.ascontiguousarray(softmax(logits.T).T)


def load_transformer() -> TransformerPipeline | None:
    """Return the transformer, or None after printing in one line what it needs."""
    try:
        return TransformerPipeline.load()
    except (ExtraMissingError, TransformerMissingError) as error:
        print(error)
        return None


def load_heavier(pipeline: SentimentPipeline | None = None) -> Pipeline:
    """Return the heavier model: the transformer, or else a stand-in that batches like it.

    Parameters
    ----------
    pipeline : SentimentPipeline, optional
        What is repeated if the transformer is not on this machine; by default the shipped one.
    """
    try:
        return TransformerPipeline.load()
    except (ExtraMissingError, TransformerMissingError):
        return HeavierPipeline(pipeline or SentimentPipeline.load())
