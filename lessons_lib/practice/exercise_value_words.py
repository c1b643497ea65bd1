"""Words for code that ran, and gave nothing, or something else than the reference."""

from __future__ import annotations

from collections.abc import Sequence

from lessons_lib.practice.exercise import Exercise
from lessons_lib.practice.exercise_process import Line
from lessons_lib.practice.exercise_report import ExerciseReport
from lessons_lib.practice.exercise_values import is_none, is_open, kind_of, same, shown

NOT_AS_ASKED = "The result is right, but the model was not used as the task asks."
GO_THROUGH_IT = "Go through this case by hand, line by line. Where does it part from yours?"


def about_no_value(exercise: Exercise, line: Line, output: str) -> ExerciseReport:
    """Return the report on code that left no result, or one of no end."""
    name = exercise.gives
    if line.error == "missing":
        kind = "a function" if exercise.is_function else "a result"
        return ExerciseReport(
            "unfinished",
            f"There is no {name} when your code has run.",
            f"The checks look for {kind} of that name. What is only printed does not count.",
            output=output,
        )
    return ExerciseReport(
        "wrong",
        f"What your code gives is {line.message} than anything the task asks for.",
        "Look for a list that grows without an end.",
        output=output,
    )


def about_a_wrong_value(
    exercise: Exercise, line: Line, right: Line, case: str, output: str, word: str
) -> ExerciseReport:
    """Return the report on code that gave something else than the reference."""
    got, wanted = line.value, right.value
    if is_open(got):
        sentence = "The three dots are still there."
        return ExerciseReport("unfinished", sentence, "Write your own line in their place.")
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
    if kind_of(got) in ("generator", "map", "filter", "zip"):
        return "That gives its elements one by one, later. Put `list(...)` around it."
    is_text = isinstance(got, str) and isinstance(wanted, str)
    if is_text and str(got).strip().lower() == str(wanted).strip().lower():
        return "Only capitals or spaces differ."
    return GO_THROUGH_IT


def _passes(sizes: Sequence[int]) -> str:
    """Return how many passes there were, and of how many texts: ``20 passes (512, 512, …)``."""
    if not sizes:
        return "No pass"
    if len(sizes) == 1:
        return "One pass of 1 text" if sizes[0] == 1 else f"One pass of {sizes[0]:,} texts"
    few = ", ".join(map(str, sizes[:4])) + (", …" if len(sizes) > 4 else "")
    return f"{len(sizes):,} passes of {few} texts"
