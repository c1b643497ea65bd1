"""Words for code that ran, and gave nothing, or something else than the reference."""

from __future__ import annotations

from collections.abc import Sequence

from lessons_lib.practice.exercise import Exercise
from lessons_lib.practice.exercise_process import Line
from lessons_lib.practice.exercise_report import ExerciseReport
from lessons_lib.practice.exercise_values import (
    ROWS,
    is_kind,
    is_none,
    is_number,
    is_open,
    kind_of,
    same,
    shown,
)

NOT_AS_ASKED = "The result is right, but the model was not used as the task asks."
DOTS, FILL_IN = "The three dots are still there.", "Write your own line in their place."
KINDS = {
    "int": "a number",
    "float": "a number",
    "bool": "True or False",
    "str": "a text",
    "list": "a list",
    "tuple": "a tuple",
    "dict": "a dictionary",
    "type": "a class",
    "None": "None",
}
# By the kind of what came.
ADVICE = {
    **dict.fromkeys(
        ("generator", "map", "filter", "zip"),
        "That gives its elements one by one, later. Put `list(...)` around it.",
    ),
    **dict.fromkeys(
        ("function", "method", "builtin_function_or_method"),
        "That is a function, not what it gives. Put round brackets behind it to call it.",
    ),
    "coroutine": "Leave `async` out: a plain `def` gives its result at once.",
    "type": "That is a type. Its name is a text: put `.__name__` behind it.",
}
GO_THROUGH_IT = "Go through this case by hand, line by line. Where does it part from yours?"


def about_no_value(exercise: Exercise, line: Line, output: str, word: str = "") -> ExerciseReport:
    """Return the report on code that left no result, no function, or a result of no end."""
    if line.error == "missing":
        sentence = f"Nothing is named {_listed(line.about, '')} when your code has run."
        word = word or _keep(exercise, line.about)
        return ExerciseReport("unfinished", sentence, word, output=output)
    if line.error == "no-function":
        return _about_no_function(exercise, line.value, output)
    return ExerciseReport(
        "wrong",
        f"What your code gives is {line.message} than anything the task asks for.",
        "Look for a list that grows without an end.",
        output=output,
    )


def _keep(exercise: Exercise, missing: Sequence[str]) -> str:
    many = len(missing) > 1
    kind = "a function" if exercise.is_function else "results" if many else "a result"
    return (
        f"Keep the {'names' if many else 'name'} {_listed(missing, '`')}: the checks look for "
        f"{kind} of {'these names' if many else 'that name'}. What is only printed does not count."
    )


def _listed(names: Sequence[str], mark: str) -> str:
    """Return names as a reader lists them: ``kind, count and last``."""
    *first, last = [f"{mark}{name}{mark}" for name in names]
    return f"{', '.join(first)} and {last}" if first else last


def _about_no_function(exercise: Exercise, value: object, output: str) -> ExerciseReport:
    if is_open(value):
        return ExerciseReport("unfinished", DOTS, FILL_IN)
    kind = KINDS.get(kind_of(value), f"of type {kind_of(value)}")
    return ExerciseReport(
        "wrong",
        f"{exercise.gives} is {kind}; write a function: {exercise.first_line}",
        "Keep that first line. Indent your own lines below it, and end with `return`.",
        output=output,
    )


def about_a_wrong_value(
    exercise: Exercise, line: Line, right: Line, case: str, output: str, word: str
) -> ExerciseReport:
    """Return the report on code that gave something else than the reference."""
    got, wanted = line.value, right.value
    if is_open(got):
        return ExerciseReport("unfinished", DOTS, FILL_IN)
    if is_none(got):
        name = f"{exercise.gives}()" if exercise.is_function else exercise.question
        sentence = f"{name} gives None so far."
        advice = _advice_for_none(exercise, output)
        return ExerciseReport("unfinished", sentence, word or advice, case=case, output=output)
    if same(got, wanted):
        sentence = f"{_passes(line.passes)} went through the model. "
        sentence += f"The task asks for {_passes(right.passes).lower()}."
        return ExerciseReport("wrong", sentence, word or NOT_AS_ASKED, case=case, output=output)
    sentence = f"{exercise.question} gives {shown(got)}. Right is {shown(wanted)}."
    if kind_of(got) != kind_of(wanted):
        sentence += f" The types differ: {kind_of(got)} came, {kind_of(wanted)} is wanted."
    word = word or _advice_for(got, wanted)
    return ExerciseReport("wrong", sentence, word, case=case, output=output)


def _advice_for_none(exercise: Exercise, output: str) -> str:
    if not exercise.is_function:
        return f"Give {exercise.gives} its value."
    if output.strip():
        return "`print` shows a result to a reader. The checks need it given back: use `return`."
    return "End the function with `return` and the result."


def _advice_for(got: object, wanted: object) -> str:
    got, wanted = _where_they_part(got, wanted)
    if kind_of(got) in ADVICE:
        return ADVICE[kind_of(got)]
    if isinstance(wanted, bool) and is_number(got):
        return "A number is no answer to yes or no. Put `bool(...)` around it."
    if isinstance(got, str) and isinstance(wanted, str):
        is_near = got.strip().lower() == wanted.strip().lower()
        return "Only capitals or spaces differ." if is_near else GO_THROUGH_IT
    if isinstance(got, str) and got == str(wanted):
        return "That is a text. Leave out the quotes, or the `str(...)` around it."
    return GO_THROUGH_IT


def _where_they_part(got: object, wanted: object) -> tuple[object, object]:
    """Return the first two elements that differ, where both are rows of one length."""
    while _is_row(got) and _is_row(wanted):
        ours, theirs = got[1], wanted[1]  # type: ignore[index]
        if len(ours) != len(theirs):
            break
        got, wanted = next(pair for pair in zip(ours, theirs, strict=True) if not same(*pair))
    return got, wanted


def _is_row(value: object) -> bool:
    return is_kind(value) and value[0] in ROWS and isinstance(value[1], list)  # type: ignore[index]


def _passes(sizes: Sequence[int]) -> str:
    """Return how many passes there were, and of how many texts: ``20 passes (512, 512, …)``."""
    if not sizes:
        return "No pass"
    if len(sizes) == 1:
        return "One pass of 1 text" if sizes[0] == 1 else f"One pass of {sizes[0]:,} texts"
    few = ", ".join(map(str, sizes[:4])) + (", …" if len(sizes) > 4 else "")
    return f"{len(sizes):,} passes of {few} texts"
