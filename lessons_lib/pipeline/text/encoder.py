"""Stage 2 and the ids of stage 3 for many texts at once, without a Python object per token.

The ids are those of ``vocabulary.encode(preprocess(text))``. All texts are in one byte string, and
each step below is one pass over it (``␣`` is FE, ``␞`` is FF: two bytes that UTF-8 never uses)::

    texts     "I LOVE it!"            "So boring"
    joined     I   L O V E   i t ! ␞   S o   b o r i n g ␞    str.join, encode
    clean      i ␣ l o v e ␣ i t ␞     s o ␣ b o r i n g ␞    bytes.translate: lower, delete, mark
    ends         ^         ^     ^         ^             ^    where a byte is FE or FF
    lengths    1   4         2         2     6                the distances between ends, less one
    words      i   love      it        so    boring           8 bytes from each start, as a number
    ids        7   81        12        102   950              the numbers, found in a hash table
    counts     3                       2                      how many of the ids each text has
"""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, is_punctuation
from lessons_lib.pipeline.text.vocabulary import UNK, Vocabulary

Keys = NDArray[np.uint64]
Ids = NDArray[np.int32]

NUL, TOKEN_END, TEXT_END = 0xFD, 0xFE, 0xFF  # bytes that never occur in UTF-8
_SEPARATOR = "\x1e"  # the record separator: whitespace to str.split, and rare
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_PUNCTUATION = string.punctuation.encode("ascii")
_WORD = 8  # bytes in a number
_LONGEST = 2 * _WORD  # bytes of the longest token that is looked up as numbers
_MIX = np.uint64(0xC2B2AE3D27D4EB4F)  # any odd number keeps the second half's information
# Masks that keep the first (lowest) 0 to 8 bytes of a number, by the length of the token.
_MASKS = np.array([(1 << 8 * length) - 1 for length in range(_WORD + 1)], dtype=np.uint64)


def _clean_byte(code: int) -> int:
    """Return the cleaned byte; bytes beyond ASCII belong to texts that are already clean."""
    sign = chr(code)
    if sign == _SEPARATOR:
        return TEXT_END
    if sign == "\0":
        return NUL  # so that zeros after a token are always padding
    if code >= 128:
        return code
    return TOKEN_END if sign.isspace() else ord(sign.lower())


_CLEAN = bytes(map(_clean_byte, range(256)))


@dataclass(frozen=True, slots=True, eq=False)
class TokenIds:
    """The concatenated ids of many texts, without padding.

    Attributes
    ----------
    ids : array of int32, shape (t,)
        The ids of all texts' tokens, at most 20 per text.
    counts : array of int64, shape (n,)
        The number of ids per text.
    """

    ids: NDArray[np.int32]
    counts: NDArray[np.int64]


class VectorizedEncoder:
    """Encodes many texts as ids in a few array operations.

    Parameters
    ----------
    vocabulary : Vocabulary
        The known words.

    Notes
    -----
    A token of up to 8 bytes fits in one 64-bit number, which is its key. A token of up to 16 bytes
    is two numbers, which are mixed into one key; the second one is compared after the search, and
    with an equal key the first one is then equal, too. The few longer tokens are looked up one by
    one.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = [_as_clean_bytes(word) for word in vocabulary.words]
        lengths = np.array([len(word) for word in words])
        first = _numbers(words, 0)  # (V,)
        self._second = _numbers(words, _WORD)  # (V,)
        short = np.flatnonzero((lengths > 0) & (lengths <= _WORD)).astype(np.int32)
        long = np.flatnonzero((lengths > _WORD) & (lengths <= _LONGEST)).astype(np.int32)
        # The beginnings of long words, too: a search for one would go through all tables in vain.
        beginnings = np.setdiff1d(first[long], first[short])
        ids = np.append(short, np.full(len(beginnings), UNK, np.int32))
        self._short = WordTable(np.append(first[short], beginnings), ids, missing=UNK)
        self._long = WordTable(_mixed(first[long], self._second[long]), long, missing=UNK)
        self._longer = {words[i]: int(i) for i in np.flatnonzero(lengths > _LONGEST)}

    def encode(self, texts: Sequence[str]) -> TokenIds:
        """Return the ids of each text's first 20 tokens.

        Parameters
        ----------
        texts : sequence of str, length n
            May be empty, and may contain empty texts.

        Raises
        ------
        TypeError
            If `texts` is one string, or contains anything but strings.
        """
        if isinstance(texts, str):
            check_texts(texts)  # or each character would be a text
        clean = _cleaned(texts)
        starts, lengths, counts = _kept_tokens(clean)  # (t,), (t,), (n,)
        if len(counts) != len(texts):  # a text contains a separator, which is whitespace
            return self.encode([text.replace(_SEPARATOR, " ") for text in texts])
        return TokenIds(self._ids(clean, starts, lengths), counts)

    def _ids(
        self, clean: bytes, starts: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        """Return the ids of the tokens that begin at `starts` in the bytes, (t,) -> (t,)."""
        numbers = _numbers_at_each_byte(clean)
        first = numbers[starts] & _MASKS.take(lengths, mode="clip")  # (t,)
        ids = self._short.find(first)  # (t,)
        long = np.flatnonzero(lengths > _WORD)  # (l,) about a tenth of them
        left = lengths.take(long) - _WORD  # (l,)
        second = numbers[starts.take(long) + _WORD] & _MASKS.take(left, mode="clip")  # (l,)
        candidates = self._long.find(_mixed(first.take(long), second))  # (l,)
        ids[long] = np.where(self._second.take(candidates) == second, candidates, UNK)
        for index in long[left > _WORD].tolist():  # one in two thousand
            token = clean[starts[index] : starts[index] + lengths[index]]
            ids[index] = self._longer.get(token, UNK)
        return ids


def check_texts(texts: Sequence[str]) -> None:
    """Raise a TypeError if texts to encode are one string, or contain anything but strings."""
    if isinstance(texts, str):
        raise TypeError("encode() takes many texts (a list of str), got one str.")
    for index, text in enumerate(texts):
        if not isinstance(text, str):
            kind = type(text).__name__
            raise TypeError(f"Each text must be a str, got {kind} at index {index}.")


def _cleaned(texts: Sequence[str]) -> bytes:
    """Return all texts as one string of clean bytes, with a separator after each text."""
    try:
        rows = [text if text.isascii() else _as_bytes(text) for text in texts]
        joined = _SEPARATOR.join([*rows, ""])
    except (AttributeError, TypeError):  # found at no cost, and described by the check
        check_texts(texts)
        raise
    return joined.encode("latin-1").translate(_CLEAN, _PUNCTUATION)


def _as_bytes(text: str) -> str:
    """Return a text as UTF-8, one character per byte, with only its ASCII left to clean.

    ``bytes.translate`` only handles ASCII. One character per byte keeps the joined string in
    Latin-1; a single wider character would make all of it wide, and slow to encode.
    """
    clean = _BEYOND_ASCII.sub(_clean_sign, text.lower())
    return clean.encode("utf-8", "surrogatepass").decode("latin-1")


def _clean_sign(found: re.Match[str]) -> str:
    sign = found[0]
    return "" if is_punctuation(sign) else " " if sign.isspace() else sign


def _kept_tokens(clean: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the starts and lengths of each text's first 20 tokens, and their number per text."""
    row = np.frombuffer(clean, np.uint8)
    ends = np.flatnonzero(row >= TOKEN_END)  # (e,)
    starts = np.append(0, ends[:-1] + 1)  # (e,)
    lengths = ends - starts  # (e,) 0 between two adjacent spaces
    is_token = lengths > 0
    text_ends = np.flatnonzero(row.take(ends) == TEXT_END)  # (n,)
    ranks = np.cumsum(is_token)  # (e,) from 1, over all texts
    last_ranks = ranks.take(text_ends)  # (n,)
    counts = np.diff(last_ranks, prepend=0)  # (n,)
    limits = np.repeat(last_ranks - counts + MAX_TOKENS, np.diff(text_ends, prepend=-1))  # (e,)
    kept = np.flatnonzero(is_token & (ranks <= limits))  # (t,)
    return starts.take(kept), lengths.take(kept), np.minimum(counts, MAX_TOKENS)


def _numbers_at_each_byte(clean: bytes) -> NDArray[np.uint64]:
    """Return a view in which element i is the number formed by the 8 bytes from byte i on.

    Index it with ``[indices]``; ``take`` would copy the whole array first.
    """
    padded = clean + bytes(_LONGEST)
    return np.ndarray(len(clean) + _WORD, dtype="<u8", buffer=padded, strides=(1,))


def _as_clean_bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass").replace(b"\0", bytes([NUL]))


def _numbers(words: Sequence[bytes], offset: int) -> NDArray[np.uint64]:
    """Return the 8 bytes of each word from `offset` on, as a number."""
    pieces = b"".join(word[offset : offset + _WORD].ljust(_WORD, b"\0") for word in words)
    return np.frombuffer(pieces, dtype="<u8").astype(np.uint64)


def _mixed(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return one key for two numbers."""
    return first ^ (second * _MIX)


# 2**64 divided by the golden ratio: multiplying by it spreads keys evenly (Knuth, TAOCP 3, 6.4).
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SLOTS_PER_KEY = 2  # at most half full, so most searches end in the first table


class WordTable:
    """A hash table in numpy that looks up many 64-bit keys in a few array operations.

    Parameters
    ----------
    keys : array of uint64, shape (k,)
        Unique and nonzero, because 0 marks an empty slot.
    ids : array of int32, shape (k,)
        The value to return for each key.
    missing : int
        The value to return for an unknown key.

    Raises
    ------
    ValueError
        If a key is 0 or occurs twice.

    Notes
    -----
    All keys are placed at once. Those that collide, about one in six, go into a second table with a
    different hash, and so on; a search follows the same chain. Six tables hold the shipped
    vocabulary. Of keys that collide, the smallest stays in the first table: it is the shortest
    word, and short words are frequent.
    """

    def __init__(self, keys: Keys, ids: Ids, *, missing: int) -> None:
        order = keys.argsort()
        keys, ids = keys[order], ids[order]
        if not keys.all() or (keys[1:] == keys[:-1]).any():
            raise ValueError("The keys of a WordTable must be unique and nonzero.")
        self._bits = max(_SLOTS_PER_KEY * len(keys), 2).bit_length()
        self._keys = np.zeros(1 << self._bits, np.uint64)
        self._ids = np.full(1 << self._bits, missing, np.int32)
        self._missing = missing
        taken, placed = np.unique(self._slots(keys), return_index=True)  # one key per slot
        self._keys[taken], self._ids[taken] = keys[placed], ids[placed]
        keys, ids = np.delete(keys, placed), np.delete(ids, placed)
        self._behind = WordTable(_respread(keys), ids, missing=missing) if len(keys) else None

    def find(self, keys: Keys) -> Ids:
        """Return the id of each key, (t,) -> (t,)."""
        slots = self._slots(keys)  # (t,)
        found = self._ids.take(slots)  # (t,)
        others = np.flatnonzero(self._keys.take(slots) != keys)  # the slot holds another key
        found[others] = (
            self._behind.find(_respread(keys[others])) if self._behind else self._missing
        )
        return found

    def _slots(self, keys: Keys) -> NDArray[np.int64]:
        return ((keys * _SPREAD) >> np.uint64(64 - self._bits)).view(np.int64)


def _respread(keys: Keys) -> Keys:
    """Return new keys for old ones; they stay unique because the factor is odd."""
    return keys * _SPREAD
