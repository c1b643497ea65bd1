"""Results as plain values: copied, compared, and shown."""

from __future__ import annotations

import math
import reprlib
from dataclasses import dataclass
from typing import Any

TOLERANCE, LARGEST = 1e-6, 1e300


@dataclass(frozen=True, slots=True)
class Other:
    """A value of a kind that is not compared; only the kind is."""

    kind: str


def plain(value: Any) -> Any:
    """Return a copy made of plain data and predictions, which no later change reaches."""
    kind = type(value)
    if value is None or kind is bool:
        return value
    for base in (str, int, float):
        if issubclass(kind, base):
            return base(value)
    if kind in (list, tuple):
        return kind(map(plain, value))
    if kind is dict:
        return dict(map(plain, value.items()))
    if kind.__module__ == "numpy" and hasattr(kind, "tolist"):
        return plain(value.tolist())
    return value if str(kind.__module__).startswith("lessons_lib.") else Other(kind.__name__)


def same(got: Any, wanted: Any) -> bool:
    """Return whether two plain values agree: numbers nearly, texts exactly, a tuple as a list."""
    if is_number(got) and is_number(wanted) and abs(got) < LARGEST:
        return math.isclose(got, wanted, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if is_row(got) and is_row(wanted):
        return len(got) == len(wanted) and all(map(same, got, wanted))
    return type(got) is type(wanted) and bool(got == wanted)


def is_number(value: Any) -> bool:
    """Return whether a plain value is a number; True and False are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_row(value: Any) -> bool:
    """Return whether a plain value is a list or a tuple."""
    return isinstance(value, list | tuple)


def has_dots(value: Any) -> bool:
    """Return whether a plain value is, or holds, the three dots of unfinished code."""
    return value == Other("ellipsis") or (is_row(value) and any(map(has_dots, value[:10])))


def kind_of(value: Any) -> str:
    """Return what a plain value is called: int, str, list, None, Prediction."""
    kind = value.kind if isinstance(value, Other) else type(value).__name__
    return "None" if value is None else str(kind)


class _Shown(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxlist, self.maxtuple, self.maxdict, self.maxstring = 20, 20, 20, 80

    def repr_float(self, value: float, level: int) -> str:
        return f"{value:.6g}"

    def repr_Other(self, value: Other, level: int) -> str:
        return f"something of type {value.kind}"

    def repr_Prediction(self, value: Any, level: int) -> str:
        return f"Prediction({value.label})"


def shown(value: Any, longest: int = 240) -> str:
    """Return a plain value as Python would print it, shortened."""
    text = _Shown().repr(value)
    return text if len(text) <= longest else f"{text[:longest]}…"


def shown_case(case: Any) -> str:
    """Return the names of a case with their values: ``n_texts = 10, batch_size = 4``."""
    return ", ".join(f"{name} = {shown(plain(value), 120)}" for name, value in case.items())
