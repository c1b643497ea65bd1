"""Words for code that raised an error, ended too early, or never ended."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping, Sequence

from lessons_lib.practice.exercises.exercise import Exercise, ExerciseReport
from lessons_lib.practice.exercises.fence import NO_CTYPES, NO_SOLUTIONS
from lessons_lib.practice.exercises.process import Limits, Line, Run
from lessons_lib.practice.exercises.values import (
    ROWS,
    is_kind,
    is_none,
    is_number,
    is_open,
    kind_of,
    same,
    shown,
)

# By the name of an error, the most special first; the message of the error stands before it.
ADVICE: Mapping[str, str] = {
    "SystemExit": "Leave exit() and quit() out: give the result back instead.",
    "KeyboardInterrupt": "Leave this error to those who press Ctrl-C.",
    "ModuleNotFoundError": "No such module is installed. The tasks need none of their own.",
    "ImportError": "The name is not in that module. The tasks can be done without imports.",
    "UnboundLocalError": "Inside a function, give the name a value before it is read.",
    "NameError": "Python does not know this name yet. Look for a typing slip, or define it first.",
    "EOFError": "input() has nobody to ask here. Use the names that the task gives you.",
    "RecursionError": "A function calls itself without an end. Call something else, or stop once.",
    "MemoryError": "That needs more memory than an exercise may use. Is a list growing for ever?",
    "ZeroDivisionError": "Something was divided by 0. Think of the empty case.",
    "OverflowError": "A number became too large for Python's floats. Make it smaller first.",
    "IndexError": "A list was asked for a place that it does not have.",
    "KeyError": "A dictionary was asked for a key that it does not have.",
    "AttributeError": "The object has no such method or value. What type is it?",
    "TypeError": "A value of the wrong kind was used. Read the message: it says which.",
    "ValueError": "The kind is right, but not the value. Read the message: it says why.",
    "PermissionError": "Exercises only compute. Leave this line out: the task can be done without.",
}
FENCED: Mapping[str, str] = {
    NO_SOLUTIONS: "Write a line of your own and run it. The hints are there, too.",
    NO_CTYPES: "Leave this line out: the task can be done without it.",
}
# By what a line begins with, or what the message says.
NO_PYTHON: Mapping[str, str] = {
    "```": "The three backticks belong to the text that the code came from. Leave their lines out.",
    ">>>": "Leave out the marks `>>>`: Python writes them itself when it waits for a line.",
    "%": "A line with `%` is for the cells of a notebook. Leave it out here.",
    "!": "A line with `!` is for the cells of a notebook. Leave it out here.",
    "invalid character": "One mark is not a plain one. Type it anew: quotes, dashes and spaces.",
    "'return' outside": "A `return` belongs in a function. Indent it, or give the name its value.",
}
NOT_READ = (
    "Python could not read the code, so nothing ran. Look at this line and the one before: "
    "brackets, quotes, colons, indents."
)


def about_syntax(line: Line, source: str) -> ExerciseReport:
    """Return the report on code that is no Python, with the line."""
    code = line_of(source, line.line)
    known = (NO_PYTHON[one] for one in NO_PYTHON if code.startswith(one) or one in line.message)
    return ExerciseReport(
        "error",
        f"{line.name} in line {line.line}: {line.message.rstrip('.?')}.",
        next(known, NOT_READ),
        line.line,
        code,
    )


def about_names(exercise: Exercise, line: Line) -> str:
    """Return a word on a name taken away or hidden, or on another first line; "" for neither."""
    name = re.match(r"name '(\w+)' is not defined", line.message)
    given = {*exercise.example, *re.findall(r"^(\w+) = ", exercise.setup, re.MULTILINE)}
    if name and name[1] in given:
        return (
            f"The name `{name[1]}` was there before your code ran. Leave out the line with `del`."
        )
    local = re.search(r"local variable '(\w+)'", line.message)
    hidden = line.about if line.name == "TypeError" else (local[1],) if local else ()
    if own := [one for one in hidden if hasattr(builtins, one)]:
        return f"Python needs the name `{own[0]}` for itself. Choose another name for your value."
    if exercise.is_function and line.name == "TypeError" and not line.line:
        return (
            f"The checks call your function as the task does. Begin it so: `{exercise.first_line}`"
        )
    return ""


def about_error(line: Line, source: str, case: str, output: str, word: str = "") -> ExerciseReport:
    """Return the report on code that raised an error."""
    place = f" in line {line.line}" if line.line else ""
    message = f": {line.message}" if line.message else ""
    advice = next((ADVICE[kind] for kind in line.kinds if kind in ADVICE), "")
    advice = FENCED.get(line.message, advice)
    return ExerciseReport(
        "error",
        f"{line.name}{place}{message}",
        word or advice or "Read the message from its end: what happened, and in which line?",
        line.line,
        line_of(source, line.line),
        case,
        output,
    )


def about_a_stop(run: Run, limits: Limits, case: str) -> ExerciseReport | None:
    """Return the report on a child that was ended, or that ended itself; None if it did neither."""
    if run.end == "no start" or (run.end == "done" and not run.lines):
        return ExerciseReport(
            "broken",
            "Python could not be started for this exercise.",
            "The machine may be very busy. Run it again in a moment.",
            output=run.output,
        )
    if run.end == "time":
        return ExerciseReport(
            "stopped",
            f"Your code did not end within {limits.time_s:g} seconds, so it was stopped.",
            "Look for a loop that never ends: what makes it stop?",
            case=case,
            output=run.output,
        )
    if run.end == "output":
        return ExerciseReport(
            "stopped",
            f"Your code printed more than {limits.output_bytes:,} bytes, so it was stopped.",
            "Print less. Is there a print inside a loop that never ends?",
            output=run.output,
        )
    if run.lines[-1].what == "done":
        return None
    return _about_an_early_end(run)


def _about_an_early_end(run: Run) -> ExerciseReport:
    if 0 <= run.code < 256:
        return ExerciseReport(
            "stopped",
            "Your code ended Python before its result could be read.",
            "Leave out what ends the program, such as os._exit().",
            output=run.output,
        )
    return ExerciseReport(
        "stopped",
        "Python ended without a result: your code used too much, or broke Python itself.",
        "Leave Python's own parts as they are, and think of how large your values grow.",
        output=run.output,
    )


def line_of(source: str, number: int) -> str:
    """Return one line of a learner's code, without its indent."""
    lines = source.splitlines()
    return lines[number - 1].strip()[:200] if 1 <= number <= len(lines) else ""


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
ADVICE_ON_VALUES = {
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
    if kind_of(got) in ADVICE_ON_VALUES:
        return ADVICE_ON_VALUES[kind_of(got)]
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
