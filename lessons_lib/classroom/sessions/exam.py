"""The test: questions without feedback, which can be resumed, and a verdict at the end.

After the verdict, the learner may add some questions, which make it more certain.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.draw import DrawError
from lessons_lib.classroom.quiz.exam import TakenTest, end_test, ended_tests, last_test, start_test
from lessons_lib.classroom.sessions.exam_pages import final_check, left_out, result_page, start_page
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply
from lessons_lib.classroom.sessions.question_page import AskedQuestion
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun
from lessons_lib.formats import counted


class ExamSession:
    """A learner before or in the test, or looking at its result."""

    def __init__(self, bank: QuizBank, record: LearnerRecord, seed: Callable[[], int]) -> None:
        plan = course().exam
        self.label = f"test: run this cell for {counted(plan.size, 'question')} and a verdict"
        self.title = plan.title
        self._bank, self._record, self._seed = bank, record, seed
        self._run = self._continued(None)

    def submit(self, action: QuizAction) -> Page:
        """Do what the learner requested, after reading what other kernels recorded."""
        self._record.read()
        self._run = self._continued(self._run)
        reply = self._perform(action)
        self._run = self._continued(self._run)
        return self.page(reply)

    def page(self, reply: Reply = NO_REPLY) -> Page:
        """Return the start page, or the current page of the test."""
        if self._run is None:
            return start_page(reply["text"]) | {"notices": self._record.notices}
        asked = self._run.asked()
        frame = self._run.frame(asked, reply)
        if self._run.is_over and self._run.in_review:
            taken = ended_tests(self._record.events, self._bank)
            return frame | result_page(taken, self._bank, asked)
        if not self._run.is_over and (test := last_test(self._record.events, self._bank)):
            frame["note"] = left_out(test.last_part)
        if self._run.in_review:
            return frame | final_check(asked)
        return frame | self._question_page(self._run, asked)

    def _question_page(self, run: QuizRun, asked: list[AskedQuestion]) -> Page:
        last = "Result" if run.is_over else "Check and finish"
        doors = [{"do": "review", "text": "Back to the result"}] if run.is_over else []
        page = run.question_page(asked, last=last)
        return page | {"doors": doors, "is_kept_on_turning": not run.is_over}

    def _perform(self, action: QuizAction) -> Reply:
        run = self._run
        if action.do == "start" and (run is None or run.is_over):
            return self._start()
        if run is None:
            return NO_REPLY
        if action.do == "more" and run.is_over and course().exam.more:
            test = last_test(self._record.events, self._bank)
            return self._start(test) if test and not test.more else NO_REPLY
        if action.do == "end" and run.in_review and not run.is_over:
            self._end()
        if action.do in ("back", "next") and (action.letters or action.number):
            reply = run.perform(replace(action, do="answer"))  # turning the page also saves
            if reply["what"] == "problem":
                return reply
        return run.perform(action)

    def _start(self, after: TakenTest | None = None) -> Reply:
        events, seed = self._record.events, self._seed()
        try:
            self._record.append(start_test(self._bank, events, seed, after))
        except DrawError as error:
            return {"what": "problem", "text": str(error)}
        return NO_REPLY

    def _end(self) -> None:
        if test := last_test(self._record.events, self._bank):
            self._record.append(end_test(test, self._bank))

    def _continued(self, run: QuizRun | None) -> QuizRun | None:
        """Return a run through the last test in the record: the given one until the test ends.

        Another kernel of this learner may have started or ended it.
        """
        test = last_test(self._record.events, self._bank)
        if test is None:
            return None
        is_over, quiz = test.last_part.has_ended, test.quiz
        if run is not None and (run.quiz, run.test, run.is_over) == (quiz, test.id, is_over):
            return run
        return QuizRun(quiz, self._record, test=test.id, is_over=is_over)
