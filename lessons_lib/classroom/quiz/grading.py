"""Grade a response: whether it is right, and why. Pure functions.

A number may be typed as `2`, `2.0`, `1e3` or `10,000`, with or without its unit.
"""

import math
import re
from typing import Literal, TypeAlias

from msgspec import Struct

from lessons_lib.classroom.quiz.question import (
    ChoiceQuestion,
    NumberAnswer,
    NumberQuestion,
    Question,
    SingleQuestion,
)

Correctness: TypeAlias = Literal["right", "partly", "wrong"]

PARTIAL_CREDIT = (
    "When several options are right, each right one you pick earns an equal share of the credit, "
    "and each wrong one you pick costs a share. The credit never goes below 0 %."
)

_NUMBER = re.compile(
    r"(?P<sign>[-+−]?)"
    r"(?P<digits>([1-9][0-9]{0,2}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?|\.[0-9]+)"
    r"(?P<power>[eE][-+−]?[0-9]{1,3})?"
)
_DECIMAL_COMMA = re.compile(r"[-+−]?[0-9]+,[0-9]+")
LONGEST_NUMBER = 60


class ResponseError(ValueError):
    """A response that cannot be graded; the message says what to enter instead."""


class Response(Struct, frozen=True, forbid_unknown_fields=True):
    """A learner's response: the letters chosen, or the text typed for a number."""

    letters: tuple[str, ...] = ()
    number: str = ""


class Remark(Struct, frozen=True):
    """Feedback on one chosen option, or on a number (`letter` is empty then)."""

    letter: str
    is_right: bool
    text: str


class Verdict(Struct, frozen=True):
    """The result of grading a response.

    `credit` runs from 0 to 1. `remarks` are about what was chosen. `right_letters` and
    `right_number` are the key: never send them to the page while the learner may still try.
    """

    outcome: Correctness
    credit: float
    remarks: tuple[Remark, ...]
    missed: int
    right_letters: tuple[str, ...]
    right_number: float | None

    @property
    def is_right(self) -> bool:
        """Whether the response is complete and correct."""
        return self.outcome == "right"


def grade(question: Question, response: Response) -> Verdict:
    """Return the verdict on a response.

    Parameters
    ----------
    question : Question
        With its placeholders filled in, as `personalize` returns it.
    response : Response
        Letters for a choice, a typed number for a number.

    Raises
    ------
    ResponseError
        If the response cannot be graded, for example because nothing was chosen. This does not
        count as a wrong answer; the message says what to enter.
    ValueError
        If the question has no right answer (a survey), or still has placeholders.

    Notes
    -----
    `PARTIAL_CREDIT` states the rule for several options: (right picked − wrong picked) / right,
    but at least 0. Single choices and numbers are right or wrong.
    """
    if question.variants:
        raise ValueError(
            f"grade() needs a question with values filled in, got {question.id} with variants."
        )
    if isinstance(question, NumberQuestion) and question.answer is not None:
        return _grade_number(question, question.answer, response)
    if isinstance(question, ChoiceQuestion) and question.answer is not None:
        return _grade_choice(question, tuple(question.answer), response)
    raise ValueError(f"grade() needs a question with an answer, got {question.id} without one.")


def checked(question: Question, response: Response) -> Response:
    """Return a valid response with sorted letters, or raise `ResponseError`."""
    if isinstance(question, NumberQuestion):
        parse_number(response.number, question.unit)
        return Response(number=" ".join(response.number.split()))
    letters = tuple(sorted(set(response.letters)))
    known = ", ".join(question.options)
    if unknown := [letter for letter in letters if letter not in question.options]:
        raise ResponseError(f"Choose from {known}; got {', '.join(unknown)[:60]}.")
    if not letters:
        raise ResponseError(f"You haven't chosen an option yet. Choose from {known}.")
    if isinstance(question, SingleQuestion) and len(letters) > 1:
        raise ResponseError(f"Choose only one option; got {', '.join(letters)}.")
    return Response(letters=letters)


def parse_number(text: str, unit: str = "") -> float:
    """Return the number that a learner typed.

    Parameters
    ----------
    text : str
        May have spaces around it, commas between thousands and the unit after it.
    unit : str
        The unit that may follow the number.

    Raises
    ------
    ResponseError
        If it is not a finite number or has another unit. The message names neither an example nor
        a kind of number, because both would hint at the right answer.
    """
    cleaned = " ".join(text.split())
    if not cleaned:
        raise ResponseError("The field is empty. Enter a number in digits.")
    match = _NUMBER.match(cleaned)
    if match is None or len(cleaned) > LONGEST_NUMBER:
        raise ResponseError(f"Enter a number in digits; got {cleaned[:LONGEST_NUMBER]!r}.")
    rest = cleaned[match.end() :].strip()
    if _DECIMAL_COMMA.match(cleaned) and rest.startswith(","):
        raise ResponseError(f"Use a decimal point; got {cleaned!r}.")
    if rest.casefold() not in ("", unit.casefold()):
        expected = f"with the unit {unit}" if unit else "without a unit"
        raise ResponseError(f"Enter the number {expected}; got {cleaned!r}.")
    value = float(match.group().replace("−", "-").replace(",", ""))
    if not math.isfinite(value):
        raise ResponseError(f"Enter a smaller number; got {cleaned!r}.")
    return value


def _grade_choice(question: ChoiceQuestion, right: tuple[str, ...], response: Response) -> Verdict:
    letters = checked(question, response).letters
    hits = sum(letter in right for letter in letters)
    wrong = len(letters) - hits
    credit = max(0, hits - wrong) / len(right)
    outcome: Correctness = "right" if credit == 1 else "partly" if credit > 0 else "wrong"
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
    )


def _grade_number(question: NumberQuestion, answer: NumberAnswer, response: Response) -> Verdict:
    value, tolerance = float(answer.value), float(answer.tolerance)
    given = parse_number(response.number, answer.unit)
    is_right = _near(given, value, tolerance)
    text = ""
    if (feedback := question.feedback) is not None:
        known = (one.feedback for one in feedback.known if _near(given, one.value, tolerance))
        text = feedback.right if is_right else next(known, feedback.wrong)
    return Verdict(
        outcome="right" if is_right else "wrong",
        credit=float(is_right),
        remarks=(Remark("", is_right, text),),
        missed=int(not is_right),
        right_letters=(),
        right_number=value,
    )


def _near(given: float, value: float | str, tolerance: float) -> bool:
    """Return whether a number is within the tolerance, allowing for floating-point error."""
    slack = 4 * math.ulp(max(abs(given), abs(float(value))))
    return abs(given - float(value)) <= tolerance + slack
