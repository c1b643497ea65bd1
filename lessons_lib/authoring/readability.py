"""How easy an English text is to read: the Flesch reading ease, 100 easy, 0 hard.

R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32, 1948.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n\s*\n")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûü]+")


def reading_ease(text: str) -> float:
    """Return the Flesch reading ease of a text; 55 is fairly plain English.

    Raises
    ------
    ValueError
        If the text has no word.
    """
    sentences = [words for part in _SENTENCE_END.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        raise ValueError("The reading ease is that of a text with words, got none.")
    per_sentence = len(words) / len(sentences)
    per_word = sum(map(syllables, words)) / len(words)
    return 206.835 - 1.015 * per_sentence - 84.6 * per_word


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels that are heard."""
    lowered = word.lower()
    heard = len(_VOWELS.findall(lowered))
    if re.search(r"[^aeiouyl]e$|[^aeioudty]ed$|[^aeiouychsxzg]es$|[aeiouy]le$", lowered):
        heard -= 1  # cake, learned, makes, while
    return max(heard, 1)
