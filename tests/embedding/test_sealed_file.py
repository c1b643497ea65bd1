from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from numpy.typing import NDArray

from lessons_lib.embedding.sealed_file import SealedFileError, read_sealed, write_sealed

KIND = "table of tests"
PROVENANCE = {"sources": ["ours"], "figure": 0.5}


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "some.safetensors"
    arrays: dict[str, NDArray[Any]] = {
        "a": np.arange(6, dtype=np.float16).reshape(2, 3),
        "b": np.frombuffer(b"bytes", dtype=np.uint8),
    }
    write_sealed(path, KIND, arrays, PROVENANCE)
    return path


def test_arrays_and_provenance_come_back(sealed: Path) -> None:
    arrays, provenance = read_sealed(sealed, KIND)
    assert provenance == PROVENANCE
    assert arrays["a"].dtype == np.float16
    assert arrays["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert arrays["b"].tobytes() == b"bytes"


def test_other_programs_can_read_the_file(sealed: Path) -> None:
    assert safetensors.numpy.load_file(sealed)["a"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_the_same_contents_give_the_same_bytes_and_nothing_is_left_beside(sealed: Path) -> None:
    before = sealed.read_bytes()
    write_sealed(sealed, KIND, *read_sealed(sealed, KIND))
    assert sealed.read_bytes() == before
    assert list(sealed.parent.iterdir()) == [sealed]


def test_every_flipped_bit_of_every_byte_is_noticed(sealed: Path) -> None:
    content = sealed.read_bytes()
    unnoticed = []
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << (place % 8)
        sealed.write_bytes(changed)
        try:
            read_sealed(sealed, KIND)
        except SealedFileError:
            continue
        unnoticed.append(place)
    assert unnoticed == []


def test_every_truncation_is_noticed(sealed: Path) -> None:
    content = sealed.read_bytes()
    for length in range(len(content)):
        sealed.write_bytes(content[:length])
        with pytest.raises(SealedFileError):
            read_sealed(sealed, KIND)


def test_bytes_after_the_end_are_noticed(sealed: Path) -> None:
    sealed.write_bytes(sealed.read_bytes() + b"\x00")
    with pytest.raises(SealedFileError, match="damaged"):
        read_sealed(sealed, KIND)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(SealedFileError, match=r"nowhere could not be read .* pass another table"):
        read_sealed(tmp_path / "nowhere", KIND)
    with pytest.raises(SealedFileError, match="could not be read"):
        read_sealed(tmp_path, KIND)


def test_a_sealed_file_of_another_kind_is_called_by_its_kind(sealed: Path) -> None:
    with pytest.raises(SealedFileError, match="must be a checkpoint, got a table of tests"):
        read_sealed(sealed, "checkpoint")


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff" * 100, b"\x02" + b"\x00" * 7 + b"[]"])
def test_a_file_that_is_nothing_of_ours_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(SealedFileError, match="is not a table of tests"):
        read_sealed(tmp_path / "other", KIND)


def test_a_safetensors_file_without_our_seal_is_refused(tmp_path: Path) -> None:
    safetensors.numpy.save_file({"a": np.zeros(2)}, tmp_path / "other")
    with pytest.raises(SealedFileError, match="is not a table of tests"):
        read_sealed(tmp_path / "other", KIND)
