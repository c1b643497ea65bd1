"""What a quiz writes into the record, and how it is read back.

Events hold what the learner gave, never whether it was right: that is graded anew from the bank.
Events that do not fit are passed over; the record is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from lessons_lib.quiz.grading import Response
from lessons_lib.quiz.question import Question
from lessons_lib.quiz.variants import Figures, PersonalQuestion
from lessons_lib.record.event import Clock, Event, new_event, utc_now

ANSWER, HINT, SOLUTION, POSITION = "answer", "hint", "solution", "position"
STARTED, ENDED = "test", "test-end"


class Answer(Struct, frozen=True):
    """Payload of an `answer`; the subject is the question's id.

    `quiz` is where it was shown, which may be a practice or a test; `test` is the test's id.
    `figures` are the learner's own, where the question was asked with them and not with a variant.
    """

    letters: tuple[str, ...] = ()
    number: str = ""
    variant: int | None = None
    revision: int = 1
    quiz: str = ""
    test: str = ""
    figures: Figures = ()

    @property
    def response(self) -> Response:
        """What was given, as `grade` takes it."""
        return Response(self.letters, self.number)


class Hint(Struct, frozen=True):
    """Payload of a `hint`, counted from 1; the subject is the question's id."""

    number: int
    revision: int = 1
    quiz: str = ""
    test: str = ""


class Solution(Struct, frozen=True):
    """Payload of an opened `solution`; the subject is the question's id."""

    revision: int = 1
    quiz: str = ""
    test: str = ""


class Position(Struct, frozen=True):
    """Payload of a `position`: the question the learner looks at; the subject is the quiz."""

    question: str
    test: str = ""


class Started(Struct, frozen=True):
    """Payload of a `test`; the subject is the test's id. Questions are (id, revision)."""

    questions: tuple[tuple[str, int], ...]
    seed: int


P = TypeVar("P", bound=Struct)


def answer_event(
    personal: PersonalQuestion,
    response: Response,
    quiz: str,
    *,
    test: str = "",
    clock: Clock = utc_now,
) -> Event:
    """Return the event of a response to a question, shown in a quiz."""
    question = personal.question
    answer = Answer(
        letters=response.letters,
        number=response.number,
        variant=personal.variant,
        revision=question.revision,
        quiz=quiz,
        test=test,
        figures=personal.figures,
    )
    return _event(ANSWER, question.id, answer, clock)


def hint_event(
    question: Question, number: int, quiz: str, *, test: str = "", clock: Clock = utc_now
) -> Event:
    """Return the event of a hint shown, the first being number 1."""
    return _event(HINT, question.id, Hint(number, question.revision, quiz, test), clock)


def solution_event(
    question: Question, quiz: str, *, test: str = "", clock: Clock = utc_now
) -> Event:
    """Return the event of a solution opened."""
    return _event(SOLUTION, question.id, Solution(question.revision, quiz, test), clock)


def position_event(
    question: Question, quiz: str, *, test: str = "", clock: Clock = utc_now
) -> Event:
    """Return the event of a learner who moves to a question of a quiz."""
    return _event(POSITION, quiz, Position(question.id, test), clock)


def payload_of(event: Event, kind: type[P]) -> P | None:
    """Return an event's payload as its type, or None if it does not fit."""
    try:
        return msgspec.convert(event.payload, kind)
    except (msgspec.ValidationError, RecursionError):
        return None


def answers_in(events: Iterable[Event]) -> Iterator[tuple[Event, Answer]]:
    """Yield the answers among events, each with its event."""
    for event in events:
        if event.kind == ANSWER and (answer := payload_of(event, Answer)) is not None:
            yield event, answer


def _event(kind: str, subject: str, payload: Struct, clock: Clock) -> Event:
    fields: dict[str, Any] = msgspec.to_builtins(payload)
    return new_event(kind, subject, fields, clock=clock)
