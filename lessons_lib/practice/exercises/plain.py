"""In the child process: what a learner's code gave, as plain JSON."""

from __future__ import annotations

import dataclasses
from typing import Any

DEEPEST, MOST_ITEMS, LONGEST_TEXT = 12, 60_000, 2_000


class TooMuch(Exception):
    """A value that is too deep or too large to be compared."""


class Plain:
    """Turns values into JSON that says of which kind they are, without calling learners' methods.

    A plain value stays as it is. Everything else becomes `[kind, content]`.
    """

    def __init__(self) -> None:
        self._items = 0

    def of(self, value: Any, depth: int = 0) -> Any:
        """Return one value."""
        self._items += 1
        if depth > DEEPEST or self._items > MOST_ITEMS:
            raise TooMuch("deeper" if depth > DEEPEST else "larger")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if issubclass(kind, str):
            return str.__str__(value)[: LONGEST_TEXT + 1]
        if issubclass(kind, int):
            number = int.__index__(value)
            return number if abs(number) < 2**53 else ["int", hex(number)[:80]]
        if issubclass(kind, float):
            figure = float.__float__(value)
            return figure if figure - figure == 0 else ["float", f"{figure}"]
        return self._whole(value, kind, depth)

    def _whole(self, value: Any, kind: type, depth: int) -> Any:
        if kind in (list, tuple):
            return [kind.__name__, [self.of(one, depth + 1) for one in value]]
        if kind is dict:
            pairs = [[self.of(k, depth + 1), self.of(v, depth + 1)] for k, v in value.items()]
            return ["dict", pairs]
        module = kind.__module__ if isinstance(kind.__module__, str) else ""
        if module == "numpy":
            return self._array(value, kind, depth)
        if module.startswith("lessons_lib.") and dataclasses.is_dataclass(kind):
            fields = [getattr(value, one.name) for one in dataclasses.fields(kind)]
            return [kind.__name__, [self.of(one, depth + 1) for one in fields]]
        return ["other", str(kind.__name__)[:80]]

    def _array(self, value: Any, kind: type, depth: int) -> Any:
        if kind.__name__ == "ndarray":
            if value.size > MOST_ITEMS:
                raise TooMuch("larger")
            return self.of(value.tolist(), depth)
        return self.of(value.item(), depth + 1)
