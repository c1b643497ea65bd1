"""Texts that can be sent to a browser and shown there, whatever a learner typed or code raised."""

from __future__ import annotations

SHOWN_TOKEN_LENGTH = 32

_CONTROL_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}


def well_formed(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates by U+FFFD: neither can be sent as UTF-8."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def shown(text: str, *, length: int = SHOWN_TOKEN_LENGTH) -> str:
    """Return a text fit to be sent and seen: short, valid, control characters as pictures."""
    short = text if len(text) <= length else text[: length - 1] + "…"
    return well_formed(short).translate(_CONTROL_PICTURES)


def error_in_words(error: BaseException) -> str:
    """Return an exception as one short line that can be sent and shown."""
    return f"{type(error).__name__}: {shown(str(error), length=500)}"
