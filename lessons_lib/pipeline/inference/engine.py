"""The transformer in another engine, onnxruntime: the same weights, or each rounded to a byte."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import torch

from lessons_lib.extras import ExtraMissingError, require_extra
from lessons_lib.pipeline.inference.transformer import TransformerPipeline
from lessons_lib.pipeline.model.minilm import MiniLM
from lessons_lib.pipeline.model.transformer_files import (
    TransformerMissingError,
    transformer_files,
    transformer_folder,
)

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
