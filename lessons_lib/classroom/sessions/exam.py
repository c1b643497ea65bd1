"""The test: questions without feedback, which can be resumed, and a verdict at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from lessons_lib.classroom.course import Level, course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import (
    DrawError,
    Judgment,
    Score,
    TakenTest,
    end_test,
    ended_tests,
    judge,
    last_test,
    rule_text,
    scores_in_words,
    start_test,
)
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.question_page import question_list, reading_list
from lessons_lib.classroom.sessions.quiz import QuizAction, QuizSession
from lessons_lib.classroom.sessions.record import LearnerRecord
from lessons_lib.formats import counted, in_words

HOW_IT_WORKS = (
    "You'll see the results at the end. Until then, you can go back and change answers, or leave "
    "and continue later. An answer is saved when you move to another question."
)
_MEANING: dict[Level, str] = {
    "strong": "You know this subject well. If anything is left to read, it's listed below.",
    "developing": "You know a good part of it. The notebooks below cover the rest.",
    "not yet": "Most of this is new to you, and the notebooks below are a good place to start.",
}


def next_steps(level: Level) -> list[Page]:
    """Return the notebooks to go to after a verdict, each with what one does there."""
    steps = course().exam.next_steps.get(level, ())
    found = [(course().lesson(step.lesson), step.about) for step in steps]
    return [{"file": one.file_name, "title": one.heading, "about": about} for one, about in found]


def introduction() -> list[str]:
    """Return what a learner should know before the test, in three paragraphs."""
    plan = course().exam
    draws = ", ".join(f"{count} {difficulty}" for difficulty, count in plan.draws.items())
    listed = ", and ".join(draws.rsplit(", ", 1))
    first = f"{counted(plan.size, 'question')}: {listed}. {plan.about}".rstrip()
    return [first, HOW_IT_WORKS, rule_text()]


class ExamSession:
    """A learner before or in the test, or looking at its result."""

    def __init__(self, bank: QuizBank, record: LearnerRecord, seed: Callable[[], int]) -> None:
        plan = course().exam
        self.label = f"test: run this cell for {counted(plan.size, 'question')} and a verdict"
        self.title = plan.title
        self._bank, self._record, self._seed = bank, record, seed
        self._running: _RunningTest | None = None
        self._problem = ""
        self._find()

    def submit(self, action: QuizAction) -> None:
        """Do what the learner requested, after reading what other kernels recorded."""
        self._record.read()
        self._find()
        running = self._running
        if action.do == "start":
            if running is None or running.is_over:
                self._start()
        elif action.do == "end":
            if running is not None and running.in_review and not running.is_over:
                self._record.append(end_test(running.drawn, self._bank))
        elif running is not None:
            running.perform(action)
        self._find()

    def page(self) -> Page:
        """Return the start page, or the current page of the test."""
        if self._running is not None:
            return self._running.page()
        return {
            "view": "start",
            "title_html": render_inline(self.title),
            "heading": f"{in_words(course().exam.size, 'question').capitalize()}, one verdict",
            "introduction": introduction(),
            "problem": self._problem,
            "button": "Start the test",
            "notices": self._record.notices,
        }

    def _start(self) -> None:
        try:
            self._record.append(start_test(self._bank, self._record.events, self._seed()))
        except DrawError as error:
            self._problem = str(error)

    def _find(self) -> None:
        """Find the test in the record: another kernel of this learner may have continued it."""
        drawn = last_test(self._record.events, self._bank)
        before = self._running
        if drawn is None:
            self._running = None
        elif before is None or (before.test, before.is_over) != (drawn.id, drawn.has_ended):
            self._running = _RunningTest(drawn, self._bank, self._record)
        else:
            before.drawn = drawn


class _RunningTest(QuizSession):
    """One test, running or ended."""

    def __init__(self, drawn: TakenTest, bank: QuizBank, record: LearnerRecord) -> None:
        super().__init__(drawn.quiz, bank, record, test=drawn.id, is_over=drawn.has_ended)
        self.drawn = drawn
        self.in_review = drawn.has_ended

    def perform(self, action: QuizAction) -> None:
        """Do what the learner requested; turning the page also submits the answer on it."""
        if action.do in ("back", "next") and (action.letters or action.number):
            super().perform(replace(action, do="answer"))
            if self.reply["what"] == "problem":
                return
        super().perform(action)

    def current_question_page(self) -> Page:
        """Return the question's page; its turn includes the test, since questions may recur."""
        page = super().current_question_page()
        last = "Result" if self.is_over else "Check and finish"
        turn = f"{self.test} {page['turn']}"
        doors = [{"do": "review", "text": "Back to the result"}] if self.is_over else []
        following = last if page["next"] == "Review" else page["next"]
        return page | {
            "turn": turn,
            "next": following,
            "doors": doors,
            "is_kept_on_turning": not self.is_over,
        }

    def review(self) -> Page:
        """Return the result of the test, or what to check before ending it."""
        return self._result() if self.is_over else self._final_check()

    def _final_check(self) -> Page:
        asked = self.all_asked()
        missing = sum(one.standing == "open" for one in asked)
        text = "All questions are answered. End the test to see the verdict."
        if missing:
            text = f"{_questions_have(missing)} no answer yet and would count as wrong."
        return {
            "view": "check",
            "heading": "Before you finish",
            "summary": text,
            "questions": question_list(asked),
            "button": "End the test",
        }

    def _result(self) -> Page:
        # Answers after the end do not count, so the test is read again.
        taken = ended_tests(self.events(), self.bank) or [self.drawn]
        stages = course().stage_titles
        judgments = [judge(one, self.bank, stages) for one in taken]
        judgment, asked = judgments[-1], self.all_asked()
        by_stage = judgment.by_stage.items()
        summary = _score_in_words(judgments), _MEANING[judgment.level], self._changed()
        return {
            "view": "result",
            "heading": f"Your verdict: {judgment.level}",
            "level": judgment.level,
            "summary": " ".join(summary).rstrip(),
            "rule": rule_text(),
            "charts": [
                *_chart_of_tests(taken, judgments),
                _chart("By stage", ((stages.get(one, one), score) for one, score in by_stage)),
                _chart("By difficulty", judgment.by_difficulty.items()),
            ],
            "reading": reading_list(asked, self.bank),
            "following": next_steps(judgment.level),
            "questions": question_list(asked),
            "button": "Take another test",
        }

    def _changed(self) -> str:
        missing = len(self.drawn.asked) - len(self.drawn.questions)
        if not missing:
            return ""
        return f"{_questions_have(missing)} changed since this test, so only the verdict is kept."


def _questions_have(count: int) -> str:
    return "1 question has" if count == 1 else f"{count} questions have"


def _score_in_words(judgments: Sequence[Judgment]) -> str:
    """Return the latest score, and the previous one if there is one."""
    *before, now = [one.score.right for one in judgments]
    compared = f", compared with {before[-1]} in the previous test" if before else ""
    return f"{now} of {course().exam.size} right{compared}."


def _chart_of_tests(taken: Sequence[TakenTest], judgments: Sequence[Judgment]) -> list[Page]:
    """Return a chart of the verdicts so far, oldest first; none for the first test."""
    if len(taken) == 1:
        return []
    pairs = zip(taken, judgments, strict=True)
    scores = ((f"{_day(test)}: {one.level}", one.score) for test, one in pairs)
    return [_chart(f"Your tests: {scores_in_words(judgments)}", scores)]


def _day(test: TakenTest) -> str:
    """Return the day on which a test ended, in this machine's time zone: "Mar 6"."""
    ended = (test.ended_utc or utc_now()).astimezone()
    return f"{ended:%b} {ended.day}"


def _chart(title: str, scores: Iterable[tuple[str, Score]]) -> Page:
    rows = [{"name": name, "right": one.right, "of": one.questions} for name, one in scores]
    return {"title": title, "rows": rows}
