"""What a check reports: what happened, and advice that helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from traceback import extract_tb
from typing import Any, Literal, NamedTuple

from lessons_lib.practice.exercises import values
from lessons_lib.practice.exercises.exercise import Case, Exercise
from lessons_lib.practice.exercises.tasks import advice
from lessons_lib.quiz.markdown import render_inline


class MissingError(Exception):
    """The code did not leave the names behind that `args` holds."""


class NoFunctionError(Exception):
    """The code gave the function's name another value; `args` holds it as a plain value."""


class RunOutcome(NamedTuple):
    """What a program did on one case: its result and its passes, or the error it ended with."""

    value: Any = None
    passes: tuple[int, ...] = ()
    error: BaseException | None = None
    names: Mapping[str, Any] = {}


def agree(exercise: Exercise, ours: RunOutcome | None, theirs: RunOutcome | None) -> bool:
    """Return whether two outcomes on one case are the same."""
    if ours is None or theirs is None or type(ours.error) is not type(theirs.error):
        return False
    if ours.error is not None and theirs.error is not None:
        return _message(ours.error) == _message(theirs.error)
    passes_agree = not exercise.counts_passes or ours.passes == theirs.passes
    return passes_agree and values.same(ours.value, theirs.value)


@dataclass(frozen=True, slots=True)
class ExerciseReport:
    """The outcome of one try.

    Attributes
    ----------
    what : str
        `right`; `wrong` or `unfinished` code that ran; an `error` in it; `stopped` by the learner;
        `broken` if the check itself could not work.
    sentence : str
        What happened. It may quote what the learner wrote.
    word : str
        Advice in Markdown; it quotes nothing.
    code : str
        The line of the learner's code that it is about.
    case : str
        What the code was given when it happened.
    """

    what: Literal["right", "wrong", "unfinished", "error", "stopped", "broken"]
    sentence: str
    word: str = ""
    code: str = ""
    case: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the exercise is solved."""
        return self.what == "right"

    @property
    def verdict(self) -> str:
        """The verdict in a sign and, if it is not solved, in words."""
        return "✓" if self.is_right else "✗ Not solved yet:"

    def __repr__(self) -> str:
        code = self.code and f"    {self.code}"
        case = self.case and f"It was given {self.case}."
        parts = (f"{self.verdict} {self.sentence}", code, case, self.word)
        return _sendable("\n".join(filter(None, parts)))

    def _repr_html_(self) -> str:
        sentence = f"<strong>{self.verdict}</strong> <bdi>{escape(self.sentence)}</bdi>"
        code = self.code and f"<pre>{escape(self.code)}</pre>"
        case = self.case and f"<p>It was given <code>{escape(self.case)}</code>.</p>"
        word = self.word and f"<p>{render_inline(self.word)}</p>"
        color = "#2e9b50" if self.is_right else "#c77700"
        style = f"padding-left: 12px; border-left: 4px solid {color}"
        return _sendable(f'<div style="{style}"><p>{sentence}</p>{code}{case}{word}</div>')


def _sendable(text: str) -> str:
    """Return a text without lone surrogates, which UTF-8 does not have."""
    return text.encode("utf-8", "replace").decode("utf-8")


def about_syntax(error: Exception, source: str) -> ExerciseReport:
    """Return the report on code that is not Python, with the line."""
    number, message = getattr(error, "lineno", None) or 1, str(getattr(error, "msg", error))
    code, name = _line(source, number), type(error).__name__
    sentence = f"{name} in line {number}: {message.rstrip('.?')}."
    return ExerciseReport("error", sentence, advice.on_syntax(code, message), code)


def _line(source: str, number: int) -> str:
    """Return one line of a learner's code, without its indent; line 0 is empty."""
    return "".join(["", *source.splitlines()][number : number + 1]).strip()[:200]


def about_outcome(
    exercise: Exercise, source: str, case: Case, ours: RunOutcome, right: RunOutcome, word: str = ""
) -> ExerciseReport:
    """Return the report on an outcome that is not right; `word` is the advice if it is known."""
    error, got, wanted = ours.error, ours.value, right.value
    given = values.shown_case(case)
    if isinstance(error, MissingError):
        sentence = f"Nothing is named {advice.listed(error.args)} when your code has run."
        word = word or advice.on_missing(exercise, error.args)
        return ExerciseReport("unfinished", sentence, word)
    if isinstance(error, NoFunctionError):
        (got,), given = error.args, ""
        sentence = f"{exercise.gives} is {values.shown(got)}; write a function: "
        sentence, word = sentence + exercise.first_line, advice.NO_FUNCTION
    elif error is not None:
        return _about_error(exercise, source, given, ours, word)
    elif got is None or (isinstance(got, tuple) and got[:1] == (None,)):
        name = f"{exercise.gives}()" if exercise.is_function else exercise.question
        word = word or advice.on_none(exercise, source)
        return ExerciseReport("unfinished", f"{name} gives None so far.", word, case=given)
    elif values.same(got, wanted):
        sentence = f"{_passes(ours.passes)} went through the model. "
        sentence += f"The task asks for {_passes(right.passes).lower()}."
        word = word or advice.ON_PASSES
    else:
        sentence = f"{exercise.question} gives {values.shown(got)}. "
        sentence += f"Right is {values.shown(wanted)}."
        kind, due = values.kind_of(got), values.kind_of(wanted)
        sentence += f" The types differ: {kind} came, {due} is wanted." if kind != due else ""
        word = word or advice.on_value(got, wanted)
    if values.has_dots(got):
        return ExerciseReport("unfinished", "The three dots are still there.", advice.DOTS)
    return ExerciseReport("wrong", sentence, word, case=given)


def _about_error(
    exercise: Exercise, source: str, given: str, ours: RunOutcome, word: str
) -> ExerciseReport:
    error = ours.error or BaseException()
    trace = reversed(extract_tb(error.__traceback__))
    line = next((one.lineno or 0 for one in trace if one.filename == exercise.id), 0)
    kinds, message = [one.__name__ for one in type(error).__mro__], _message(error)
    word = word or advice.on_error(exercise, kinds, message, line, ours.names)
    place, code = f" in line {line}" if line else "", _line(source, line)
    if isinstance(error, KeyboardInterrupt):
        sentence = f"Your code was interrupted{place}."
        return ExerciseReport("stopped", sentence, word, code, given)
    sentence = f"{kinds[0]}{place}{message and f': {message}'}"
    return ExerciseReport("error", sentence, word, code, given)


def _message(error: BaseException) -> str:
    """Return an error's message, also if the learner's own class cannot tell one."""
    try:
        text = str.__str__(str(error))[:2_000]
    except BaseException:
        return ""
    return "" if text == "None" else text  # as exit() has it


def _passes(sizes: Sequence[int]) -> str:
    """Return how many passes there were, and of how many texts: ``20 passes of 512, 512, …``."""
    few = ", ".join(f"{size:,}" for size in sizes[:4]) + ", …" * bool(sizes[4:])
    count = f"{len(sizes):,} passes" if sizes[1:] else "One pass"
    return f"{count} of {few} text{'s' * (sizes != (1,))}" if sizes else "No pass"
