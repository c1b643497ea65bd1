"""Stage 2: turn one text into at most twenty lowercase tokens without punctuation."""

import string
import unicodedata

MAX_TOKENS = 20


class _PunctuationEraser(dict[int, int | None]):
    """A table for `str.translate` that classifies each character at its first occurrence."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if is_punctuation(chr(code)) else code
        return self[code]


def is_punctuation(sign: str) -> bool:
    """Return whether a character is in `string.punctuation` or in a Unicode category P*."""
    return sign in string.punctuation or unicodedata.category(sign).startswith("P")


# `str.split` also splits at these four; `bytes.split` does not.
_LOWER = bytes(range(256)).lower().translate(bytes.maketrans(b"\x1c\x1d\x1e\x1f", b"    "))
_ASCII_PUNCTUATION = string.punctuation.encode("ascii")
_ERASE_PUNCTUATION = _PunctuationEraser()


def preprocess(text: str, *, max_tokens: int = MAX_TOKENS) -> list[str]:
    """Return the first tokens of a text: lowercase, without punctuation, split at whitespace.

    Parameters
    ----------
    text : str
        Any text. Empty or punctuation-only texts have no tokens.
    max_tokens : int
        The maximum number of tokens; 20 throughout the lessons.

    Returns
    -------
    list of str, length 0 to `max_tokens`

    Raises
    ------
    TypeError
        If `text` is not one string.
    ValueError
        If `max_tokens` is below 1.

    Notes
    -----
    Punctuation means `string.punctuation` and every Unicode character of a category P*. It is
    deleted, not replaced by a space: "don't" becomes "dont", "well-made" becomes "wellmade".
    Everything else stays, including emoji and accents.
    """
    if not isinstance(text, str):
        raise TypeError(
            f"preprocess() takes one text (str), got {type(text).__name__}. "
            "For many texts call it once per text: [preprocess(text) for text in texts]."
        )
    if max_tokens < 1:
        raise ValueError(f"max_tokens must be ≥ 1, got {max_tokens}.")
    return _lowered_without_punctuation(text).split(None, max_tokens)[:max_tokens]


def uncut_tokens(text: str) -> list[str]:
    """Return all tokens of a text, which `preprocess` cuts off; it raises the same errors."""
    return preprocess(text, max_tokens=max(1, len(text)))  # a token has at least one character


def tokens_as_bytes(text: str) -> list[bytes]:
    """Return what `preprocess` returns, each token in UTF-8, in half the time for ASCII.

    Raises
    ------
    TypeError
        If `text` is not one string.
    """
    if isinstance(text, str) and text.isascii():
        tokens = text.encode("ascii").translate(_LOWER, _ASCII_PUNCTUATION).split(None, MAX_TOKENS)
        del tokens[MAX_TOKENS:]
        return tokens
    return [token.encode("utf-8", "surrogatepass") for token in preprocess(text)]


def _lowered_without_punctuation(text: str) -> str:
    """Return a text in lowercase without punctuation; ASCII is faster as bytes."""
    if text.isascii():
        return text.encode("ascii").translate(_LOWER, _ASCII_PUNCTUATION).decode("ascii")
    return text.lower().translate(_ERASE_PUNCTUATION)
