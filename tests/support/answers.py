"""Answers of a learner called ada, right and wrong."""

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.question import (
    NumberQuestion,
    Question,
    SeveralQuestion,
    SingleQuestion,
)
from lessons_lib.classroom.quiz.regrade import answer_event
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import Event


def right(question: Question, quiz: str, test: str = "") -> Event:
    """Return the right answer to a question."""
    personal = personalize(question, "ada")
    asked = personal.question
    if isinstance(asked, NumberQuestion):
        assert asked.answer is not None
        given = Response(number=f"{asked.answer.value:.12g}")
    else:
        assert isinstance(asked, SingleQuestion | SeveralQuestion)
        given = Response(tuple(asked.answer or ()))
    return answer_event(personal, given, quiz, test=test)


def wrong(bank: QuizBank, quiz: str) -> list[Event]:
    shown = [one for one in bank.quiz(quiz).questions if one.place != "pool"]
    asked = [one for one in shown if isinstance(one, SingleQuestion)]
    return [
        answer_event(personalize(one, "ada"), Response((min({*one.options} - {one.answer}),)), quiz)
        for one in asked
    ]


def finished(quiz: str, bank: QuizBank) -> list[Event]:
    return [right(one, quiz) for one in bank.quiz(quiz).questions]
