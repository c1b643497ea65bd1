"""What a page may ask for: messages can be forged, so they are decoded and never trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import answer_event, hint_event, position_event, solution_event
from lessons_lib.quiz.grading import Response, checked
from lessons_lib.quiz.markdown import render_inline
from lessons_lib.quiz.question import Question, Quiz
from lessons_lib.quiz.realise import NOTHING_MEASURED, RealisedQuestion, realise
from lessons_lib.quiz.state import QuestionState, QuizState, state_of
from lessons_lib.quiz.typed_number import ResponseError
from lessons_lib.record.event import Event
from lessons_lib.widgets.quiz.question_page import (
    MetQuestion,
    question_page,
    review_page,
    verdict_sentence,
)
from lessons_lib.widgets.record import LearnerRecord
from lessons_lib.widgets.safe_text import well_formed

LONGEST_NUMBER = 200


class Action(Struct, frozen=True):
    """One thing that a learner did on a page; `question` is the id of the one they saw."""

    do: Literal[
        "answer",
        "hint",
        "solution",
        "back",
        "next",
        "go",
        "review",
        "start",
        "end",
        "five",
        "endless",
    ]
    question: Annotated[str, Meta(max_length=80)] = ""
    letters: Annotated[tuple[Annotated[str, Meta(max_length=1)], ...], Meta(max_length=8)] = ()
    number: Annotated[str, Meta(max_length=LONGEST_NUMBER)] = ""
    to: Annotated[int, Meta(ge=1, le=1000)] = 1

    @property
    def response(self) -> Response:
        """What was given as an answer."""
        return Response(self.letters, self.number)


def action_of(message: object) -> Action | None:
    """Return a message as an action, or None if it is none."""
    try:
        return msgspec.convert(message, Action)
    except (msgspec.ValidationError, RecursionError):
        return None


Page = dict[str, Any]
QUIET = {"what": "", "text": ""}


class QuizSession:
    """A learner in a quiz.

    Parameters
    ----------
    quiz : Quiz
        A bank's quiz, or one put together for practice or a test.
    bank : QuizBank
        Says which notebook teaches an objective.
    record : LearnerRecord
        Where the learner stands is read from it, so that it is found again.
    test : str
        The id of the test that this is.
    is_over : bool
        The test has ended: everything is shown, nothing is taken.
    measured : mapping
        The learner's own figures; questions that can be asked with them are, until one is answered.
    """

    def __init__(
        self,
        quiz: Quiz,
        bank: QuizBank,
        record: LearnerRecord,
        *,
        test: str = "",
        is_over: bool = False,
        measured: Mapping[str, object] = NOTHING_MEASURED,
    ) -> None:
        self.quiz, self.bank, self.record, self.test, self.is_over = (
            quiz,
            bank,
            record,
            test,
            is_over,
        )
        self.measured = dict(measured)
        self.said: Mapping[str, str] = QUIET
        self.in_review = False
        self._state = self._read()
        ids = [one.id for one in quiz.questions]
        self.place = ids.index(self._state.position) if self._state.position else 0

    def events(self) -> list[Event]:
        """Return the part of the record that counts here."""
        return self.record.read()

    @property
    def question(self) -> Question:
        """The question in front, as the bank has it."""
        return self.quiz.questions[self.place]

    def met(self, question: Question) -> MetQuestion:
        """Return a question as the learner meets it, with what they did."""
        realised = self._realised(question)
        mode = self.quiz.mode_of(question)
        return MetQuestion(realised.question, self._state_of(question), mode, self.is_over)

    def all_met(self) -> list[MetQuestion]:
        """Return every question of the quiz."""
        return [self.met(one) for one in self.quiz.questions]

    def take(self, action: Action) -> None:
        """Do what the learner asked for; what comes too late or cannot be is passed over."""
        self.said = QUIET
        self._state = self._read()
        match action.do:
            case "answer" if self._is_in_front(action):
                self._answer(action)
            case "hint" if self._is_in_front(action):
                self._hint()
            case "solution" if self._is_in_front(action):
                self._open_solution()
            case "back" if not self.in_review:
                self._go(self.place - 1)
            case "next" if not self.in_review and self.place + 1 == len(self.quiz.questions):
                self.in_review = True
            case "next" if not self.in_review:
                self._go(self.place + 1)
            case "go":
                self._go(action.to - 1)
            case "review":
                self.in_review = True

    def page(self) -> Page:
        """Return the question in front, or the review."""
        return self.frame() | (self.review() if self.in_review else self.question_in_front())

    def frame(self) -> Page:
        """Return what stands around every question."""
        return {
            "title_html": render_inline(self.quiz.title),
            "said": dict(self.said),
            "notices": self.record.notices,
            "standings": [one.standing for one in self.all_met()],
            "note": "",
            "doors": [],
        }

    def review(self) -> Page:
        """Return the page behind the last question."""
        return review_page(self.quiz, self.bank, self.events(), self.all_met())

    def question_in_front(self) -> Page:
        """Return the question's page."""
        is_last = self.place + 1 == len(self.quiz.questions)
        return {
            "view": "question",
            "turn": self.question.id,
            "number": self.place + 1,
            "of": len(self.quiz.questions),
            "back": "Back" if self.place else "",
            "next": "Review" if is_last else "Next",
            "question": question_page(self.met(self.question)),
        }

    def _is_in_front(self, action: Action) -> bool:
        return action.question == self.question.id and not (self.in_review or self.is_over)

    def _answer(self, action: Action) -> None:
        realised = self._realised(self.question)
        try:
            response = checked(realised.question, action.response)
        except ResponseError as error:
            self.said = {"what": "problem", "text": well_formed(str(error))}
            return
        self._keep(answer_event(realised, response, self.quiz.name, test=self.test))
        met = self.met(self.question)
        again = f" (Attempt {met.state.attempts}.)" if met.state.attempts > 1 else ""
        self.said = {"what": "verdict", "text": verdict_sentence(met) + again}

    def _hint(self) -> None:
        met = self.met(self.question)
        if not met.hints_left:
            return
        number = met.state.hints_used + 1
        self._keep(hint_event(self.question, number, self.quiz.name, test=self.test))
        self.said = {"what": "hint", "text": f"Hint {number} of {len(self.question.hints)}:"}

    def _open_solution(self) -> None:
        if self.met(self.question).may_open_solution:
            self._keep(solution_event(self.question, self.quiz.name, test=self.test))
            self.said = {"what": "solution", "text": "The solution is shown below the question."}

    def _go(self, place: int) -> None:
        if not 0 <= place < len(self.quiz.questions):
            return
        self.in_review, self.place = False, place
        if not self.is_over:
            self._keep(position_event(self.question, self.quiz.name, test=self.test))

    def _keep(self, event: Event) -> None:
        self.record.append(event)
        self._state = self._read()

    def _read(self) -> QuizState:
        return state_of(self.quiz, self.events(), test=self.test)

    def _state_of(self, question: Question) -> QuestionState:
        return self._state.of(question)

    def _realised(self, question: Question) -> RealisedQuestion:
        state = self._state_of(question)
        measured = dict(state.figures) if state.attempts else self.measured
        return realise(question, self.record.learner, variant=state.variant, measured=measured)
