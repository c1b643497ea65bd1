"""What `lessons predict --file` labels: records with a text, from txt, csv or jsonl lines."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lessons_lib.commands.console import CommandError
from lessons_lib.commands.predict_lines import Flaw, Lines

DEFAULT_COLUMN = "text"
LONE_RETURN = r"a line end \r without \n within it"

# The text, the fields of its row (one for each column), and of jsonl the object as it came.
# A plain tuple: a million of them are made, and a class of our own would take as long as the model.
Record = tuple[str, Sequence[str], str]


@dataclass(frozen=True, slots=True)
class Records:
    """The names of the columns and, once, the records below them with flaws in their places."""

    columns: Sequence[str]
    records: Iterator[Record | Flaw]


def text_records(lines: Lines) -> Records:
    """Return each line as a text, an empty one too."""
    return Records((DEFAULT_COLUMN,), _texts(lines))


def _texts(lines: Lines) -> Iterator[Record | Flaw]:
    for line in lines:
        if isinstance(line, Flaw):
            yield line
        else:
            text = line.removesuffix("\n").removesuffix("\r")
            if "\r" in text and "\r" in text.rstrip("\r"):
                yield Flaw(lines.number, LONE_RETURN)
            else:
                yield text, (text,), ""


def json_records(lines: Lines, key: str, taken: Collection[str]) -> Records:
    """Return the text under a key of each line's object; lines of white space are left out.

    Parameters
    ----------
    lines : Lines
        One object a line.
    key : str
        Whose value is the text.
    taken : collection of str
        The keys that will be added to the objects; none may have them already.

    Raises
    ------
    CommandError
        On the way, at an object that has one of those keys.
    """
    return Records((key,), _objects(lines, key, frozenset(taken)))


def _objects(lines: Lines, key: str, taken: frozenset[str]) -> Iterator[Record | Flaw]:
    for line in lines:
        if isinstance(line, Flaw):
            yield line
            continue
        told = line.strip(" \t\r\n")
        if not told:
            continue
        try:
            value = json.loads(told)
        except (ValueError, RecursionError) as error:
            yield Flaw(lines.number, f"no valid JSON ({error})")
            continue
        if wrong := _what_is_wrong(value, key):
            yield Flaw(lines.number, wrong)
            continue
        if not taken.isdisjoint(value):
            refuse_taken(sorted(taken.intersection(value)), f"line {lines.number}")
        yield value[key], (value[key],), told


def _what_is_wrong(value: object, key: str) -> str:
    if not isinstance(value, dict):
        return f"no JSON object but {_kind(value)}"
    if key not in value:
        return f"no key {key!r}; its keys are {named(value)}"
    if not isinstance(value[key], str):
        return f"the text under {key!r} must be a string, got {_kind(value[key])}"
    return ""


def _kind(value: object) -> str:
    if value is None:
        return "null"
    kinds = {bool: "true or false", list: "a list", dict: "an object", str: "a string"}
    return kinds.get(type(value), "a number")


def named(names: Iterable[str]) -> str:
    """Return the first names in a line, so that a message stays short."""
    listed = [repr(name if len(name) <= 40 else f"{name[:40]}…") for name in names]
    told = ", ".join(listed[:20]) or "none"
    return told if len(listed) <= 20 else f"{told} and {len(listed) - 20} more"


def refuse_taken(names: Iterable[str], place: str) -> None:
    """Refuse to write over what the input already holds under a name that would be added.

    Raises
    ------
    CommandError
        Always.
    """
    raise CommandError(
        f"The names of what is added must be new, but {place} already has {named(names)}. "
        "Add --prefix predicted_ (or another word) to set them apart."
    )
