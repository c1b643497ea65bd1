"""Advice on slips that can happen in any task, in Markdown. Tasks bring advice of their own."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lessons_lib.practice.exercises.values import is_row, kind_of, same

if TYPE_CHECKING:
    from lessons_lib.practice.exercises.exercise import Exercise

# By the name of an error, the most specific first; the error's own message stands before it.
ON_ERRORS = {
    "SystemExit": "Leave exit() and quit() out: give the result back instead.",
    "KeyboardInterrupt": "Look for a loop that never ends: what makes it stop?",
    "ModuleNotFoundError": "No such module is installed. The tasks need none of their own.",
    "ImportError": "The name is not in that module. The tasks can be done without imports.",
    "UnboundLocalError": "Inside a function, give the name a value before it is read.",
    "NameError": "Python does not know this name yet. Look for a typing slip, or define it first.",
    "EOFError": "input() has nobody to ask here. Use the names that the task gives you.",
    "RecursionError": "A function calls itself without an end. Call something else, or stop once.",
    "MemoryError": "That needs more memory than there is. Is a list growing for ever?",
    "ZeroDivisionError": "Something was divided by 0. Think of the empty case.",
    "OverflowError": "A number became too large for Python's floats. Make it smaller first.",
    "IndexError": "A list was asked for a place that it does not have.",
    "KeyError": "A dictionary was asked for a key that it does not have.",
    "AttributeError": "The object has no such method or value. What type is it?",
    "TypeError": "A value of the wrong kind was used. Read the message: it says which.",
    "ValueError": "The kind is right, but not the value. Read the message: it says why.",
    "BaseException": "Read the message from its end: what happened, and in which line?",
}
# By what a line begins with, or what the message says.
ON_SYNTAX = {
    "```": "The three backticks belong to the text that the code came from. Leave their lines out.",
    ">>>": "Leave out the marks `>>>`: Python writes them itself when it waits for a line.",
    "%": "An exercise is plain Python, where a line with `%` does not work. Leave it out.",
    "!": "An exercise is plain Python, where a line with `!` does not work. Leave it out.",
    "invalid character": "One mark is not a plain one. Type it anew: quotes, dashes and spaces.",
    "'return' outside": "A `return` belongs in a function. Indent it, or give the name its value.",
    "": "Python could not read the code, so nothing ran. Look at this line and the one before: "
    "brackets, quotes, colons, indents.",
}
_LATER = "That gives its elements one by one, later. Put `list(...)` around it."
_CALL_IT = "That is a function, not what it gives. Put round brackets behind it to call it."
# By the kind of a wrong value.
ON_KINDS = {
    **dict.fromkeys(("generator", "map", "filter", "zip"), _LATER),
    **dict.fromkeys(("function", "method", "builtin_function_or_method"), _CALL_IT),
    "coroutine": "Leave `async` out: a plain `def` gives its result at once.",
    "type": "That is a type. Its name is a text: put `.__name__` behind it.",
}
NO_CODE = "Write below the comments, then run it again."
TOO_LONG = "A few lines are enough for every task."
NO_FUNCTION = "Keep that first line. Indent your own lines below it, and end with `return`."
DOTS = "Write your own line in their place."
ON_PASSES = "The result is right, but the model was not used as the task asks."
VALUE = "Go through this case by hand, line by line. Where does it part from yours?"


def on_syntax(code: str, message: str) -> str:
    """Return advice on a line that is not Python, and on Python's message."""
    known = ON_SYNTAX.items()
    return next(advice for mark, advice in known if code.startswith(mark) or mark in message)


def on_error(
    exercise: Exercise, kinds: Sequence[str], message: str, line: int, names: Mapping[str, Any]
) -> str:
    """Return advice on an error: its class and those above it, its message, its line or 0.

    `names` are those of the learner's code, some of which may hide Python's own.
    """
    name = re.match(r"name '(\w+)' is not defined", message)
    if name and name[1] in exercise.given_names:
        return (
            f"The name `{name[1]}` was there before your code ran. Leave out the line with `del`."
        )
    pythons = [one for one in vars(builtins) if not one.startswith("_")]
    local = re.search(r"local variable '(\w+)'", message)
    if local and local[1] in pythons:
        return f"Python needs the name `{local[1]}` for itself. Choose another name for your value."
    is_type_error = "TypeError" in kinds
    hidden = [one for one in pythons if one in names and not callable(names[one])]
    if is_type_error and hidden:
        return (
            f"Python needs the name `{hidden[0]}` for itself. Choose another name for your value, "
            f"and run `del {hidden[0]}` once."
        )
    if exercise.is_function and is_type_error and not line:
        return (
            f"The checks call your function as the task does. Begin it so: `{exercise.first_line}`"
        )
    return next(ON_ERRORS[kind] for kind in kinds if kind in ON_ERRORS)


def on_missing(exercise: Exercise, missing: Sequence[str]) -> str:
    """Return advice on names that the code did not leave behind."""
    s, those = ("s", "these names") if missing[1:] else ("", "that name")
    kind = "a function" if exercise.is_function else "results" if s else "a result"
    keep = f"Keep the name{s} {listed(missing, '`')}: the checks look for {kind} of {those}."
    return f"{keep} What is only printed does not count."


def listed(names: Sequence[str], mark: str = "") -> str:
    """Return names as a reader lists them: ``kind, count and last``."""
    *first, last = [f"{mark}{name}{mark}" for name in names]
    return f"{', '.join(first)} and {last}" if first else last


def on_none(exercise: Exercise, source: str) -> str:
    """Return advice on code that gives None."""
    if not exercise.is_function:
        return f"Give {exercise.gives} its value."
    if "print(" in source:
        return "`print` shows a result to a reader. The checks need it given back: use `return`."
    return "End the function with `return` and the result."


def on_value(got: Any, wanted: Any) -> str:
    """Return advice on a plain value that is not what is wanted, or on its first wrong element."""
    while is_row(got) and is_row(wanted) and len(got) == len(wanted):
        pairs = zip(got, wanted, strict=True)
        got, wanted = next(pair for pair in pairs if not same(*pair))
    if kind_of(got) in ON_KINDS:
        return ON_KINDS[kind_of(got)]
    if isinstance(wanted, bool) and kind_of(got) in ("int", "float"):
        return "A number is no answer to yes or no. Put `bool(...)` around it."
    if not isinstance(got, str) or got.strip().lower() != str(wanted).strip().lower():
        return VALUE
    if isinstance(wanted, str):
        return "Only capitals or spaces differ."
    return "That is a text. Leave out the quotes, or the `str(...)` around it."
