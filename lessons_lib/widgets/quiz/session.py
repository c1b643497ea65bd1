"""A learner in a quiz: what they ask for goes into the record, and the page follows from it.

An answer's way: `submit` reads the record, decides, appends the event and applies it to the state;
`page` shows that state. A card that is shown again replays the same events to the same state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.grading import Response, ResponseError, checked
from lessons_lib.quiz.markdown import render_inline
from lessons_lib.quiz.progress import QuizState, state_of
from lessons_lib.quiz.question import Question, Quiz
from lessons_lib.quiz.regrade import answer_event, hint_event, position_event, solution_event
from lessons_lib.quiz.variants import NOTHING_MEASURED, personalize
from lessons_lib.record.event import Event
from lessons_lib.widgets.page import NO_REPLY, Page, well_formed
from lessons_lib.widgets.quiz.question_page import (
    AskedQuestion,
    question_page,
    review_page,
    verdict_sentence,
)
from lessons_lib.widgets.record import LearnerRecord

LONGEST_MESSAGE_NUMBER = 200


class QuizAction(Struct, frozen=True):
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
    number: Annotated[str, Meta(max_length=LONGEST_MESSAGE_NUMBER)] = ""
    to: Annotated[int, Meta(ge=1, le=1000)] = 1

    @property
    def response(self) -> Response:
        """What was given as an answer."""
        return Response(self.letters, self.number)


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
        The test has ended: everything is shown, nothing is recorded.
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
        self.quiz, self.bank, self.record = quiz, bank, record
        self.test, self.is_over, self.measured = test, is_over, dict(measured)
        self.reply: Mapping[str, str] = NO_REPLY
        self.in_review = False
        self._asked: dict[str, AskedQuestion] = {}
        self._state = self._replayed()
        ids = [one.id for one in quiz.questions]
        self.place = ids.index(self._state.position) if self._state.position else 0

    def events(self) -> list[Event]:
        """Return the part of the record that counts here."""
        return self.record.events

    @property
    def question(self) -> Question:
        """The question in front, as the bank has it."""
        return self.quiz.questions[self.place]

    def asked(self, question: Question) -> AskedQuestion:
        """Return a question as the learner is asked it, with what they did, graded once."""
        state = self._state.of(question)
        known = self._asked.get(question.id)
        if known is None or known.state != state:
            measured = dict(state.figures) if state.attempts else self.measured
            learner, policy = self.record.learner, self.quiz.policy_of(question)
            personal = personalize(question, learner, variant=state.variant, measured=measured)
            known = AskedQuestion(personal, state, policy, self.is_over)
            self._asked[question.id] = known
        return known

    def all_asked(self) -> list[AskedQuestion]:
        """Return every question of the quiz."""
        return [self.asked(one) for one in self.quiz.questions]

    def submit(self, action: QuizAction) -> None:
        """Do what the learner asked for, after a look at what other kernels recorded."""
        self.record.read()
        self.perform(action)

    def perform(self, action: QuizAction) -> None:
        """Do what the learner asked for; what comes too late or cannot be is skipped."""
        self.reply = NO_REPLY
        self._state = self._replayed()
        match action.do:
            case "answer" | "hint" | "solution" if self._is_in_front(action):
                self._work_on_question(action)
            case "back" if not self.in_review:
                self._turn_to(self.place - 1)
            case "next" if not self.in_review and self.place + 1 < len(self.quiz.questions):
                self._turn_to(self.place + 1)
            case "next" | "review":
                self.in_review = True
            case "go":
                self._turn_to(action.to - 1)

    def page(self) -> Page:
        """Return the question in front, or the review."""
        return self.frame() | (self.review() if self.in_review else self.question_in_front())

    def frame(self) -> Page:
        """Return what stands around every question."""
        return {
            "title_html": render_inline(self.quiz.title),
            "said": dict(self.reply),
            "notices": self.record.notices,
            "standings": [one.standing for one in self.all_asked()],
            "note": "",
            "doors": [],
        }

    def review(self) -> Page:
        """Return the page behind the last question."""
        return review_page(self.quiz, self.bank, self.events(), self.all_asked())

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
            "question": question_page(self.asked(self.question)),
        }

    def _is_in_front(self, action: QuizAction) -> bool:
        return action.question == self.question.id and not (self.in_review or self.is_over)

    def _work_on_question(self, action: QuizAction) -> None:
        asked = self.asked(self.question)
        match action.do:
            case "answer":
                self._answer(asked, action.response)
            case "hint" if asked.hints_left:
                number, of = asked.state.hints_used + 1, len(self.question.hints)
                self._keep(hint_event(self.question, number, self.quiz.name, test=self.test))
                self.reply = {"what": "hint", "text": f"Hint {number} of {of}:"}
            case "solution" if asked.may_open_solution:
                self._keep(solution_event(self.question, self.quiz.name, test=self.test))
                text = "The solution is shown below the question."
                self.reply = {"what": "solution", "text": text}

    def _answer(self, asked: AskedQuestion, response: Response) -> None:
        try:
            response = checked(asked.question, response)
        except ResponseError as error:
            self.reply = {"what": "problem", "text": well_formed(str(error))}
            return
        self._keep(answer_event(asked.personal, response, self.quiz.name, test=self.test))
        asked = self.asked(self.question)
        again = f" (Attempt {asked.state.attempts}.)" if asked.state.attempts > 1 else ""
        self.reply = {"what": "verdict", "text": verdict_sentence(asked) + again}

    def _turn_to(self, place: int) -> None:
        if 0 <= place < len(self.quiz.questions):
            self.in_review, self.place = False, place
            if not self.is_over:
                self._keep(position_event(self.question, self.quiz.name, test=self.test))

    def _keep(self, event: Event) -> None:
        self.record.append(event)
        self._state.apply(event)

    def _replayed(self) -> QuizState:
        return state_of(self.quiz, self.events(), test=self.test)
