"""The transformer in another engine: nearly the same answers, and what may be missing."""

from pathlib import Path

import numpy as np
import pytest

from lessons_lib.extras import PACKAGES
from lessons_lib.lesson.notebooks.heavy import time_engines
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.transformer import (
    INT8,
    ONNX,
    TORCH,
    TransformerPipeline,
    export_transformer,
    load_engines,
)
from lessons_lib.pipeline.model.transformer_files import (
    TRANSFORMER_SHA256,
    TRANSFORMER_VARIABLE,
    transformer_folder,
)
from lessons_lib.pipeline.text.corpus import demo_texts

with_runtime = pytest.mark.extras("transformer", "runtime")


def test_without_the_transformer_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert load_engines(None) is None
    assert capsys.readouterr().out == ""


@pytest.mark.extras("transformer")
def test_without_the_extra_or_the_export_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    transformer = TransformerPipeline.load()
    monkeypatch.setitem(PACKAGES, "runtime", ("no_such_package",))
    assert load_engines(transformer) is None
    monkeypatch.setitem(PACKAGES, "runtime", ())
    monkeypatch.setenv(TRANSFORMER_VARIABLE, str(tmp_path))
    assert load_engines(transformer) is None
    extra, export = capsys.readouterr().out.splitlines()
    assert '-m pip install -e ".[runtime]"' in extra
    assert "Run `lessons prepare --transformer` once" in export


@pytest.mark.slow
@with_runtime
def test_the_exported_transformer_labels_as_torch_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in TRANSFORMER_SHA256:
        (tmp_path / name).symlink_to(transformer_folder() / name)
    monkeypatch.setenv(TRANSFORMER_VARIABLE, str(tmp_path))
    export_transformer()
    stored = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    export_transformer()
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == stored
    engines, texts = (
        load_engines(TransformerPipeline.load()),
        [*demo_texts()[:60], "", "word " * 500],
    )
    assert engines is not None
    rows = {name: one.probabilities(texts) for name, one in engines.items()}
    np.testing.assert_allclose(rows[ONNX], rows[TORCH], atol=1e-4)
    same = (rows[INT8].argmax(axis=1) == rows[TORCH].argmax(axis=1)).mean()
    assert 0.85 < same <= 1
    assert np.abs(rows[INT8] - rows[TORCH]).max() > 1e-4  # it was rounded
    alone = BatchPredictor(engines[ONNX], batch_size=1).labels(texts)
    in_sevens = BatchPredictor(engines[ONNX], batch_size=7, sort_by_length=True)
    assert list(alone) == list(in_sevens.labels(texts))
    run = time_engines(engines, texts[:8])
    assert run.is_live
    assert run.values["onnxruntime, changed labels"] == [0, 8]
