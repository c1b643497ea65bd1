"""Names and texts from learners' homes, made fit for a terminal, a CSV and a spreadsheet."""

from __future__ import annotations

import os
import re

LONGEST_SHOWN = 300

# Where commas are decimal signs, spreadsheets split at semicolons: a formula may start there.
_INNER_FORMULA = re.compile(r"([;\t|,]\s*)(?=[=+\-@])")


def printable(text: str) -> str:
    """Return a text on one line; what cannot be printed, or turns text round, is an escape."""
    shown = "".join(one if one.isprintable() else _escaped(one) for one in text)
    shown = _INNER_FORMULA.sub(r"\1'", shown)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


def printable_name(name: str) -> str:
    """Return a file's name; bytes that are no UTF-8 are escapes."""
    return printable(os.fsencode(name).decode("utf-8", "backslashreplace"))


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
