"""Where a learner stands in one quiz, so that its card can be restored as it was left."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, structs

from lessons_lib.quiz.events import (
    ANSWER,
    HINT,
    POSITION,
    SOLUTION,
    Answer,
    Hint,
    Position,
    Solution,
    payload_of,
)
from lessons_lib.quiz.grading import Response, checked
from lessons_lib.quiz.own_figures import Figures
from lessons_lib.quiz.question import Question, Quiz
from lessons_lib.quiz.typed_number import ResponseError
from lessons_lib.record.event import Event


class QuestionState(Struct, frozen=True):
    """What a learner did with one question; a fresh one if nothing yet."""

    response: Response | None = None  # the last one
    variant: int | None = None
    attempts: int = 0
    hints_used: int = 0
    solution_opened: bool = False
    figures: Figures = ()


class QuizState:
    """Where a learner stands in one quiz, brought up to date event by event.

    Parameters
    ----------
    quiz : Quiz
        A bank's quiz, or one put together for practice or a test.
    test : str
        Only events of this test count; by default only those outside of tests.

    Attributes
    ----------
    position : str or None
        The id of the question that the learner looked at last.
    """

    def __init__(self, quiz: Quiz, test: str = "") -> None:
        self._questions = {question.id: question for question in quiz.questions}
        self._quiz, self._test = quiz.name, test
        self._states: dict[str, QuestionState] = {}
        self.position: str | None = None

    def of(self, question: Question) -> QuestionState:
        """Return what the learner did with a question."""
        return self._states.get(question.id, QuestionState())

    def apply(self, event: Event) -> None:
        """Count an event if it belongs to this quiz and to a question's present revision."""
        if event.kind == POSITION and event.subject == self._quiz:
            place = payload_of(event, Position)
            if place is not None and place.test == self._test and place.question in self._questions:
                self.position = place.question
        elif (question := self._questions.get(event.subject)) is not None:
            before = self.of(question)
            after = _after(before, event, question, (self._quiz, self._test))
            if after is not before:
                self._states[question.id], self.position = after, question.id


def state_of(quiz: Quiz, events: Iterable[Event], *, test: str = "") -> QuizState:
    """Return where a learner stands in a quiz after the events of their record, oldest first."""
    state = QuizState(quiz, test)
    for event in events:
        state.apply(event)
    return state


def _after(
    state: QuestionState, event: Event, question: Question, place: tuple[str, str]
) -> QuestionState:
    """Return a question's state after an event, the same object if the event does not count."""
    kinds: dict[str, type[Answer | Hint | Solution]] = {
        ANSWER: Answer,
        HINT: Hint,
        SOLUTION: Solution,
    }
    payload = payload_of(event, kinds[event.kind]) if event.kind in kinds else None
    if payload is None or (payload.quiz, payload.test) != place:
        return state
    if payload.revision != question.revision:
        return state
    match payload:
        case Answer():
            return _after_answer(state, payload, question)
        case Hint():
            used = min(max(state.hints_used, payload.number), len(question.hints))
            return structs.replace(state, hints_used=used)
        case Solution():
            return structs.replace(state, solution_opened=True)


def _after_answer(state: QuestionState, answer: Answer, question: Question) -> QuestionState:
    try:
        response = checked(question, answer.response)
    except ResponseError:
        return state
    return structs.replace(
        state,
        response=response,
        variant=answer.variant,
        figures=answer.figures,
        attempts=state.attempts + 1,
    )
