"""The test: questions without feedback, which can be resumed, and a verdict at the end.

After the verdict, the learner may add some questions, which make it more certain.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape

from msgspec.structs import replace

from lessons_lib.classroom.course import Level, course
from lessons_lib.classroom.quiz import exam
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.draw import DrawError
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply, link_to
from lessons_lib.classroom.sessions.question_page import AskedQuestion, question_list, reading_list
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun
from lessons_lib.formats import counted, in_words

HOW_IT_WORKS = (
    "There's no feedback before the end. You can go back and change answers, or continue later."
)
_MEANING: dict[Level, str] = {
    "strong": "You know this subject well. If anything is left to read, it's listed below.",
    "developing": "You know a good part of it. The notebooks below cover the rest.",
    "not yet": "Most of this is new to you, and the notebooks below are a good place to start.",
}


def next_steps(level: Level) -> list[Page]:
    """Return the notebooks to go to after a verdict, each with what one does there."""
    plan = course()
    steps = plan.exam.next_steps.get(level, ())
    return [link_to(plan.lesson(step.lesson)) | {"about": step.about} for step in steps]


def start_page(problem: str) -> Page:
    """Return the page before the test, with the reason why it cannot start, or an empty text."""
    plan = course().exam
    return {
        "view": "start",
        "title_html": render_inline(plan.title),
        "heading": f"{in_words(plan.size, 'question').capitalize()}, one verdict",
        "introduction": _introduction(),
        "rule": exam.rule_text(),
        "problem": problem,
        "button": "Start the test",
    }


def _introduction() -> list[str]:
    plan = course().exam
    draws = ", ".join(f"{count} {difficulty}" for difficulty, count in plan.draws.items())
    listed = ", and ".join(draws.rsplit(", ", 1))
    first = f"{counted(plan.size, 'question')}: {listed}. {plan.about}".rstrip()
    levels = f"At least {plan.strong_from} right is “strong”, at least {plan.developing_from} is"
    return [first, HOW_IT_WORKS, f"{levels} “developing”."]


def final_check(all_asked: Sequence[AskedQuestion]) -> Page:
    """Return the page after the last question, from which the test can be ended."""
    missing = sum(one.standing == "open" for one in all_asked)
    text = "All questions are answered. End the test to see the verdict."
    if missing:
        text = f"{_questions_have(missing)} no answer yet and would count as wrong."
    return {
        "view": "check",
        "heading": "Before you finish",
        "summary": text,
        "questions": question_list(all_asked),
        "button": "End the test",
    }


def result_page(
    taken: Sequence[exam.TakenTest], bank: QuizBank, all_asked: Sequence[AskedQuestion]
) -> Page:
    """Return the result of the last of some tests that have ended, next to those before it."""
    judgments = [exam.judge(one, bank) for one in taken]
    test, judgment = taken[-1], judgments[-1]
    scores = _score_in_words(judgments), _more_in_words(test, bank)
    sentences = *scores, _MEANING[judgment.level], left_out(test), _changed(test)
    titles, more = course().exam.titles, course().exam.more
    by_subject = ((titles.get(one, one), score) for one, score in judgment.by_subject.items())
    offer = f"Answer {in_words(more.size, 'more question')}" if more and not test.more else ""
    return {
        "view": "result",
        "heading": f"Your verdict: {levels_in_words(exam.possible_levels(test, bank))}",
        "level": judgment.level,
        "summary": " ".join(filter(None, sentences)),
        "rule": exam.rule_text(),
        "charts": [
            *_chart_of_tests(taken, judgments),
            *([_chart("By subject", by_subject)] if judgment.by_subject else []),
            _chart("By difficulty", judgment.by_difficulty.items()),
        ],
        "reading": reading_list(all_asked),
        "following": next_steps(judgment.level),
        "questions": question_list(all_asked),
        "button": "Take another test",
        "doors": [{"do": "more", "text": offer}] if offer else [],
    }


def levels_in_words(levels: Sequence[Level]) -> str:
    """Return the levels that a learner may have: "strong, perhaps developing"."""
    own, *others = levels
    return f"{own}, perhaps {' or '.join(others)}" if others else own


def left_out(test: exam.TakenTest) -> str:
    """Return which questions of a test do not count, and why; empty if all do."""
    if not test.left_out:
        return ""
    left = f"{_questions_have(len(test.left_out))} changed since you started"
    return f"{left}, so only the other {len(test.asked)} count."


def _more_in_words(test: exam.TakenTest, bank: QuizBank) -> str:
    if not (test.more and test.more.has_ended):
        return ""
    score = exam.judge(test.more, bank).score
    text = f"You also got {score.right} of {counted(score.questions, 'more question')} right"
    return f"{text}, which only affects what comes after “perhaps”."


def _changed(test: exam.TakenTest) -> str:
    if test.is_current:
        return ""
    missing = len(test.asked) - len(test.questions)
    return f"{_questions_have(missing)} changed since this test, so only the verdict is kept."


def _questions_have(count: int) -> str:
    return "1 question has" if count == 1 else f"{count} questions have"


def _score_in_words(judgments: Sequence[exam.Judgment]) -> str:
    """Return the latest score, and the previous one if there is one."""
    *before, now = [one.score.right for one in judgments]
    compared = f", compared with {before[-1]} in the previous test" if before else ""
    return f"{now} of {judgments[-1].score.questions} right{compared}."


def _chart_of_tests(
    taken: Sequence[exam.TakenTest], judgments: Sequence[exam.Judgment]
) -> list[Page]:
    """Return a chart of the verdicts so far, oldest first; none for the first test."""
    if len(taken) == 1:
        return []
    pairs = zip(taken, judgments, strict=True)
    scores = ((f"{_day(test)}: {one.level}", one.score) for test, one in pairs)
    return [_chart(f"Your tests: {exam.scores_in_words(judgments)}", scores)]


def _day(test: exam.TakenTest) -> str:
    """Return the day on which a test ended, in this machine's time zone: "Mar 6"."""
    ended = (test.ended_utc or utc_now()).astimezone()
    return f"{ended:%b} {ended.day}"


def _chart(title: str, scores: Iterable[tuple[str, exam.Score]]) -> Page:
    rows = [{"name": name, "right": one.right, "of": one.questions} for name, one in scores]
    return {"title": title, "rows": rows}


class ExamSession:
    """A learner before or in the test, or looking at its result."""

    def __init__(self, bank: QuizBank, record: LearnerRecord, seed: Callable[[], int]) -> None:
        plan = course().exam
        self.label = f"test: run this cell for {counted(plan.size, 'question')} and a verdict"
        self.title = plan.title
        self._bank, self._record, self._seed = bank, record, seed
        self._run = self._continued(None)

    @property
    def stored(self) -> str:
        """What the test draws, in a sentence."""
        return f"<p>{escape(_introduction()[0])}</p>"

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
            taken = exam.ended_tests(self._record.events, self._bank)
            return frame | result_page(taken, self._bank, asked)
        if not self._run.is_over and (test := exam.last_test(self._record.events, self._bank)):
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
            test = exam.last_test(self._record.events, self._bank)
            return self._start(test) if test and not test.more else NO_REPLY
        if action.do == "end" and run.in_review and not run.is_over:
            self._end()
        if action.do in ("back", "next") and (action.letters or action.number):
            reply = run.perform(replace(action, do="answer"))  # turning the page also saves
            if reply["what"] == "problem":
                return reply
        return run.perform(action)

    def _start(self, after: exam.TakenTest | None = None) -> Reply:
        events, seed = self._record.events, self._seed()
        try:
            self._record.append(exam.start_test(self._bank, events, seed, after))
        except DrawError as error:
            return {"what": "problem", "text": str(error)}
        return NO_REPLY

    def _end(self) -> None:
        if test := exam.last_test(self._record.events, self._bank):
            self._record.append(exam.end_test(test, self._bank))

    def _continued(self, run: QuizRun | None) -> QuizRun | None:
        """Return a run through the last test in the record: the given one until the test ends.

        Another kernel of this learner may have started or ended it.
        """
        test = exam.last_test(self._record.events, self._bank)
        if test is None:
            return None
        is_over, quiz = test.last_part.has_ended, test.quiz
        if run is not None and (run.quiz, run.test, run.is_over) == (quiz, test.id, is_over):
            return run
        return QuizRun(quiz, self._record, test=test.id, is_over=is_over)
