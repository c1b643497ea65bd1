from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.embedding.sealed_file import write_sealed
from lessons_lib.embedding.table import pack_vocabulary
from lessons_lib.model.checkpoint import (
    KIND,
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    save_checkpoint,
)
from lessons_lib.text.vocabulary import Vocabulary

MEGABYTE = 1_000_000


@pytest.fixture
def checkpoint() -> Checkpoint:
    rng = np.random.default_rng(0)
    embedding = rng.normal(size=(4, 50)).astype(np.float16).astype(np.float32)
    embedding[0] = 0
    return Checkpoint(
        embedding=embedding,
        head_weight=rng.normal(size=(3, 50)).astype(np.float32),
        head_bias=rng.normal(size=3).astype(np.float32),
        vocabulary=Vocabulary(["café", "😡"]),
        provenance={"command": "none", "figure": 0.5},
    )


def test_a_saved_checkpoint_comes_back(checkpoint: Checkpoint, tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "one", checkpoint)
    loaded = load_checkpoint(tmp_path / "one")
    for name in ("embedding", "head_weight", "head_bias"):
        assert np.array_equal(getattr(loaded, name), getattr(checkpoint, name))
        assert getattr(loaded, name).dtype == np.float32
    assert loaded.vocabulary.words == checkpoint.vocabulary.words
    assert loaded.provenance == checkpoint.provenance


def test_saving_what_was_loaded_gives_the_same_bytes(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    save_checkpoint(tmp_path / "one", checkpoint)
    save_checkpoint(tmp_path / "two", load_checkpoint(tmp_path / "one"))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("damage", ["missing", "truncated", "flipped byte", "something else"])
def test_a_file_that_is_not_a_sound_checkpoint_is_refused(
    damage: str, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    path = tmp_path / "one"
    save_checkpoint(path, checkpoint)
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(content[:-100])
    elif damage == "flipped byte":
        path.write_bytes(content[:-100] + bytes([content[-100] ^ 1]) + content[-99:])
    else:
        path.write_text("a letter to a friend", encoding="utf-8")
    with pytest.raises(CheckpointError, match="one"):
        load_checkpoint(path)


def test_a_sound_file_with_an_array_missing_is_refused(tmp_path: Path) -> None:
    write_sealed(tmp_path / "one", KIND, {"vocabulary": pack_vocabulary(Vocabulary(["a"]))}, {})
    with pytest.raises(CheckpointError, match=r"invalid contents: 'embedding'"):
        load_checkpoint(tmp_path / "one")


def test_a_sound_file_with_a_word_twice_is_refused(checkpoint: Checkpoint, tmp_path: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {
        "embedding": checkpoint.embedding,
        "head_weight": checkpoint.head_weight,
        "head_bias": checkpoint.head_bias,
        "vocabulary": np.frombuffer(b"a\na", dtype=np.uint8),
    }
    write_sealed(tmp_path / "one", KIND, arrays, {})
    with pytest.raises(CheckpointError, match="'a' twice"):
        load_checkpoint(tmp_path / "one")


@pytest.mark.parametrize(
    ("name", "shape"),
    [("embedding", (5, 50)), ("embedding", (4, 49)), ("head_weight", (2, 50)), ("head_bias", (4,))],
)
def test_weights_of_a_wrong_shape_are_refused(
    name: str, shape: tuple[int, ...], checkpoint: Checkpoint
) -> None:
    with pytest.raises(CheckpointError, match=f"must have {name} of shape"):
        replace(checkpoint, **{name: np.zeros(shape, dtype=np.float32)})  # type: ignore[arg-type]


def test_weights_that_are_not_numbers_are_refused(checkpoint: Checkpoint) -> None:
    with pytest.raises(CheckpointError, match="head_bias must contain finite numbers"):
        replace(checkpoint, head_bias=np.array([0, np.nan, 0], dtype=np.float32))


def test_it_says_its_size(checkpoint: Checkpoint) -> None:
    assert repr(checkpoint) == "Checkpoint(4 words × 50 features -> 3 classes)"


def test_the_shipped_one_is_small_and_says_where_it_comes_from() -> None:
    shipped = load_checkpoint()
    assets = Path(sys.modules["lessons_lib"].__path__[0]) / "assets"
    for path in assets.glob("*.safetensors"):
        assert path.stat().st_size <= 4 * MEGABYTE, path.name
    assert {"sources", "command", "recipe", "test"} <= shipped.provenance.keys()


def test_loading_it_does_not_import_torch() -> None:
    program = (
        "import sys\nfrom lessons_lib.model.checkpoint import load_checkpoint\n"
        "load_checkpoint()\nsys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
