"""Is a response right, why, and what to look at next. Pure functions, no state."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from msgspec import Struct

from lessons_lib.quiz.question import (
    ChoiceQuestion,
    NumberQuestion,
    Question,
    SeveralQuestion,
    SingleQuestion,
)
from lessons_lib.quiz.typed_number import ResponseError, parse_number

Outcome: TypeAlias = Literal["right", "partly", "wrong"]

PARTIAL_CREDIT = (
    "Where several options are right, each right one you pick adds an equal share, and each wrong "
    "one you pick takes one such share away; the credit is never below 0%."
)


class Response(Struct, frozen=True, forbid_unknown_fields=True):
    """What a learner gave: letters of options, or the text typed for a number."""

    letters: tuple[str, ...] = ()
    number: str = ""


class Remark(Struct, frozen=True):
    """What is said to one chosen option, or to a number (`letter` is empty then)."""

    letter: str
    is_right: bool
    text: str


class Verdict(Struct, frozen=True):
    """What came of a response.

    `credit` runs from 0 to 1. `remarks` speak of what was chosen. `right_letters` and
    `right_number` are the key: keep them from the page while the learner may still try.
    `objective` and `stage` say what to look at next; `QuizBank.lesson_on(objective)` says where.
    """

    outcome: Outcome
    credit: float
    remarks: tuple[Remark, ...]
    missed: int
    right_letters: tuple[str, ...]
    right_number: float | None
    objective: str
    stage: str

    @property
    def is_right(self) -> bool:
        """Whether nothing is missing and nothing is wrong."""
        return self.outcome == "right"


def grade(question: Question, response: Response) -> Verdict:
    """Return the verdict on a response.

    Parameters
    ----------
    question : Question
        With its placeholders filled in, as `realise` returns it.
    response : Response
        Letters for a choice, a typed number for a number.

    Raises
    ------
    ResponseError
        If the response cannot be graded: nothing chosen, no number. It is not a wrong answer; the
        message tells the learner what to give.
    ValueError
        If the question has no right answer (a survey), or still has placeholders.

    Notes
    -----
    `PARTIAL_CREDIT` states the rule for several options: (right picked − wrong picked) / right,
    and never below 0. Single choices and numbers are right or wrong.
    """
    if question.variants:
        raise ValueError(f"grade() takes a realised question, got {question.id} with variants.")
    if isinstance(question, NumberQuestion) and question.answer is not None:
        return _grade_number(question, response)
    if isinstance(question, SingleQuestion | SeveralQuestion) and question.answer is not None:
        return _grade_choice(question, tuple(question.answer), response)
    raise ValueError(f"grade() takes a question with an answer, got {question.id} without one.")


def checked(question: Question, response: Response) -> Response:
    """Return a response with letters in order, or raise `ResponseError` if it does not fit."""
    if isinstance(question, NumberQuestion):
        parse_number(response.number, question.answer.unit if question.answer else "")
        return Response(number=" ".join(response.number.split()))
    if not isinstance(question, ChoiceQuestion):
        raise TypeError(f"checked() takes a question of a known kind, got {type(question)}.")
    letters = tuple(sorted(set(response.letters)))
    known = ", ".join(question.options)
    if unknown := [letter for letter in letters if letter not in question.options]:
        raise ResponseError(f"Choose among {known}; got {', '.join(unknown)[:60]}.")
    if not letters:
        raise ResponseError(f"Choose among {known}; nothing is chosen yet.")
    if isinstance(question, SingleQuestion) and len(letters) > 1:
        raise ResponseError(f"Choose one option; got {', '.join(letters)}.")
    return Response(letters=letters)


def _grade_choice(question: ChoiceQuestion, right: tuple[str, ...], response: Response) -> Verdict:
    letters = checked(question, response).letters
    hits = sum(letter in right for letter in letters)
    wrong = len(letters) - hits
    credit = max(0, hits - wrong) / len(right)
    outcome: Outcome = "right" if credit == 1 else "partly" if credit > 0 else "wrong"
    return Verdict(
        outcome=outcome,
        credit=credit,
        remarks=tuple(
            Remark(letter, letter in right, option.feedback)
            for letter, option in question.options.items()
            if letter in letters
        ),
        missed=len(right) - hits,
        right_letters=right,
        right_number=None,
        objective=question.objective,
        stage=question.stage,
    )


def _grade_number(question: NumberQuestion, response: Response) -> Verdict:
    answer, feedback = question.answer, question.feedback
    if answer is None or isinstance(answer.value, str) or isinstance(answer.tolerance, str):
        raise ValueError(f"grade() takes a realised question, got {question.id}.")
    given = parse_number(response.number, answer.unit)
    is_right = _near(given, answer.value, answer.tolerance)
    text = ""
    if feedback is not None:
        known = (
            one.feedback for one in feedback.known if _near(given, one.value, answer.tolerance)
        )
        text = feedback.right if is_right else next(known, feedback.wrong)
    return Verdict(
        outcome="right" if is_right else "wrong",
        credit=float(is_right),
        remarks=(Remark("", is_right, text),),
        missed=int(not is_right),
        right_letters=(),
        right_number=answer.value,
        objective=question.objective,
        stage=question.stage,
    )


def _near(given: float, value: float | str, tolerance: float) -> bool:
    """Say whether a number is within the tolerance, forgiving the last bits of binary fractions."""
    slack = 4 * math.ulp(max(abs(given), abs(float(value))))
    return abs(given - float(value)) <= tolerance + slack
