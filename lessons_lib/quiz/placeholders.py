"""`${name}` in a question's texts: found, and filled from a row of values.

In prose, numbers get commas for thousands and a true minus sign (`10,000`, `−1`); in code and maths
they stay plain (`-1`), so that code runs as shown. A value that is a text goes in as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

from msgspec import structs

from lessons_lib.quiz.maths import FORMULA
from lessons_lib.quiz.question import ChoiceQuestion, NumberQuestion, Question, Value

Change: TypeAlias = Callable[[str, str], str]  # place, text -> text
Q = TypeVar("Q", bound=Question)

PLACEHOLDER = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
_STRAY = re.compile(r"\$\{(?![a-z][a-z0-9_]*\})[^}\n]{0,20}\}?")
_MARKED = re.compile("\0([a-z0-9_]+)\0")
# Fenced code, code in backticks, formulas.
_VERBATIM = re.compile(rf"(```|~~~)[\s\S]*?\1|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)|{FORMULA}")


def placeholders_in(text: str) -> list[str]:
    """Return the names of the placeholders of a text, in order."""
    return PLACEHOLDER.findall(text)


def stray_placeholders(text: str) -> list[str]:
    """Return what starts like a placeholder and is none: `${N}`, `${ n }`, `${n`."""
    return _STRAY.findall(text)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into pieces, each with whether it is code or maths rather than prose."""
    start = 0
    for match in _VERBATIM.finditer(text):
        yield text[start : match.start()], False
        yield match.group(), True
        start = match.end()
    yield text[start:], False


def fill_text(text: str, row: Mapping[str, Value]) -> str:
    """Return a text with every placeholder replaced by the row's value.

    Raises
    ------
    KeyError
        If the row lacks a name; the loader refuses such questions.
    """
    if "${" not in text:
        return text
    # Marked with NUL first, so that the dollar of `${n}` is not taken for maths.
    marked = PLACEHOLDER.sub("\0\\1\0", text)
    plain = {name: str(value) for name, value in row.items()}
    grouped = {name: _grouped(value) for name, value in row.items()}
    return "".join(
        _replaced(piece, plain if is_verbatim else grouped) for piece, is_verbatim in pieces(marked)
    )


def fill(question: Q, row: Mapping[str, Value]) -> Q:
    """Return a question of which one row is filled in; it has no variants left."""
    filled = with_texts(question, lambda place, text: fill_text(text, row))
    return structs.replace(filled, variants=(), **_numbers_of(filled, row))


def with_texts(question: Q, change: Change) -> Q:
    """Return a question of which every text that may hold placeholders is changed.

    Parameters
    ----------
    question : Question
        Stays as it is.
    change : callable
        Takes a place (`options.B.text`) and its text; returns the new text.
    """
    new: dict[str, Any] = {
        name: change(name, getattr(question, name))
        for name in ("stem", "final_answer", "quick_check")
    }
    for name in ("hints", "common_mistakes"):
        new[name] = tuple(
            change(f"{name}[{number}]", text)
            for number, text in enumerate(getattr(question, name), start=1)
        )
    new["solution"] = tuple(
        _changed(step, f"solution[{number}]", change)
        for number, step in enumerate(question.solution, start=1)
    )
    if isinstance(question, ChoiceQuestion):
        new["options"] = {
            letter: _changed(option, f"options.{letter}", change)
            for letter, option in question.options.items()
        }
    if isinstance(question, NumberQuestion) and question.feedback is not None:
        new["feedback"] = _changed(question.feedback, "feedback", change, ("right", "wrong"))
        new["feedback"] = structs.replace(
            new["feedback"],
            known=tuple(
                _changed(known, f"feedback.known[{number}]", change, ("feedback",))
                for number, known in enumerate(question.feedback.known, start=1)
            ),
        )
    return structs.replace(question, **new)


def _changed(part: Any, place: str, change: Change, names: tuple[str, ...] = ()) -> Any:
    fields = names or part.__struct_fields__
    return structs.replace(
        part, **{name: change(f"{place}.{name}", getattr(part, name)) for name in fields}
    )


def _numbers_of(question: Question, row: Mapping[str, Value]) -> dict[str, Any]:
    """Return the answer and feedback of a number question with their values filled in."""
    new: dict[str, Any] = {}
    if isinstance(question, NumberQuestion) and question.answer is not None:
        value, tolerance = question.answer.value, question.answer.tolerance
        filled = {"value": _number(value, row), "tolerance": _number(tolerance, row)}
        new["answer"] = structs.replace(question.answer, **filled)
    if isinstance(question, NumberQuestion) and question.feedback is not None:
        known = question.feedback.known
        wrong = tuple(structs.replace(one, value=_number(one.value, row)) for one in known)
        new["feedback"] = structs.replace(question.feedback, known=wrong)
    return new


def _number(value: float | str, row: Mapping[str, Value]) -> float:
    filled = row[placeholders_in(value)[0]] if isinstance(value, str) else value
    if isinstance(filled, str):
        raise TypeError(f"{value} must stand for a number, got the text {filled!r}.")
    return float(filled)


def _grouped(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:,}".replace("-", "−")


def _replaced(piece: str, written: Mapping[str, str]) -> str:
    return _MARKED.sub(lambda match: written[match[1]], piece)
