"""The model that writes: what it begins with, and its weights, pieces and words in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lessons_lib.arguments import check_text
from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.embedding.sealed_file import load_sealed, write_sealed
from lessons_lib.pipeline.model.network import use_one_thread
from lessons_lib.pipeline.text.decency import may_begin
from lessons_lib.pipeline.writing.guide import Guide
from lessons_lib.pipeline.writing.pieces import MOODS, TEXT_KINDS, Pieces
from lessons_lib.pipeline.writing.small_gpt import SmallGPT, weight_shapes

SHIPPED_WRITER = "writer.safetensors"
WRITER_KIND = "model that writes"
OFFERED_MOODS = ("negative", "positive")  # the third one rarely shows in its texts
LONGEST_PROMPT = 96  # tokens, so that there is room to write
_SCALE = ".scale"


class Prompt(NamedTuple):
    """The ids that a text begins with, the same as text, and what was left out of it."""

    ids: list[int]
    text: str
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """A model that writes short film reviews, one piece of a word after another.

    Attributes
    ----------
    model : SmallGPT
        Computes logits for the next piece.
    pieces : Pieces
        What it reads and writes.
    guide : Guide
        Which pieces may come next.
    provenance : dict
        Sources, license, the command that created it, and its perplexity.
    """

    model: SmallGPT
    pieces: Pieces
    guide: Guide
    provenance: dict[str, Any]

    def __repr__(self) -> str:
        return f"Writer({self.model!r}, {len(self.pieces):,} pieces)"

    def prompt(self, mood: str, first_words: str = "") -> Prompt:
        """Return what a text begins with.

        Parameters
        ----------
        mood : str
            "negative" or "positive".
        first_words : str
            May be empty, and may end within a word. Characters that no piece has are left out.

        Raises
        ------
        TypeError
            If one of them is not a string.
        ValueError
            If the mood is unknown, or the first words are longer than 96 tokens or hold a word
            that is not shown in a classroom or names a group of people.
        """
        check_text("Writer.prompt(mood=...)", mood)
        check_text("Writer.prompt(first_words=...)", first_words)
        if mood not in OFFERED_MOODS:
            raise ValueError(f"mood must be {' or '.join(OFFERED_MOODS)}, got {mood!r}.")
        ids, unknown = self.pieces.encode(first_words)
        text = self.pieces.decode(ids)
        if not may_begin(first_words):
            raise ValueError(
                "The first words include one that isn't shown in a classroom, or names a group of "
                "people. Choose other words."
            )
        if len(ids) > LONGEST_PROMPT:
            raise ValueError(
                f"The first words have {len(ids):,} tokens, and the limit is {LONGEST_PROMPT}. "
                "Shorten them."
            )
        note = f"Left out, because no piece has it: {' '.join(unknown[:10])}" if unknown else ""
        return Prompt([MOODS[mood], TEXT_KINDS["movie"], *ids], text, note)


def load_writer(path: Path | None = None) -> Writer:
    """Return the model in a file, by default the shipped one.

    Raises
    ------
    SealedFileError
        If the file is missing, damaged, or of another kind.
    """
    use_one_thread()
    file = shipped_asset(SHIPPED_WRITER) if path is None else Path(path)
    return load_sealed(file, WRITER_KIND, _writer_of)


def _writer_of(arrays: dict[str, NDArray[Any]], provenance: dict[str, Any]) -> Writer:
    pieces = Pieces(_unpacked(arrays["pieces"]))
    weights = {name: _restored(arrays, name) for name in weight_shapes(len(pieces))}
    if {name: tuple(one.shape) for name, one in weights.items()} != weight_shapes(len(pieces)):
        raise ValueError("the shapes of its weights do not fit the model")
    guide = Guide(pieces, _unpacked(arrays["words"]))
    return Writer(SmallGPT(weights), pieces, guide, provenance)


def save_writer(
    path: Path,
    weights: Mapping[str, Tensor],
    pieces: Sequence[str],
    words: Sequence[str],
    provenance: dict[str, Any],
) -> None:
    """Write a model with matrices rounded to 8-bit integers, each row with a scale of its own.

    Notes
    -----
    Equal models give identical bytes. At this size, the perplexity is the same to three digits.
    """
    arrays: dict[str, NDArray[Any]] = {"pieces": _packed(pieces), "words": _packed(words)}
    for name, weight in weights.items():
        full = weight.numpy()
        if weight.ndim == 2:
            scale = np.abs(full).max(axis=1, keepdims=True) / 127
            arrays[name + _SCALE] = scale
            full = np.rint(full / scale).astype(np.int8)
        arrays[name] = full
    write_sealed(Path(path), WRITER_KIND, arrays, provenance)


def _restored(arrays: Mapping[str, NDArray[Any]], name: str) -> Tensor:
    return torch.tensor(arrays[name] * arrays.get(name + _SCALE, np.float32(1)))


def _packed(lines: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode("ascii"), dtype=np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode("ascii").split("\n")
