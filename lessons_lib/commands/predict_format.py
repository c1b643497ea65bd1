"""The file formats of `lessons predict`, and how a file's name tells its own."""

from __future__ import annotations

from pathlib import Path

from lessons_lib.commands.console import CommandError

FORMATS = ("txt", "csv", "jsonl")
STANDARD_STREAM = "-"
_BY_SUFFIX = {".txt": "txt", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def input_format(name: str, given: str | None) -> str:
    """Return the format that was given, or that of the name's ending; txt without an ending.

    Raises
    ------
    CommandError
        If the ending is none that is known.
    """
    if given is not None:
        return given
    suffix = Path(name).suffix.lower()
    if name == STANDARD_STREAM or not suffix:
        return "txt"
    if suffix not in _BY_SUFFIX:
        raise CommandError(
            f"The texts are read from {', '.join(_BY_SUFFIX)}, got {name}. If it is one of these "
            f"under another name, add --format {'|'.join(FORMATS)}."
        )
    return _BY_SUFFIX[suffix]


def output_format(name: str, format_in: str) -> str:
    """Return the format of the name's ending, or that of the input without one.

    Raises
    ------
    CommandError
        If the ending is none that is known.
    """
    suffix = Path(name).suffix.lower()
    if not suffix:
        return format_in
    if suffix not in _BY_SUFFIX:
        raise CommandError(
            f"The labels are written as {', '.join(_BY_SUFFIX)}, got {name}. Name OUT so, or "
            f"without an ending: it is then {format_in}, as IN is."
        )
    return _BY_SUFFIX[suffix]
