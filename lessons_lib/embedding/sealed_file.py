"""Arrays in a safetensors file that notices damage: it holds one sha256 over all of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from lessons_lib.files import write_whole

METADATA_KEY = "lessons_lib"
_BLANK = "0" * 64


class SealedFileError(ValueError):
    """A sealed file is missing, damaged or something else; the message says what to do."""


def write_sealed(
    path: Path, kind: str, tensors: Mapping[str, NDArray[Any]], provenance: dict[str, Any]
) -> None:
    """Write arrays and where they come from; the same contents give the same bytes.

    Notes
    -----
    The sha256 is taken over the file with 64 zeros in its place. No reader ever sees half a file.
    """
    metadata = json.dumps({"kind": kind, "sha256": _BLANK, "provenance": provenance})
    # One metadata key only: safetensors writes several in no fixed order.
    blank = safetensors.numpy.save(dict(tensors), metadata={METADATA_KEY: metadata})
    sealed = blank.replace(_BLANK.encode(), hashlib.sha256(blank).hexdigest().encode(), 1)
    write_whole(path, sealed)


def read_sealed(path: Path, kind: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the arrays of a sealed file, and where they come from.

    Raises
    ------
    SealedFileError
        If the file is missing, truncated, changed by even one byte, or of another kind.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SealedFileError(
            f"{path} could not be read ({error.strerror or error}). "
            f"Name a {kind}, or install lessons-lib again."
        ) from error
    metadata = _metadata(content, path, kind)
    if _sha256(content, metadata["sha256"]) != metadata["sha256"]:
        raise SealedFileError(
            f"{path} is damaged: its sha256 is not the one written in it. Copy or install it again."
        )
    try:
        tensors = safetensors.numpy.load(content)
    except safetensors.SafetensorError as error:
        raise SealedFileError(f"{path} is not a sound safetensors file: {error}") from error
    return {name: np.asarray(tensor) for name, tensor in tensors.items()}, metadata["provenance"]


def _sha256(content: bytes, written: str) -> str:
    """Return the digest of a file in which the written one is blank, as it was when sealed."""
    seal, view = written.encode(), memoryview(content)
    place = content.find(seal)
    digest = hashlib.sha256(view[:place])
    digest.update(_BLANK.encode())
    digest.update(view[place + len(seal) :])
    return digest.hexdigest()


def pack_words(words: Sequence[str]) -> NDArray[np.uint8]:
    """Return words as utf-8 bytes, one a line, in an array that a sealed file can hold."""
    if any(word.splitlines() != [word] for word in words):
        raise ValueError("Words in a sealed file are not empty and hold no line break.")
    return np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8)


def unpack_words(packed: NDArray[np.uint8]) -> list[str]:
    """Return the words that `pack_words` packed."""
    return packed.tobytes().decode("utf-8").split("\n") if packed.size else []


def _metadata(content: bytes, path: Path, kind: str) -> dict[str, Any]:
    """Read the header: 8 bytes of length, then JSON, in which our metadata is JSON again."""
    try:
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        metadata = json.loads(header["__metadata__"][METADATA_KEY])
        found = metadata["kind"]
        if len(str(metadata["sha256"])) != len(_BLANK) or not isinstance(
            metadata["provenance"], dict
        ):
            raise ValueError("its seal is incomplete")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SealedFileError(
            f"{path} is not a {kind} of lessons-lib, or it is damaged: {error!r}. "
            "Copy or install it again, or name another file."
        ) from error
    if found != kind:
        raise SealedFileError(f"{path} is a {found}, but a {kind} is needed here.")
    checked: dict[str, Any] = metadata
    return checked
