"""A guide for a model that writes: which pieces keep every word inside a list."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import Tensor

from lessons_lib.pipeline.writing.pieces import END_OF_TEXT, Pieces

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
