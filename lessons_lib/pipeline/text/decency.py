"""What may be shown in a classroom: texts without strong swear words, and decent words."""

from __future__ import annotations

import codecs
import re
import unicodedata

# rot13 keeps this file classroom-safe. Texts with these stems are trained on but never shown.
_STEMS = codecs.decode(
    "shpx shxva fuvg ovgpu phag avttre avttn snttbg juber fyhg nffubyr chffl ergneq qvpxurnq "
    "onfgneq pbpxfhpx",
    "rot13",
).split()
# Further words that are never shown alone, or written.
_WORDS = codecs.decode(
    "nefr nff oybjwbo obbof pbpx pbpxf phag phz qvpx qvpxf qvyqb qbhpur shxrq xxx anmv ahqrf "
    "betnfz cvff cbea cbeab cevpx chffl encr encrq encvfg enccvat ergneq fyhg fyhggl gvg gvgf "
    "gheq gjng jnaxre",
    "rot13",
).split()

# People would be insulted by chance in what a small model adds to these.
_GROUPS = (
    "jew|jews|jewish|muslims?|islam|christians?|catholics?|hindus?|gays?|lesbians?|homosexuals?|"
    "transgender|blacks|whites|asians?|africans?|arabs?|mexicans?|immigrants?|refugees?|people"
)


def is_showable(text: str) -> bool:
    """Return whether a text may be shown in a lesson: it contains no strong swear words."""
    lowered = text.lower()
    return not any(stem in lowered for stem in _STEMS)


def is_decent(word: str) -> bool:
    """Return whether a lowercase word may be shown alone, or written by a model of ours."""
    return word not in _WORDS and is_showable(word)


def may_begin(text: str) -> bool:
    """Return whether a text may be continued by a model of ours.

    Words are also found if they are written with marks or spaces between letters, in the plural,
    or in letters of another width. Names of groups of people are refused, too.
    """
    plain = re.sub(r"[^a-z0-9\s]", "", unicodedata.normalize("NFKC", text).lower())
    joined = re.sub(r"\b(\w)\s+(?=\w\b)", r"\1", plain)
    words = re.findall("[a-z0-9]+", f"{text.lower()} {joined}")
    singular = [word.removesuffix(end) for word in words for end in ("s", "es")]
    return all(map(is_decent, words + singular)) and not re.search(rf"\b({_GROUPS})\b", joined)


def has_decent_words(text: str) -> bool:
    """Return whether each run of letters and digits in a text is decent."""
    return all(map(is_decent, re.findall("[a-z0-9]+", text.lower())))
