"""The model that writes: what it begins with, and its weights, pieces and words in one file.

A text is made of pieces of words, each with an id; a guide forbids pieces that would make no word.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
from lessons_lib.pipeline.text.corpus import may_begin
from lessons_lib.pipeline.writing.small_gpt import SmallGPT, weight_shapes

IN_WORD = r"[A-Za-z0-9'-]"  # all that one word may consist of; the rest separates words
_LAST_WORD = re.compile(f"{IN_WORD}*$")


COMPLETE = "."  # in place of a begun word, if the word must not go on


def words_of(text: str) -> list[str]:
    """Return the words of a text in lowercase, as the guide sees them."""
    return re.findall(f"{IN_WORD}+", text.lower())


class Guide:
    """Allows a piece only if the word begun with it can still become one of a list.

    Engines call this structured or guided output. A list of forbidden words would not be enough:
    pieces make up words that nobody listed.

    Parameters
    ----------
    pieces : Pieces
        What the model writes.
    words : iterable of str
        Every word that it may write, in lowercase.
    """

    def __init__(self, pieces: Pieces, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._complete = self.words | {""}
        self._beginnings = {word[:end] for word in self.words for end in range(len(word) + 1)}
        self._between_words = torch.zeros(len(pieces), dtype=torch.bool)
        self._between_words[END_OF_TEXT] = True
        # What goes on with a word, by its first letter: number, letters, and whether the word ends.
        self._in_words: defaultdict[str, list[tuple[int, str, bool]]] = defaultdict(list)
        for number in range(pieces.FIRST, len(pieces)):
            first, *others = re.split(f"((?!{IN_WORD}).)", pieces.text_of(number))
            *ended, last = [word.lower() for word in others[1::2]] or [""]
            if not (self._complete.issuperset(ended) and last in self._beginnings):
                continue
            if first:
                self._in_words[first[0]].append((number, first, bool(others)))
            else:
                self._between_words[number] = True
        self.allowed = functools.lru_cache(maxsize=4096)(self._allowed)

    def begun(self, text: str) -> str:
        """Return the word at the end of a text, still without its last characters perhaps."""
        found = _LAST_WORD.search(text)
        return found[0].lower() if found else ""

    def _allowed(self, begun: str) -> Tensor:
        """Return which pieces may follow a begun word, (pieces,) of bool.

        After a word outside the list, which only a learner can have typed, that word must end. Only
        the first letter of a word may be a capital.
        """
        is_known = begun in self._beginnings
        may_end = begun in self._complete or not is_known
        allowed = self._between_words.clone() if may_end else self._between_words & False

        def with_begun(letters: str) -> str:
            return begun + letters if begun else letters.lower()

        allowed[
            [
                number
                for letter, several in self._in_words.items()
                if is_known and with_begun(letter) in self._beginnings
                for number, first, ends in several
                if with_begun(first) in (self._complete if ends else self._beginnings)
            ]
        ] = True
        return allowed


END_OF_TEXT = 0  # the id that ends a text
MOODS = {"negative": 1, "neutral": 2, "positive": 3}  # the first id of each text
TEXT_KINDS = {"amazon": 4, "movie": 5, "nyt": 6, "tweets": 7}  # the second, by source
_SIGNS = str.maketrans("‘’“”–—…\u00a0", "''\"\"--. ")


class Pieces:
    """The pieces of a vocabulary, each with an id; those of our own texts begin after the kinds.

    Parameters
    ----------
    pieces : sequence of str
        Every printable ASCII character, and frequent sequences of characters.

    Notes
    -----
    A text is split greedily: at each position, the longest piece that fits. That differs from
    how byte-pair encoding merges (Sennrich et al., ACL 2016), which only chose the pieces.
    """

    FIRST = 1 + len(MOODS) + len(TEXT_KINDS)

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = tuple(pieces)
        self._ids = {piece: number for number, piece in enumerate(pieces, start=self.FIRST)}
        self._longest = max(map(len, pieces), default=1)

    def __repr__(self) -> str:
        return f"Pieces({len(self):,})"

    def __len__(self) -> int:
        return self.FIRST + len(self.pieces)

    def text_of(self, number: int) -> str:
        """Return the characters of one id; the marks at the ends of a text have none."""
        return self.pieces[number - self.FIRST] if number >= self.FIRST else ""

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of ids."""
        return "".join(map(self.text_of, ids))

    def encode(self, text: str) -> tuple[list[int], str]:
        """Return the ids of a text, and the characters that no piece has, which are left out."""
        text = text.translate(_SIGNS)
        unknown = dict.fromkeys(sign for sign in text if not (sign in self._ids or sign.isspace()))
        text = " ".join("".join(sign for sign in text if sign not in unknown).split())
        ids: list[int] = []
        start = 0
        while start < len(text):
            ends = range(min(start + self._longest, len(text)), start, -1)
            end = next(end for end in ends if text[start:end] in self._ids)
            ids.append(self._ids[text[start:end]])
            start = end
        return ids, "".join(unknown)


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
