"""Results as plain values: copied, compared, and shown."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lessons_lib.classroom.lesson import current_lesson

TOLERANCE, LARGEST = 1e-6, 1e300


@dataclass(frozen=True, slots=True)
class Other:
    """A value of another type, of which only the type is compared."""

    kind: str


def plain(value: Any) -> Any:
    """Return a copy as plain data, which later changes do not affect."""
    kind = type(value)
    if value is None or value is ... or kind is bool:
        return value
    for base in (str, int, float):
        if issubclass(kind, base):
            return base(value)
    if kind in (list, tuple):
        return kind(map(plain, value))
    if kind is dict:
        return dict(map(plain, value.items()))
    if kind.__module__ in ("numpy", "torch") and hasattr(kind, "tolist"):
        return plain(value.tolist())
    return value if _full_name(kind) in current_lesson().in_short else Other(kind.__name__)


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def same(got: Any, wanted: Any) -> bool:
    """Return whether two plain values are equal, up to rounding; a tuple may equal a list."""
    kinds = {type(got), type(wanted)}
    if kinds <= {int, float} and abs(got) < LARGEST:
        return math.isclose(got, wanted, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if kinds <= {list, tuple}:
        return len(got) == len(wanted) and all(map(same, got, wanted))
    return len(kinds) == 1 and bool(got == wanted)


def kind_of(value: Any) -> str:
    """Return the name of a plain value's type: int, str, list, NoneType, Prediction."""
    return value.kind if isinstance(value, Other) else type(value).__name__


class _Shown(reprlib.Repr):
    def repr_float(self, value: float, level: int) -> str:
        return f"{value:.6g}"

    def repr_Other(self, value: Other, level: int) -> str:
        return f"an object of type {value.kind}"

    def repr_instance(self, value: Any, level: int) -> str:
        short = current_lesson().in_short.get(_full_name(type(value)))
        return short(value) if short else super().repr_instance(value, level)


_SHOWN = _Shown()
_SHOWN.maxlist = _SHOWN.maxtuple = _SHOWN.maxdict = 20
_SHOWN.maxstring = 80


def shown(value: Any, longest: int = 240) -> str:
    """Return a plain value as Python would print it, shortened."""
    text = _SHOWN.repr(value)
    return text if len(text) <= longest else f"{text[:longest]}…"


def shown_case(case: Mapping[str, Any]) -> str:
    """Return the names of a case with their values: ``n_texts = 10, batch_size = 4``."""
    return ", ".join(f"{name} = {shown(plain(value), 120)}" for name, value in case.items())
