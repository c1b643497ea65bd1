"""Arrays in a safetensors file that contains a sha256 of all its other bytes, to detect damage."""

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import safetensors.numpy
from numpy.typing import NDArray

from lessons_lib.files import write_whole

Loaded = TypeVar("Loaded")

_IN_USE: WeakValueDictionary[type[Any], Any] = WeakValueDictionary()
_BLANK = "0" * 64  # stands in for the sha256 while it is computed
_DAMAGED_FILE_ERRORS = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class SealedFileError(ValueError):
    """A sealed file is missing, damaged or of another kind; the message says what to do."""


def write_sealed(
    path: Path, kind: str, arrays: Mapping[str, NDArray[Any]], provenance: dict[str, Any]
) -> None:
    """Write arrays and their provenance; equal contents give identical bytes."""
    seal = json.dumps({"kind": kind, "sha256": _BLANK, "provenance": provenance})
    # A single metadata key, because safetensors writes several keys in random order.
    blank = safetensors.numpy.save(dict(arrays), metadata={"lessons_lib": seal})
    write_whole(path, blank.replace(_BLANK.encode(), hashlib.sha256(blank).hexdigest().encode(), 1))


def shared(kind: type[Loaded], load: Callable[[], Loaded]) -> Loaded:
    """Return what was loaded of a kind while it is in use, or load it; each takes 10 to 20 MB."""
    found: Loaded | None = _IN_USE.get(kind)
    if found is None:
        _IN_USE[kind] = found = load()
    return found


def read_sealed(
    path: Path | Traversable, kind: str
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the arrays of a sealed file and their provenance.

    Raises
    ------
    SealedFileError
        If the file is missing, truncated, changed in even one byte, or of another kind.
    """
    advice = f"Reinstall lessons-lib, or pass another {kind}."
    try:
        content = path.read_bytes()
        head = content[: 8 + int.from_bytes(content[:8], "little")]  # 8 bytes of length, then JSON
        seal = json.loads(json.loads(head[8:])["__metadata__"]["lessons_lib"])
        digest = hashlib.sha256(head.replace(seal["sha256"].encode(), _BLANK.encode(), 1))
        digest.update(memoryview(content)[len(head) :])
        if digest.hexdigest() != seal["sha256"]:
            raise ValueError("its sha256 does not match the one stored in it")
        if seal["kind"] == kind:
            return safetensors.numpy.load(content), seal["provenance"]
    except OSError as error:
        raise SealedFileError(f"{path} could not be read ({error.strerror}). {advice}") from error
    except (*_DAMAGED_FILE_ERRORS, safetensors.SafetensorError) as error:
        raise SealedFileError(
            f"{path} is damaged or is not a {kind}: {error!r}. {advice}"
        ) from error
    raise SealedFileError(f"{path} must be a {kind}, got a {seal['kind']}. {advice}")


def load_sealed(
    path: Path | Traversable,
    kind: str,
    make: Callable[[dict[str, NDArray[Any]], dict[str, Any]], Loaded],
) -> Loaded:
    """Return what `make` makes of the arrays of a sealed file and their provenance.

    Raises
    ------
    SealedFileError
        If the file cannot be read (see `read_sealed`), or if `make` misses or rejects an array.
    """
    arrays, provenance = read_sealed(path, kind)
    try:
        return make(arrays, provenance)
    except (KeyError, ValueError) as error:
        raise SealedFileError(f"The {kind} in {path} is invalid: {error}.") from error
