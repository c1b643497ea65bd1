"""Values as a child writes them down: compared within a tolerance, and shown to a learner."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

TOLERANCE = 1e-6
LARGEST = 1e300
ROWS = ("list", "tuple")
LONGEST_SHOWN = 240
LONGEST_LIST, DEEPEST_SHOWN = 100, 6


def same(got: Any, wanted: Any) -> bool:
    """Say whether two values agree: numbers nearly, texts exactly, a tuple may be a list."""
    if is_number(wanted) and is_number(got):
        is_near = abs(got) < LARGEST and math.isclose(
            got, wanted, rel_tol=TOLERANCE, abs_tol=TOLERANCE
        )
        return is_near or bool(got == wanted)
    if not (is_kind(got) and is_kind(wanted)):
        return type(got) is type(wanted) and bool(got == wanted)
    kinds = {got[0], wanted[0]}
    if len(kinds) > 1 and not kinds <= set(ROWS):
        return False
    ours, theirs = got[1], wanted[1]
    if not (isinstance(ours, list) and isinstance(theirs, list)):
        return type(ours) is type(theirs) and bool(ours == theirs)
    return len(ours) == len(theirs) and all(map(same, ours, theirs))


def is_number(value: Any) -> bool:
    """Say whether a written value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_kind(value: Any) -> bool:
    """Say whether a written value is a kind with its content."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)


def kind_of(value: Any) -> str:
    """Return what a written value is called: int, str, list, Prediction ..."""
    if value is None:
        return "None"
    if is_kind(value):
        return str(value[1]) if value[0] == "other" else str(value[0])
    return type(value).__name__


def shown(value: Any) -> str:
    """Return a written value as Python would print it, shortened."""
    text = _shown(value, 0)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _shown(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return repr(value) if len(value) < 80 else f"{value[:80]!r}…"
    if isinstance(value, float):
        return f"{value:.6g}"
    if not is_kind(value):
        return str(value)
    kind, content = value
    if kind == "other":
        return f"something of type {content}"
    if not isinstance(content, list):
        return str(content)
    if depth > DEEPEST_SHOWN:
        return "…"
    if kind == "dict":
        pairs = [one for one in content if isinstance(one, list) and len(one) == 2]
        items = (f"{_shown(k, depth + 1)}: {_shown(v, depth + 1)}" for k, v in pairs)
        return "{" + _joined(items, len(content)) + "}"
    if kind == "Prediction" and len(content) == 2:
        return f"Prediction({content[0]})"
    inside = _joined((_shown(one, depth + 1) for one in content), len(content))
    if kind == "tuple":
        return f"({inside},)" if len(content) == 1 else f"({inside})"
    return f"[{inside}]" if kind == "list" else f"{kind}({inside})"


def _joined(items: Iterator[str], count: int) -> str:
    """Return the first items, as many as a line has room for, and how many more there are."""
    first: list[str] = []
    room = LONGEST_LIST
    for item in items:
        if first and room < len(item):
            return ", ".join([*first, f"… {count - len(first):,} more"])
        first.append(item)
        room -= len(item) + 2
    return ", ".join(first)


def shown_case(case: Any) -> str:
    """Return the names of a case with their values: ``n_texts = 10, batch_size = 4``."""
    return ", ".join(f"{name} = {shown(_written(value))}" for name, value in case.items())


def _written(value: Any) -> Any:
    return ["list", [_written(one) for one in value]] if isinstance(value, list) else value


def is_open(value: Any) -> bool:
    """Say whether a written value holds the three dots of unfinished code."""
    if not is_kind(value):
        return False
    if value == ["other", "ellipsis"]:
        return True
    return isinstance(value[1], list) and any(map(is_open, value[1][:10]))


def is_none(value: Any) -> bool:
    """Say whether a written value is None, or a pair that begins with it."""
    return value is None or (is_kind(value) and value[0] == "tuple" and value[1][:1] == [None])
