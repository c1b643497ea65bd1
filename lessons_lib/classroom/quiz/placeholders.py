"""Find `${name}` in a question's texts, and fill it from a row of values.

In prose, numbers get thousands separators and a true minus sign (`10,000`, `−1`); in code they stay
plain (`-1`), so that it runs as shown. Text values are inserted unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from lessons_lib.classroom.quiz.question import Question, Value

Q = TypeVar("Q", bound=Question)

PLACEHOLDER = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
_STRAY = re.compile(r"\$\{(?![a-z][a-z0-9_]*\})[^}\n]{0,20}\}?")
_CODE = re.compile(r"(```|~~~)[\s\S]*?\1|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)")  # fenced or inline
_NUMBERS = ("value", "tolerance")  # keys that hold a number, or a placeholder for one


def placeholders_in(text: str) -> list[str]:
    """Return the names of the placeholders in a text, in order."""
    return PLACEHOLDER.findall(text)


def stray_placeholders(text: str) -> list[str]:
    """Return everything that looks like a placeholder but is malformed: `${N}`, `${ n }`, `${n`."""
    return _STRAY.findall(text)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into pieces, each paired with whether it is code."""
    start = 0
    for match in _CODE.finditer(text):
        yield text[start : match.start()], False
        yield match.group(), True
        start = match.end()
    yield text[start:], False


def strings_of(question: Question) -> Iterator[tuple[str, str]]:
    """Yield every string of a question except its variants, with its place."""
    for name, part in msgspec.to_builtins(question).items():
        if name != "variants":
            yield from _strings_in(part, name)


def fill_text(text: str, row: Mapping[str, Value]) -> str:
    """Return a text with every placeholder replaced by the row's value.

    Raises
    ------
    KeyError
        If the row lacks a name; the loader rejects such questions.
    """
    if "${" not in text:
        return text
    return "".join(_replaced(piece, row, is_code) for piece, is_code in pieces(text))


def fill(question: Q, row: Mapping[str, Value]) -> Q:
    """Return a question filled from one row, without variants.

    Raises
    ------
    ValueError
        If a number is filled with text, or a text becomes too long.
    """
    data = msgspec.to_builtins(question) | {"variants": ()}
    return msgspec.convert(_filled(data, row), type(question))


def _strings_in(data: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, dict):
        for name, part in data.items():
            yield from _strings_in(part, f"{place}.{name}")
    elif isinstance(data, list | tuple):
        for number, part in enumerate(data, start=1):
            yield from _strings_in(part, f"{place}[{number}]")


def _filled(data: Any, row: Mapping[str, Value]) -> Any:
    if isinstance(data, str):
        return fill_text(data, row)
    if isinstance(data, dict):
        return {
            name: _number(part, row) if name in _NUMBERS else _filled(part, row)
            for name, part in data.items()
        }
    return [_filled(part, row) for part in data] if isinstance(data, list | tuple) else data


def _number(value: float | str, row: Mapping[str, Value]) -> float:
    filled = row[placeholders_in(value)[0]] if isinstance(value, str) else value
    if isinstance(filled, str):
        raise ValueError(f"{value} must be filled with a number, got the text {filled!r}")
    return float(filled)


def _replaced(piece: str, row: Mapping[str, Value], is_code: bool) -> str:
    def formatted(match: re.Match[str]) -> str:
        value = row[match[1]]
        return str(value) if is_code or isinstance(value, str) else f"{value:,}".replace("-", "−")

    return PLACEHOLDER.sub(formatted, piece)
