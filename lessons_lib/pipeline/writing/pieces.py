"""Pieces of words, from which a model writes: text to ids, and ids back to text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
