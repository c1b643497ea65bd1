"""The events that a quiz records: answers, hints, solutions and positions."""

from __future__ import annotations

from lessons_lib.quiz.grading import Response
from lessons_lib.quiz.question import Question
from lessons_lib.quiz.variants import PersonalQuestion
from lessons_lib.record.event import Clock, Event, utc_now
from lessons_lib.record.kinds import Answer, Hint, Position, Solution, event_of


def answer_event(
    personal: PersonalQuestion,
    response: Response,
    quiz: str,
    *,
    test: str = "",
    clock: Clock = utc_now,
) -> Event:
    """Return the event for a response to a question of a quiz."""
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
    return event_of(question.id, answer, clock=clock)


def hint_event(
    question: Question, number: int, quiz: str, *, test: str = "", clock: Clock = utc_now
) -> Event:
    """Return the event for a hint shown; the first is number 1."""
    return event_of(question.id, Hint(number, question.revision, quiz, test), clock=clock)


def solution_event(
    question: Question, quiz: str, *, test: str = "", clock: Clock = utc_now
) -> Event:
    """Return the event for an opened solution."""
    return event_of(question.id, Solution(question.revision, quiz, test), clock=clock)


def position_event(
    question: Question, quiz: str, *, test: str = "", clock: Clock = utc_now
) -> Event:
    """Return the event for moving to a question of a quiz."""
    return event_of(quiz, Position(question.id, test), clock=clock)
