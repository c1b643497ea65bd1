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


class QuizState(Struct, frozen=True):
    """The question a learner looked at last, and what they did with each by its id."""

    position: str | None
    questions: dict[str, QuestionState]

    def of(self, question: Question) -> QuestionState:
        """Return the state of a question."""
        return self.questions.get(question.id, QuestionState())


def state_of(quiz: Quiz, events: Iterable[Event], *, test: str = "") -> QuizState:
    """Return where a learner stands in a quiz.

    Parameters
    ----------
    quiz : Quiz
        A bank's quiz, or one put together for practice or a test.
    events : iterable of Event
        The learner's record, oldest first.
    test : str
        Only events of this test; by default only those outside of tests.

    Notes
    -----
    Only what was done in this quiz counts, and only with a question's present revision.
    """
    questions = {question.id: question for question in quiz.questions}
    states: dict[str, QuestionState] = {}
    position: str | None = None
    for event in events:
        if event.kind == POSITION and event.subject == quiz.name:
            place = payload_of(event, Position)
            if place is not None and place.test == test and place.question in questions:
                position = place.question
        elif event.subject in questions:
            before = states.get(event.subject, QuestionState())
            after = _after(before, event, questions[event.subject], (quiz.name, test))
            if after is not before:
                states[event.subject], position = after, event.subject
    return QuizState(position, states)


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
