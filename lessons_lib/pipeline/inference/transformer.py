"""A pipeline with a transformer, which takes over a thousand times as long as the folded path.

It also runs in another engine, onnxruntime, with the same weights or with each rounded to a byte.
"""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import torch
from numpy.typing import NDArray

from lessons_lib.extras import ExtraMissingError, require_extra
from lessons_lib.pipeline.embedding.sealed_file import shared
from lessons_lib.pipeline.inference.prediction import PREFERRED_SIZES, Pipeline, softmax
from lessons_lib.pipeline.inference.textbook import HeavierPipeline, SentimentPipeline
from lessons_lib.pipeline.model.minilm import (
    MINILM_WIDTH,
    MiniLM,
    TransformerHead,
    load_transformer_head,
)
from lessons_lib.pipeline.model.network import use_one_thread
from lessons_lib.pipeline.model.transformer_files import (
    TransformerMissingError,
    transformer_files,
    transformer_folder,
)
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
        In the stored figures (`measured.json`), batches of 8 are 1.2 times as fast as single texts
        with the archive's padding and 2.3 times without any; batches of 128 are slower.
    """

    batch_size = PREFERRED_SIZES["transformer"]

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
    """Return the heavier model: the transformer, or else a stand-in that takes as long.

    Parameters
    ----------
    pipeline : SentimentPipeline, optional
        What answers if the transformer is not on this machine; by default the shipped one.
    """
    try:
        return TransformerPipeline.load()
    except (ExtraMissingError, TransformerMissingError):
        return HeavierPipeline(pipeline or SentimentPipeline.load())


TORCH, ONNX, INT8 = "torch", "onnxruntime", "onnxruntime, int8"
EXPORTED = {ONNX: "minilm.onnx", INT8: "minilm-int8.onnx"}


class ExportedMiniLM(MiniLM):
    """Computes the same vectors as `MiniLM`, from an exported file and with one thread.

    Parameters
    ----------
    path : Path
        The file, as `export_transformer` stores it.
    """

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(path, options)

    def embed(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the vectors of padded texts, (n, t) ids -> (n, 384)."""
        (vectors,) = self._session.run(None, {"ids": ids.numpy(), "mask": mask.numpy()})
        return torch.from_numpy(vectors)


def load_engines(transformer: TransformerPipeline | None) -> dict[str, TransformerPipeline] | None:
    """Return the transformer by the engine that runs it, or None after printing what is missing.

    Parameters
    ----------
    transformer : TransformerPipeline or None
        What `load_transformer` returns; if it is None, that function has printed what is missing.
    """
    if transformer is None:
        return None
    try:
        require_extra("The other engine", "runtime")
        paths = {name: transformer_folder() / file for name, file in EXPORTED.items()}
        if not all(path.is_file() for path in paths.values()):
            raise TransformerMissingError(
                "The transformer has not been exported for the other engine. Run `lessons prepare "
                "--transformer` once; it takes about half a minute."
            )
    except (ExtraMissingError, TransformerMissingError) as error:
        print(error)
        return None
    others = {name: transformer.with_model(ExportedMiniLM(path)) for name, path in paths.items()}
    return {TORCH: transformer, **others}


def export_transformer(on_step: Callable[[str], None] = lambda step: None) -> None:
    """Store the transformer as onnxruntime reads it, as it is and in int8, unless it is there.

    In int8, each weight is rounded to one of 128 values of its column, and what is multiplied with
    them is rounded to a byte while it runs. Seven bits, because products of eight can overflow in
    processors without instructions for them.

    Parameters
    ----------
    on_step : callable
        Called with a description of each step, for progress bars.

    Raises
    ------
    ExtraMissingError
        If the extra `runtime` is not installed.
    TransformerMissingError
        If the weights are not on this machine.
    OSError
        If the files cannot be stored.
    """
    require_extra("The export", "runtime")
    weights, _ = transformer_files()
    if all((weights.parent / file).is_file() for file in EXPORTED.values()):
        return
    from onnxruntime.quantization import quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    on_step("exporting the transformer for onnxruntime")
    with tempfile.TemporaryDirectory(dir=weights.parent) as folder:
        raw, plain, int8 = (Path(folder, name) for name in ("raw", *EXPORTED.values()))
        _export(MiniLM(weights), raw)
        quant_pre_process(raw, plain, skip_symbolic_shape=True)
        on_step("rounding its weights to int8")
        quantize_dynamic(plain, int8, per_channel=True, reduce_range=True)
        for path in (plain, int8):
            os.replace(path, weights.parent / path.name)


def _export(model: MiniLM, path: Path) -> None:
    """Write what `embed` computes into a file, for any number of texts and word pieces."""

    class Embedding(torch.nn.Module):
        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            return model.embed(ids, mask)

    ids, free = torch.ones(2, 3, dtype=torch.int64), torch.export.Dim.DYNAMIC
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses torchvision
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter uses what torch itself deprecates
        torch.onnx.export(
            Embedding().eval(),
            (ids, ids > 0),
            path,
            dynamic_shapes=({0: free, 1: free},) * 2,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
