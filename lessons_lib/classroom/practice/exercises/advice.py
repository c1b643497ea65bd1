"""Choose advice on mistakes that can happen in any task, beyond each exercise's own advice."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from typing import Any

from lessons_lib.classroom.practice.exercises.catalog import Exercise, exercise_table
from lessons_lib.classroom.practice.exercises.values import kind_of, same


def on_error(
    exercise: Exercise, error: BaseException, message: str, code: str, names: Mapping[str, Any]
) -> str:
    """Return advice on an error that a learner's code raised.

    `code` is the line that raised it, or empty if that is not the learner's. `names` are the
    variables of the learner's code, some of which may hide built-in names.
    """
    advice = exercise_table().advice
    if isinstance(error, SyntaxError):
        marks = (mark for mark in advice.syntax if code.startswith(mark) or mark in message)
        return advice.syntax.get(next(marks, ""), advice.unreadable)
    pythons = [one for one in vars(builtins) if not one.startswith("_")]
    local = re.search(r"local variable '(\w+)'", message)
    if local and local[1] in pythons:
        return f"`{local[1]}` is a built-in Python name. Choose another name for your value."
    if isinstance(error, TypeError):
        if hidden := [one for one in pythons if one in names and not callable(names[one])]:
            choose = f"Choose another name for your value, and run `del {hidden[0]}` once."
            return f"`{hidden[0]}` is a built-in Python name. {choose}"
        if exercise.is_function and not code:
            call = f"The checks call your function like this: `{exercise.compares}`."
            return f"{call} Does your `def` line match?"
    kinds = (one.__name__ for one in type(error).__mro__)
    return next((advice.errors[kind] for kind in kinds if kind in advice.errors), "")


def on_value(got: Any, wanted: Any) -> str:
    """Return advice on a plain value that differs from what is wanted, or on its first element."""
    rows = (list, tuple)
    while isinstance(got, rows) and isinstance(wanted, rows) and len(got) == len(wanted):
        pairs = zip(got, wanted, strict=True)
        got, wanted = next(pair for pair in pairs if not same(*pair))
    advice, kind = exercise_table().advice, kind_of(got)
    if known := [text for names, text in advice.kinds.items() if kind in names.split(", ")]:
        return known[0]
    if isinstance(wanted, bool) and kind in ("int", "float"):
        return "The result must be True or False, not a number. Put `bool(...)` around it."
    if not isinstance(got, str) or got.strip().lower() != str(wanted).strip().lower():
        return advice.value
    if isinstance(wanted, str):
        return "Only capitalization or spaces differ."
    return "That is a string. Remove the quotes or the `str(...)` around it."
