"""A quiz: its questions in order, a review, and what was missed once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from lessons_lib.classroom.quiz.question import Quiz
from lessons_lib.classroom.quiz.regrade import position_event
from lessons_lib.classroom.quiz.variants import NOTHING_MEASURED
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply
from lessons_lib.classroom.sessions.question_page import AskedQuestion
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun
from lessons_lib.classroom.sessions.review import ending_of, review_page

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
