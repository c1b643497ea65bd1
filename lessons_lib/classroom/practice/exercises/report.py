"""The report of a check: what happened, and advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from traceback import extract_tb
from typing import Any, NamedTuple

from lessons_lib.classroom.lesson import Case, current_lesson
from lessons_lib.classroom.practice.exercises.advice import on_error, on_value
from lessons_lib.classroom.practice.exercises.catalog import Exercise, exercise_table
from lessons_lib.classroom.practice.exercises.values import kind_of, same, shown, shown_case
from lessons_lib.classroom.quiz.markdown import render_inline


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
