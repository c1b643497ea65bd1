"""A learner's run through the questions of a quiz: what quizzes, practice and tests share.

A run keeps only where the learner is. What they did is read from the record for each page, so a run
that starts again, or goes on in another kernel, shows the same.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from lessons_lib.classroom.quiz.grading import Response, ResponseError, checked
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.quiz.progress import QuestionState, QuizState, state_of
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.quiz.regrade import (
    answer_event,
    hint_event,
    position_event,
    solution_event,
)
from lessons_lib.classroom.quiz.variants import NOTHING_MEASURED, personalize
from lessons_lib.classroom.record.kinds import RatingName
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply, well_formed
from lessons_lib.classroom.sessions.question_page import (
    AskedQuestion,
    ending_of,
    question_page,
    review_page,
    stored_questions,
    verdict_sentence,
)


class QuizAction(Struct, frozen=True):
    """One action of a learner on a page; `question` is the id of what they saw, also of a card."""

    do: (
        Literal["answer", "hint", "solution", "show", "rate"]
        | Literal["back", "next", "go", "review", "missed", "look"]
        | Literal["start", "end", "more", "five", "endless"]
    )
    question: Annotated[str, Meta(max_length=80)] = ""
    letters: Annotated[tuple[Annotated[str, Meta(max_length=1)], ...], Meta(max_length=8)] = ()
    number: Annotated[str, Meta(max_length=200)] = ""
    to: Annotated[int, Meta(ge=1, le=1000)] = 1
    rating: RatingName | None = None


class QuizRun:
    """A learner's way through some questions, one at a time, and then to what follows the last.

    Parameters
    ----------
    quiz : Quiz
        A quiz of the bank, or one assembled for practice or a test.
    record : LearnerRecord
        Answers are added to it. The session that owns the run reads it again before each action.
    test : str
        The id of the test if the quiz is one.
    is_over : bool
        Whether the test has ended: then everything is shown, and nothing is recorded.
    measured : mapping
        The learner's own figures, used in every question that asks about them until it is answered.
    since : str
        The id of the event at which the run begins, if earlier answers do not count.

    Attributes
    ----------
    index : int
        The index of the current question; at first, of the one that the learner viewed last.
    in_review : bool
        Whether the learner went on from the last question.
    """

    def __init__(
        self,
        quiz: Quiz,
        record: LearnerRecord,
        *,
        test: str = "",
        is_over: bool = False,
        measured: Mapping[str, object] = NOTHING_MEASURED,
        since: str = "",
    ) -> None:
        self.quiz, self.test, self.is_over = quiz, test, is_over
        self._record, self._measured, self._since = record, dict(measured), since
        ids, position = [one.id for one in quiz.questions], self._state().position
        self.index = ids.index(position) if position else 0
        self.in_review = is_over

    def asked(self) -> list[AskedQuestion]:
        """Return the questions as this learner sees them now."""
        state = self._state()
        return [self._asked(one, state.of(one)) for one in self.quiz.questions]

    def perform(self, action: QuizAction) -> Reply:
        """Do what the learner requested; late or impossible actions are skipped."""
        match action.do:
            case "answer" | "hint" | "solution" if self._is_current(action):
                return self._work_on_question(action)
            case "back" if not self.in_review:
                self.turn_to(self.index - 1)
            case "next" if not self.in_review and self.index + 1 < len(self.quiz.questions):
                self.turn_to(self.index + 1)
            case "next" | "review":
                self.in_review = True
            case "go":
                self.turn_to(action.to - 1)
        return NO_REPLY

    def turn_to(self, index: int) -> None:
        """Go to a question, if there is one with that index."""
        if 0 <= index < len(self.quiz.questions):
            self.in_review, self.index = False, index
            if not self.is_over:
                question = self.quiz.questions[index]
                self._record.append(position_event(question, self.quiz.name, test=self.test))

    def refusal(self, asked: AskedQuestion) -> str:
        """Return why no answer to a question is taken now, in a sentence; empty if one is."""
        return ""

    def frame(self, asked: Sequence[AskedQuestion], reply: Reply) -> Page:
        """Return what surrounds every page of the run."""
        return {
            "title_html": render_inline(self.quiz.title),
            "reply": dict(reply),
            "notices": self._record.notices,
            "standings": [one.standing for one in asked],
            "note": "",
            "doors": [],
        }

    def question_page(self, asked: Sequence[AskedQuestion], *, last: str) -> Page:
        """Return the current question's page; `last` labels the button after the last question."""
        current, count = asked[self.index], len(asked)
        return {
            "view": "question",
            "turn": f"{self.test or self._since} {current.question.id}".strip(),
            "number": self.index + 1,
            "of": count,
            "back": "Back" if self.index else "",
            "next": "Next" if self.index + 1 < count else last,
            "question": question_page(current),
        }

    def _is_current(self, action: QuizAction) -> bool:
        is_open = not (self.in_review or self.is_over)
        return is_open and action.question == self.quiz.questions[self.index].id

    def _work_on_question(self, action: QuizAction) -> Reply:
        asked, quiz = self.asked()[self.index], self.quiz.name
        match action.do:
            case "answer":
                return self._answer(asked, Response(action.letters, action.number))
            case "hint" if asked.hints_left:
                number, of = asked.state.hints_used + 1, len(asked.question.hints)
                self._record.append(hint_event(asked.question, number, quiz, test=self.test))
                return {"what": "hint", "text": f"Hint {number} of {of}:"}
            case "solution" if asked.may_open_solution:
                self._record.append(solution_event(asked.question, quiz, test=self.test))
                return {"what": "solution", "text": "The solution is shown below the question."}
        return NO_REPLY

    def _answer(self, asked: AskedQuestion, given: Response) -> Reply:
        if refusal := self.refusal(asked):
            return {"what": "problem", "text": refusal}
        try:
            response = checked(asked.question, given)
        except ResponseError as error:
            return {"what": "problem", "text": well_formed(str(error))}
        event = answer_event(asked.personal, response, self.quiz.name, test=self.test)
        self._record.append(event)
        asked = self.asked()[self.index]
        is_again = asked.state.attempts > 1 and not self.test
        again = f" (Attempt {asked.state.attempts}.)" if is_again else ""
        return {"what": "verdict", "text": verdict_sentence(asked) + again}

    def _asked(self, question: Question, state: QuestionState) -> AskedQuestion:
        measured = dict(state.figures) if state.attempts else self._measured
        learner, policy = self._record.learner, self.quiz.policy_of(question)
        personal = personalize(question, learner, variant=state.variant, measured=measured)
        return AskedQuestion(personal, state, policy, self.is_over)

    def _state(self) -> QuizState:
        """Return what the learner did since the run began; nothing if the record was moved away."""
        events = self._record.events
        if self._since:
            ids = [one.id for one in events]
            events = events[ids.index(self._since) :] if self._since in ids else []
        return state_of(self.quiz, events, test=self.test)


REVIEW = "Review"


class QuizSession:
    """A learner in a quiz.

    Parameters
    ----------
    quiz : Quiz
        The questions.
    record : LearnerRecord
        The learner's answers and position are restored from it.
    measured : mapping
        The learner's own figures, used in every question that asks about them until it is answered.
    ends : Quiz, optional
        All questions of the lesson, if these are the last ones: the review then ends the lesson.
    """

    def __init__(
        self,
        quiz: Quiz,
        record: LearnerRecord,
        *,
        measured: Mapping[str, object] = NOTHING_MEASURED,
        ends: Quiz | None = None,
    ) -> None:
        self.label = f"{quiz.name}: run this cell to answer its questions"
        self.title = quiz.title
        self._record, self._measured, self._ends = record, measured, ends
        # The run through what was missed takes the place of that through all until it is over.
        self._run = self._all = QuizRun(quiz, record, measured=measured)

    @property
    def stored(self) -> str:
        """All questions of the quiz."""
        return stored_questions(self._all.quiz)

    def submit(self, action: QuizAction) -> Page:
        """Do what the learner requested, after reading what other kernels recorded."""
        self._record.read()
        return self.page(self.perform(action))

    def perform(self, action: QuizAction) -> Reply:
        """Do what the learner requested, going by the record as it was last read."""
        if action.do == "missed":
            self._ask_missed()
            return NO_REPLY
        reply = self._run.perform(action)
        if self._run.in_review:
            self._run = self._all
        return reply

    def resume(self) -> None:
        """Return from elsewhere to the question viewed last."""
        self._run.turn_to(self._run.index)

    def page(self, reply: Reply = NO_REPLY) -> Page:
        """Return the page of the current question, or the review."""
        run, asked = self._run, self._run.asked()
        frame = run.frame(asked, reply)
        if run is self._all:
            frame["note"] = _left_in_words(asked)
        else:
            frame["note"] = "Only the questions that you missed."
            frame["doors"] = [{"do": "review", "text": "Back to the review"}]
        if run.in_review:
            ending = ending_of(self._ends, self._record.events) if self._ends else None
            review = review_page(run.quiz, self._record.events, asked)
            return frame | review | ({"ending": ending} if ending else {})
        return frame | run.question_page(asked, last=REVIEW if len(asked) > 1 else "")

    def _ask_missed(self) -> None:
        """Ask what was missed as if it were new."""
        questions = zip(self._run.quiz.questions, self._run.asked(), strict=True)
        missed = tuple(question for question, asked in questions if asked.is_missed)
        if self._run is self._all and self._run.in_review and missed:
            quiz = replace(self._run.quiz, questions=missed)
            begin = position_event(missed[0], quiz.name)
            self._record.append(begin)
            self._run = QuizRun(quiz, self._record, measured=self._measured, since=begin.id)


def _left_in_words(asked: Sequence[AskedQuestion]) -> str:
    left = sum(one.standing == "open" for one in asked)
    return f"{left} of {len(asked)} left here" if left and len(asked) > 1 else ""
