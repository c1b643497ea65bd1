"""A number as a learner types it: `2`, `2.0`, `1e3`, `10,000`, with or without its unit."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(
    r"(?P<sign>[-+−]?)"
    r"(?P<digits>([1-9][0-9]{0,2}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?|\.[0-9]+)"
    r"(?P<power>[eE][-+−]?[0-9]{1,3})?"
)
_DECIMAL_COMMA = re.compile(r"[-+−]?[0-9]+,[0-9]+")
LONGEST = 60


class ResponseError(ValueError):
    """A response that cannot be graded; the message tells the learner what to give instead."""


def parse_number(text: str, unit: str = "") -> float:
    """Return the number that a learner typed.

    Parameters
    ----------
    text : str
        Spaces around it, commas between thousands and the unit after it are fine.
    unit : str
        What may follow the number.

    Raises
    ------
    ResponseError
        If it is no number, is not finite, or carries another unit.
    """
    cleaned = " ".join(text.split())
    example = f"for example 2.5{' ' + unit if unit else ''}"
    if not cleaned:
        raise ResponseError(f"Type a number, {example}; the field is empty.")
    match = _NUMBER.match(cleaned)
    if match is None or len(cleaned) > LONGEST:
        raise ResponseError(f"Type a number, {example}; {cleaned[:LONGEST]!r} is none.")
    rest = cleaned[match.end() :].strip()
    if _DECIMAL_COMMA.match(cleaned) and rest.startswith(","):
        raise ResponseError(f"Write decimals with a point, {example}; got {cleaned!r}.")
    if rest.casefold() not in ("", unit.casefold()):
        wanted = f"in {unit}" if unit else "without a unit"
        raise ResponseError(f"Give the number {wanted}, {example}; got {cleaned!r}.")
    value = float(match.group().replace("−", "-").replace(",", ""))
    if not math.isfinite(value):
        raise ResponseError(f"Type a number that is not that large, {example}; got {cleaned!r}.")
    return value
