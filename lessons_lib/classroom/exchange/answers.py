"""The answers of a question in a form that other systems share, and back to ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import inf
from typing import Any, NamedTuple, TypeAlias

from lessons_lib.classroom.quiz.question import LETTERS, ChoiceQuestion, NumberQuestion, Question

Fields: TypeAlias = tuple[dict[str, Any], str]  # of a question, and what was not kept


class KeyAnswer(NamedTuple):
    """An option or a number, its share of the credit in percent, and the feedback on it.

    With neither a text nor a value, it stands for any other number.
    """

    share: float
    feedback: str
    text: str = ""
    value: float | None = None
    tolerance: float = 0


def answers_of(question: Question) -> list[KeyAnswer]:
    """Return the options, or the right number, the known wrong ones, and any other."""
    if isinstance(question, ChoiceQuestion):
        key = getattr(question, "answer", ())
        gain = 100 / len(key)
        shares = (-gain if question.kind == "several" else 0, gain)
        options = question.options.items()
        return [KeyAnswer(shares[letter in key], one.feedback, one.text) for letter, one in options]
    if isinstance(question, NumberQuestion) and question.answer and question.feedback:
        right, about = question.answer, question.feedback
        known = [(0, one.feedback, one.value) for one in about.known]
        rows = [(100, about.right, right.value), *known]
        numbers = [(points, text, "", float(value)) for points, text, value in rows]
        return [
            *(KeyAnswer(*one, float(right.tolerance)) for one in numbers),
            KeyAnswer(0, about.wrong),
        ]
    return []


def digits(number: float) -> str:
    """Return a number in plain digits, rounded to 15 significant ones."""
    return f"{Decimal(f'{number:.15g}'):f}"


def span(low: float, high: float) -> tuple[float, float]:
    """Return the middle of two numbers, and the tolerance that just reaches both."""
    first, last = map(Decimal, map(digits, (low, high)))
    return float((first + last) / 2), float((last - first) / 2)


def fields_of(kind: str, answers: Sequence[KeyAnswer], markdown: Callable[[str], str]) -> Fields:
    """Return the fields that a question of a kind gets from its answers.

    Parameters
    ----------
    kind : str
        `single`, `several` or `number`.
    answers : sequence of KeyAnswer
        As another system has them.
    markdown : callable
        Turns their texts and feedback into Markdown.

    Returns
    -------
    Fields
        `kind`, `answer`, and `options` or `feedback`; and a sentence if something was not kept.

    Raises
    ------
    ValueError
        If no answer is right, or too many are, or there are too many options, or the right number
        is none.
    """
    least = 0.01 if kind == "several" else 100
    if kind != "number":  # Moodle drops empty options, too
        answers = [one for one in answers if one.text.strip() or one.share >= least]
    right = [one for one in answers if one.share >= least]
    most_right, most = len(right) if kind == "several" else 1, 100 if kind == "number" else 8
    if not 1 <= len(right) <= most_right or len(answers) > most:
        found = f"{len(right)} of {len(answers)} answers are right"
        rule = "exactly one must be" if kind != "several" else "at least one must be"
        if len(answers) > most:
            found, rule = f"it has {len(answers)} answers", f"at most {most} are allowed"
        raise ValueError(f"{found}, but {rule}.")
    gain = 100 / len(right)
    shares = (-gain if kind == "several" else 0, gain)
    kept = all(
        abs(one.share - shares[one in right]) < 0.01
        and (one.value is None or one.tolerance == right[0].tolerance)
        for one in answers
    )
    if kind == "number":
        fields = _number(right[0], answers, markdown)
        numbers = sum(one.value is not None for one in answers)
        kept = kept and len(fields["feedback"]["known"]) == numbers - 1
    else:
        named = dict(zip(LETTERS, answers, strict=False))
        key = [letter for letter, one in named.items() if one in right]
        fields = {"answer": key if kind == "several" else key[0]}
        fields["options"] = {
            letter: {"text": markdown(one.text), "feedback": markdown(one.feedback)}
            for letter, one in named.items()
        }
    what = "known wrong numbers" if kind == "number" else "partial credit"
    note = "" if kept else f"Not kept as in the file: {what}."
    return {"kind": kind, **fields}, note


def _number(
    right: KeyAnswer, answers: Sequence[KeyAnswer], markdown: Callable[[str], str]
) -> dict[str, Any]:
    value, tolerance = right.value, right.tolerance
    if value is None or not abs(value) + abs(tolerance) < inf:
        raise ValueError(f"the right answer must be a number, got {value} ± {tolerance}.")
    known: dict[float, str] = {}
    for one in answers:
        if one.value is not None and one.share <= 0 and one.feedback.strip():
            near = min(abs(one.value - other) for other in (value, *known))
            if one.tolerance <= tolerance < near < inf:
                known[one.value] = markdown(one.feedback)
    others = [one.feedback for one in answers if one.value is None]
    texts = {"right": markdown(right.feedback), "wrong": markdown("".join(others[:1]))}
    feedback: dict[str, Any] = {key: text for key, text in texts.items() if text}
    feedback["known"] = [{"value": other, "feedback": text} for other, text in known.items()]
    return {"answer": {"value": value, "tolerance": tolerance}, "feedback": feedback}
