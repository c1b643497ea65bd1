"""The vocabulary, which maps tokens to ids and back: the first step of stage 3."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import repeat

from lessons_lib.pipeline.text.preprocess import MAX_TOKENS

PAD = 0
UNK = 1
SPECIAL_WORDS = ("<pad>", "<unk>")  # no token looks like these: preprocess deletes < and >


class Vocabulary:
    """A fixed list of words; a word's id is its position in the list.

    Parameters
    ----------
    words : iterable of str
        The known words without the special ones; their ids start at 2. Id 0 (`PAD`) pads short
        texts, id 1 (`UNK`) represents every unknown word.

    Raises
    ------
    TypeError
        If `words` is one string.
    ValueError
        If the list contains a word twice.
    """

    def __init__(self, words: Iterable[str]) -> None:
        if isinstance(words, str):
            raise TypeError("Vocabulary takes a list of words, got one str.")
        self._words = (*SPECIAL_WORDS, *words)
        self._ids = {word: number for number, word in enumerate(self._words)}
        if len(self._ids) != len(self._words):
            twice = next(word for word, count in Counter(self._words).items() if count > 1)
            raise ValueError(f"The words of a Vocabulary must be unique, got {twice!r} twice.")

    @property
    def words(self) -> tuple[str, ...]:
        """All words by id, `<pad>` and `<unk>` first."""
        return self._words

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: object) -> bool:
        return word in self._ids

    def __repr__(self) -> str:
        return f"Vocabulary({len(self):,} words)"

    def id_of(self, word: str) -> int:
        """Return the id of a word, or `UNK` if it is unknown."""
        return self._ids.get(word, UNK)

    def encode(self, tokens: Sequence[str], *, length: int = MAX_TOKENS) -> list[int]:
        """Return exactly `length` ids: one per token, then `PAD`.

        Parameters
        ----------
        tokens : sequence of str
            May be empty; tokens beyond `length` are cut off.
        length : int
            The number of ids, 20 throughout the lessons.

        Raises
        ------
        TypeError
            If `tokens` is one string, or is not a sequence.
        ValueError
            If `length` is below 1.
        """
        # Lists and tuples come first: checking the abstract Sequence takes longer than encoding.
        if not isinstance(tokens, list | tuple) and (
            isinstance(tokens, str) or not isinstance(tokens, Sequence)
        ):
            kind = "one str" if isinstance(tokens, str) else type(tokens).__name__
            raise TypeError(
                f"Vocabulary.encode() takes a list of tokens, got {kind}. "
                "Call preprocess(text) first."
            )
        if length < 1:
            raise ValueError(f"Vocabulary.encode() needs length ≥ 1, got {length}.")
        ids = list(map(self._ids.get, tokens[:length], repeat(UNK)))
        return ids + [PAD] * (length - len(ids))

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Return the word of each id, without `PAD`; unknown words are returned as `<unk>`.

        Raises
        ------
        ValueError
            If an id is negative or beyond the vocabulary.
        """
        listed = list(ids)
        for number in listed:
            if not 0 <= number < len(self):
                raise ValueError(f"Ids must be between 0 and {len(self) - 1}, got {number}.")
        return [self._words[number] for number in listed if number != PAD]
