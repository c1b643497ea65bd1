"""The report of a check: what happened, with results as plain values, and advice on mistakes."""

from __future__ import annotations

import builtins
import math
import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from traceback import extract_tb
from typing import Any, NamedTuple

from lessons_lib.classroom.lesson import Case, current_lesson
from lessons_lib.classroom.practice.exercises.catalog import Exercise, exercise_table
from lessons_lib.classroom.quiz.markdown import render_inline

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


class RunOutcome(NamedTuple):
    """The outcome of a program on one case: its result and the calls that count, or its error."""

    value: Any = None
    calls: tuple[int, ...] = ()
    error: BaseException | None = None
    names: Mapping[str, Any] = {}

    def agrees(self, other: RunOutcome) -> bool:
        """Return whether another outcome on the same case is equivalent."""
        is_same_error = type(self.error) is type(other.error) and self.message == other.message
        return is_same_error and self.calls == other.calls and same(self.value, other.value)

    @property
    def message(self) -> str:
        """The error's message; empty if it has none, as with exit(), or if reading it fails."""
        try:
            text = str(getattr(self.error, "msg", self.error))[:2_000]
            return text.encode("utf-8", "replace").decode("utf-8") if text != "None" else ""
        except BaseException:
            return ""


@dataclass(frozen=True, slots=True)
class ExerciseReport:
    """The outcome of one try.

    Attributes
    ----------
    sentence : str
        What happened. It may quote what the learner wrote.
    advice : str
        Advice in Markdown; it never quotes the learner.
    code : str
        The line of the learner's code that the report is about.
    case : str
        The inputs of the case in which it happened.
    is_right : bool
        Whether the exercise is solved.
    is_checked : bool
        Whether the code could be checked at all.
    """

    sentence: str
    advice: str = ""
    code: str = ""
    case: str = ""
    is_right: bool = False
    is_checked: bool = True

    def __repr__(self) -> str:
        verdict = "✓" if self.is_right else "✗ Not solved yet:"
        code = self.code and f"    {self.code}"
        case = self.case and f"Inputs: {self.case}"
        parts = (f"{verdict} {self.sentence}", code, case, self.advice)
        return "\n".join(filter(None, parts))

    def _repr_html_(self) -> str:
        verdict = "✓" if self.is_right else "✗ Not solved yet:"
        sentence = f"<strong>{verdict}</strong> <bdi>{escape(self.sentence)}</bdi>"
        code = self.code and f'<pre style="white-space: pre-wrap">{escape(self.code)}</pre>'
        case = self.case and f"<p>Inputs: <code>{escape(self.case)}</code></p>"
        advice = self.advice and f"<p>{render_inline(self.advice)}</p>"
        color = "#2e9b50" if self.is_right else "#c77700"
        style = f"padding-left: 12px; border-left: 4px solid {color}; overflow-wrap: anywhere"
        return f'<div style="{style}"><p>{sentence}</p>{code}{case}{advice}</div>'


def about(
    exercise: Exercise, source: str, case: Case, ours: RunOutcome, right: RunOutcome, advice: str
) -> ExerciseReport:
    """Return the report on a wrong outcome; `advice` is for a known mistake, or empty."""
    if ours.error is not None:
        return _about_error(exercise, source, case, ours, advice)
    got, wanted, given = ours.value, right.value, shown_case(case)
    if same(got, wanted):
        made, asked = _in_words(ours.calls), _in_words(right.calls)
        sentence = f"Your code made {made}. The task asks for {asked}."
        return ExerciseReport(sentence, advice or exercise_table().advice.calls, case=given)
    compared, kind, due = exercise.compares, kind_of(got), kind_of(wanted)
    sentence = f"{compared} is {shown(got)}, but should be {shown(wanted)}."
    sentence += f" Its type is {kind} instead of {due}." if kind != due else ""
    return ExerciseReport(sentence, advice or on_value(got, wanted), case=given)


def _about_error(
    exercise: Exercise, source: str, case: Case, ours: RunOutcome, advice: str
) -> ExerciseReport:
    error = ours.error or BaseException()
    frames = [one for one in extract_tb(error.__traceback__) if one.filename == exercise.id]
    if isinstance(error, NameError) and not frames:  # from the expression that is compared
        sentence = f"Your code does not define {error.name}."
        return ExerciseReport(sentence, advice or exercise_table().advice.missing)
    line = frames[-1].lineno if frames else getattr(error, "lineno", None)
    where = f" in line {line}" if line else ""
    sentence = f"{type(error).__name__}{where}{ours.message and f': {ours.message}'}"
    if isinstance(error, KeyboardInterrupt):
        sentence = f"Your code was interrupted{where}."
    code = source.splitlines()[line - 1].strip()[:200] if line else ""
    advice = advice or on_error(exercise, error, ours.message, code, ours.names)
    given = "" if isinstance(error, SyntaxError) else shown_case(case)
    return ExerciseReport(sentence, advice, code, given)


def _in_words(sizes: Sequence[int]) -> str:
    counted = current_lesson().counted
    return counted.in_words(sizes) if counted else f"{len(sizes)} calls"
