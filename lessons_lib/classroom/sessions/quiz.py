"""A learner in a quiz: actions become events in the record, and the page follows from them.

`submit` reads the record, checks the action, appends an event and applies it to the state; `page`
shows that state. A card that is shown again replays the same events and reaches the same state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import Response, ResponseError, checked
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.quiz.progress import QuizState, state_of
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.quiz.regrade import (
    answer_event,
    hint_event,
    position_event,
    solution_event,
)
from lessons_lib.classroom.quiz.variants import NOTHING_MEASURED, personalize
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.sessions.page import NO_REPLY, Page, well_formed
from lessons_lib.classroom.sessions.question_page import (
    AskedQuestion,
    question_page,
    review_page,
    verdict_sentence,
)
from lessons_lib.classroom.sessions.record import LearnerRecord


class QuizAction(Struct, frozen=True):
    """One action of a learner on a page; `question` is the id of the question that they saw."""

    do: (
        Literal["answer", "hint", "solution"]
        | Literal["back", "next", "go", "review", "missed"]
        | Literal["start", "end", "five", "endless"]
    )
    question: Annotated[str, Meta(max_length=80)] = ""
    letters: Annotated[tuple[Annotated[str, Meta(max_length=1)], ...], Meta(max_length=8)] = ()
    number: Annotated[str, Meta(max_length=200)] = ""
    to: Annotated[int, Meta(ge=1, le=1000)] = 1


class QuizSession:
    """A learner in a quiz.

    Parameters
    ----------
    quiz : Quiz
        A quiz of the bank, or one assembled for practice or a test.
    bank : QuizBank
        Finds the notebook that teaches an objective.
    record : LearnerRecord
        The learner's answers and position are restored from it.
    test : str
        The id of the test if the quiz is one.
    is_over : bool
        Whether the test has ended: then everything is shown, and nothing is recorded.
    measured : mapping
        The learner's own figures, used in every question that asks about them until it is answered.
    since : str
        The id of the event at which the session begins, if earlier answers do not count.
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
        since: str = "",
    ) -> None:
        self.quiz, self.bank, self.record = quiz, bank, record
        self.label = f"{quiz.name}: run this cell to answer its questions"
        self.title = quiz.title
        self.test, self.is_over, self.measured = test, is_over, dict(measured)
        self.since = since
        self._again: QuizSession | None = None  # asks what was missed
        self.reply: Mapping[str, str] = NO_REPLY
        self.in_review = False
        self._asked: dict[str, AskedQuestion] = {}
        self._state = self._replayed()
        ids = [one.id for one in quiz.questions]
        self.index = ids.index(self._state.position) if self._state.position else 0

    def events(self) -> list[Event]:
        """Return the events that count for this session; none if the record was moved away."""
        events = self.record.events
        if not self.since:
            return events
        begin = next((i for i, one in enumerate(events) if one.id == self.since), len(events))
        return events[begin:]

    @property
    def question(self) -> Question:
        """The current question, as in the bank."""
        return self.quiz.questions[self.index]

    def asked(self, question: Question) -> AskedQuestion:
        """Return a question as this learner sees it, with their answers; each is graded once."""
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
        """Do what the learner requested, after reading what other kernels recorded."""
        self.record.read()
        self.perform(action)

    def perform(self, action: QuizAction) -> None:
        """Do what the learner requested; late or impossible actions are skipped."""
        self.reply = NO_REPLY
        if self._again is not None:
            self._again.perform(action)
            if self._again.in_review:
                self._again, self._state = None, self._replayed()
            return
        self._state = self._replayed()
        match action.do:
            case "answer" | "hint" | "solution" if self._is_current(action):
                self._work_on_question(action)
            case "back" if not self.in_review:
                self._turn_to(self.index - 1)
            case "next" if not self.in_review and self.index + 1 < len(self.quiz.questions):
                self._turn_to(self.index + 1)
            case "next" | "review":
                self.in_review = True
            case "go":
                self._turn_to(action.to - 1)
            case "missed" if self.in_review and not self.test:
                self._ask_again([one for one in self.quiz.questions if self.asked(one).is_missed])

    def page(self) -> Page:
        """Return the page of the current question, or the review."""
        if self._again is not None:
            doors = [{"do": "review", "text": "Back to the review"}]
            note = "Only the questions that you missed."
            return self._again.page() | {"note": note, "doors": doors}
        return self.frame() | (self.review() if self.in_review else self.current_question_page())

    def frame(self) -> Page:
        """Return what surrounds every question."""
        standings = [one.standing for one in self.all_asked()]
        left = standings.count("open") if len(standings) > 1 and not self.test else 0
        return {
            "title_html": render_inline(self.quiz.title),
            "reply": dict(self.reply),
            "notices": self.record.notices,
            "standings": standings,
            "note": f"{left} of {len(standings)} left here" if left else "",
            "doors": [],
        }

    def review(self) -> Page:
        """Return the page after the last question."""
        return review_page(self.quiz, self.bank, self.events(), self.all_asked())

    def current_question_page(self) -> Page:
        """Return the question's page."""
        count = len(self.quiz.questions)
        last = "Review" if count > 1 else ""
        return {
            "view": "question",
            "turn": f"{self.since} {self.question.id}".strip(),
            "number": self.index + 1,
            "of": count,
            "back": "Back" if self.index else "",
            "next": "Next" if self.index + 1 < count else last,
            "question": question_page(self.asked(self.question)),
        }

    def _is_current(self, action: QuizAction) -> bool:
        return not (self.in_review or self.is_over) and action.question == self.question.id

    def _work_on_question(self, action: QuizAction) -> None:
        asked = self.asked(self.question)
        match action.do:
            case "answer":
                self._answer(asked, Response(action.letters, action.number))
            case "hint" if asked.hints_left:
                number, of = asked.state.hints_used + 1, len(self.question.hints)
                self._save(hint_event(self.question, number, self.quiz.name, test=self.test))
                self.reply = {"what": "hint", "text": f"Hint {number} of {of}:"}
            case "solution" if asked.may_open_solution:
                self._save(solution_event(self.question, self.quiz.name, test=self.test))
                text = "The solution is shown below the question."
                self.reply = {"what": "solution", "text": text}

    def _answer(self, asked: AskedQuestion, response: Response) -> None:
        try:
            response = checked(asked.question, response)
        except ResponseError as error:
            self.reply = {"what": "problem", "text": well_formed(str(error))}
            return
        self._save(answer_event(asked.personal, response, self.quiz.name, test=self.test))
        asked = self.asked(self.question)
        again = f" (Attempt {asked.state.attempts}.)" if asked.state.attempts > 1 else ""
        self.reply = {"what": "verdict", "text": verdict_sentence(asked) + again}

    def _turn_to(self, index: int) -> None:
        if 0 <= index < len(self.quiz.questions):
            self.in_review, self.index = False, index
            if not self.is_over:
                self._save(position_event(self.question, self.quiz.name, test=self.test))

    def _ask_again(self, missed: Sequence[Question]) -> None:
        """Ask some questions as if they were new, and then return to the review."""
        if missed:
            self._save(position_event(missed[0], self.quiz.name))
            quiz = replace(self.quiz, questions=tuple(missed))
            since = self.record.events[-1].id
            self._again = QuizSession(
                quiz, self.bank, self.record, measured=self.measured, since=since
            )

    def _save(self, event: Event) -> None:
        self.record.append(event)
        self._state.apply(event)

    def _replayed(self) -> QuizState:
        return state_of(self.quiz, self.events(), test=self.test)
