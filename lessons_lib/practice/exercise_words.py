"""Words for code that raised an error, ended too early, or never ended."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping

from lessons_lib.practice.exercise import Exercise
from lessons_lib.practice.exercise_fence import NO_CTYPES, NO_SOLUTIONS
from lessons_lib.practice.exercise_process import Limits, Line, Run
from lessons_lib.practice.exercise_report import ExerciseReport

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
