"""A learner in a graded quiz: the pages of a quiz, by the rules of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from lessons_lib.classroom.quiz.progress import QuestionState
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.record.event import Clock, Event, new_event
from lessons_lib.classroom.service.plan import Plan
from lessons_lib.classroom.service.rules import Phase, Tried, known, may_answer
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page
from lessons_lib.classroom.sessions.question_page import AskedQuestion
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun
from lessons_lib.classroom.sessions.review import review_page
from lessons_lib.formats import counted, percent

REVISED = "This question was changed after you opened it. Read it again, and answer it again."


class PendingLog:
    """What a learner did, and what their current request adds; the service stores that.

    Parameters
    ----------
    stored : sequence of Event
        What is on disk, oldest first.
    clock : callable
        Returns the time of arrival; a learner's own clock decides nothing.
    """

    def __init__(self, stored: Sequence[Event], clock: Clock) -> None:
        self.stored, self.added = list(stored), list[Event]()
        self._clock, self._answer_id = clock, ""

    def take(self, answer_id: str) -> None:
        """Give the next answer the id that the card gave it, so that it counts once."""
        self._answer_id = answer_id

    def append(self, event: Event) -> None:
        """Add an event at the time of its arrival."""
        given = {"id": self._answer_id} if self._answer_id and event.kind == "answer" else {}
        self.added.append(structs.replace(event, time_utc=self._clock(), **given))

    def reset(self, stored: Sequence[Event]) -> None:
        """Forget all but what is on disk."""
        self.stored, self.added = list(stored), []

    def keep(self) -> None:
        """Note that all that was added is on disk."""
        self.stored += self.added
        self.added.clear()

    def events(self, kind: str | None = None) -> Iterator[Event]:
        """Yield all events, oldest first; only those of one kind if it is given."""
        return (one for one in (*self.stored, *self.added) if kind in (None, one.kind))

    def notices(self) -> list[str]:
        """Return nothing: what goes wrong here is no matter of one learner's record."""
        return []


class GradedRun(QuizRun):
    """A run that takes answers, and shows verdicts and keys, by the rules of a plan."""

    def __init__(
        self, quiz: Quiz, record: LearnerRecord, plan: Plan, moved: timedelta, clock: Clock
    ) -> None:
        self.rules, self._clock = plan.by_name[quiz.name], clock
        self.line = plan.timeline(quiz.name, record.learner, moved=moved)
        self._last_close = plan.last_close(quiz.name, moved=moved)
        super().__init__(quiz, record, test=test_of(quiz.name))

    def refusal(self, asked: AskedQuestion) -> str:
        """Return why no answer is taken now; it depends on no key but after a verdict."""
        phase = self.line.phase(self._clock())
        if phase == "before":
            return "This quiz isn't open yet."
        if phase == "closed":
            return "This quiz is closed. Your answer was not counted."
        if not may_answer(phase, self._tried(asked), self.rules.tries):
            return "You have used all attempts at this question."
        return ""

    def _asked(self, question: Question, state: QuestionState) -> AskedQuestion:
        asked = super()._asked(question, state)
        all_closed = self._clock() > self._last_close
        match known(self._tried(asked), self.rules.tries, self.rules.key, all_closed=all_closed):
            case "everything":
                return replace(asked, policy="practice", is_over=True)
            case "verdict":
                return replace(asked, policy="graded", is_over=False)
            case _:
                return replace(asked, policy="no-feedback", is_over=False)

    @staticmethod
    def _tried(asked: AskedQuestion) -> Tried:
        verdict = replace(asked, policy="graded").verdict
        return Tried(asked.state.attempts, bool(verdict and verdict.is_right))


class GradedSession:
    """One learner in one graded quiz.

    Parameters
    ----------
    quiz : Quiz
        Its questions, with their keys.
    plan : Plan
        When it is open, and by which rules.
    learner : str
        Their name on the hub, which also determines their variants.
    log : PendingLog
        What they did; what they do is added to it.
    clock : callable
        Returns the current time in UTC.
    moved : timedelta
        By how much the deadline moved for everybody.
    """

    def __init__(
        self,
        quiz: Quiz,
        plan: Plan,
        learner: str,
        log: PendingLog,
        clock: Clock,
        *,
        moved: timedelta = timedelta(),
    ) -> None:
        self.label, self.title = f"{quiz.name}: graded", quiz.title
        self._plan, self._record, self._clock = plan, LearnerRecord(log, learner), clock
        self._run = GradedRun(quiz, self._record, plan, moved, clock)

    def submit(self, action: QuizAction, revision: int = 0) -> Page:
        """Do what the learner requested, if the rules allow it now, and return the next page.

        Parameters
        ----------
        action : QuizAction
            What they requested.
        revision : int
            Of the question that they saw; 0 if that is unknown.
        """
        self._record.read()
        now = {one.id: one.revision for one in self._run.quiz.questions}
        if action.do == "answer":  # it may arrive late
            if revision not in (0, now.get(action.question)) or action.question not in now:
                return self.page() | {"reply": {"what": "problem", "text": REVISED}}
            self._run.turn_to(list(now).index(action.question))
        if action.do == "start":
            self._record.append(
                new_event("graded-start", self._run.quiz.name, {"test": self._run.test})
            )
        reply = self._run.perform(action)
        return self.page() | {"reply": dict(reply)}

    def page(self) -> Page:
        """Return the current question, or the review, as far as the learner may know it."""
        run = self._run
        phase = run.line.phase(self._clock())
        has_begun = any(map(self._is_of_it, self._record.events))
        if phase == "before" or (phase != "closed" and not has_begun):
            return run.frame([], NO_REPLY) | self._start_page(phase)
        asked = run.asked()
        frame = run.frame(asked, NO_REPLY) | {"note": self._open_until()}
        if run.in_review:
            return frame | review_page(run.quiz, self._record.events, asked)
        page = frame | run.question_page(asked, last="Review" if len(asked) > 1 else "")
        page["question"]["revision"] = asked[run.index].question.revision
        return page

    def _is_of_it(self, event: Event) -> bool:
        return event.payload.get("test") == self._run.test

    def _start_page(self, phase: Phase) -> Page:
        """Return what a learner reads before the first answer: why, what is stored, the rules."""
        plan, run = self._plan, self._run
        stored = (
            "Your name on the hub, your answers with their times, and the question where you left "
            f"off are stored until {plan.delete_after}. Your instructor can see them, and so can "
            "you, on your hub, at services/class/mine."
        )
        return {
            "view": "start",
            "heading": counted(len(run.quiz.questions), "question"),
            "introduction": [plan.purpose, self._rules(), stored, f"Contact: {plan.contact}"],
            "problem": self._open_until(),
            "button": "" if phase == "before" else "Begin",
        }

    def _rules(self) -> str:
        """Return in words what counts, and when the right answers are shown."""
        rules, end = self._run.rules, "when the quiz has closed for everybody."
        if not rules.tries:
            return (
                f"You can change your answers until the quiz closes. Right answers are shown {end}"
            )
        tries = counted(rules.tries, "attempt")
        first = f"You have {tries} at each question and see at once whether you are right."
        if rules.key == "when-final":
            return f"{first} Reasons are shown once you are right or have used your attempts."
        return f"{first} Reasons are shown {end}"

    def _open_until(self) -> str:
        """Return until when the quiz is open for this learner, and whether answers may change."""
        line, tries = self._run.line, self._run.rules.tries
        phase = line.phase(self._clock())
        when = self._local({"before": line.opens, "open": line.due}.get(phase, line.closes))
        match phase:
            case "before":
                return f"Opens on {when}."
            case "open":
                limit = f"{counted(tries, 'attempt')} each"
                change = limit if tries else "you can change your answers until then"
                return f"Open until {when}; {change}."
            case "late":
                share = percent(line.late_share)
                return f"Late, until {when}: an answer that you save now counts {share}."
            case _:
                return f"Closed on {when}."

    def _local(self, time: datetime) -> str:
        zone = self._plan.zone
        return f"{time.astimezone(ZoneInfo(zone)):%Y-%m-%d, %H:%M} ({zone})"


def test_of(quiz: str) -> str:
    """Return what marks the answers of a graded quiz, so that practice never counts for it."""
    return f"graded {quiz}"
