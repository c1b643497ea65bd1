"""What may be shown in a classroom: texts without strong swear words, and decent words."""

from __future__ import annotations

import codecs
import re

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


def is_showable(text: str) -> bool:
    """Return whether a text may be shown in a lesson: it contains no strong swear words."""
    lowered = text.lower()
    return not any(stem in lowered for stem in _STEMS)


def is_decent(word: str) -> bool:
    """Return whether a lowercase word may be shown alone, or written by a model of ours."""
    return word not in _WORDS and is_showable(word)


def has_decent_words(text: str) -> bool:
    """Return whether each run of letters and digits in a text is decent."""
    return all(map(is_decent, re.findall("[a-z0-9]+", text.lower())))
