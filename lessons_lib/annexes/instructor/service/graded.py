"""One request of a learner: find their run, act, store, answer; and the rules of graded quizzes."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct, structs

from lessons_lib.annexes.instructor.service.plan import ClassFolder, Plan
from lessons_lib.annexes.instructor.service.rules import Phase, Tried, known, may_answer
from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.classroom.quiz.progress import QuestionState
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply
from lessons_lib.classroom.sessions.question_page import AskedQuestion, review_page
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun
from lessons_lib.formats import counted, percent

# The index of a question, and whether a learner is in the review instead.
Whereabouts: TypeAlias = tuple[int, bool]
MOST_ANSWERS = 200  # of a learner in a quiz, so that nobody fills the record
REVISED = "This question was changed after you opened it. Read it again, and answer it again."


class Request(Struct, frozen=True, forbid_unknown_fields=True):
    """What a card sends: an action, and an id that is the same when it is sent again."""

    id: Annotated[str, Meta(min_length=8, max_length=32, pattern="^[0-9a-f]+$")]
    action: QuizAction
    revision: int = 0  # of the question that the card showed; 0 if that is unknown


class RequestRecord(LearnerRecord):
    """What a learner did, and what one request of theirs adds; the service stores that.

    Parameters
    ----------
    learner : str
        Their name on the hub.
    stored : sequence of Event
        What is on disk, oldest first.
    arrived : datetime
        When the request arrived; a learner's own clock decides nothing.
    answer_id : str
        The id of the answer in it, so that it counts once.
    """

    def __init__(
        self, learner: str, stored: Sequence[Event], arrived: datetime, answer_id: str = ""
    ) -> None:
        self.learner, self.arrived, self.answer_id = learner, arrived, answer_id
        self.events, self.added = list(stored), list[Event]()

    def append(self, event: Event) -> None:
        """Add an event at the time of its arrival."""
        given = {"id": self.answer_id} if self.answer_id and event.kind == "answer" else {}
        self.added.append(structs.replace(event, time_utc=self.arrived, **given))
        self.events.append(self.added[-1])

    @property
    def notices(self) -> list[str]:
        """Nothing: what goes wrong here is no matter of one learner's record."""
        return []


class ServedRun(QuizRun):
    """Questions whose keys the service has, for one request; each kind has its own rule.

    Parameters
    ----------
    quiz : Quiz
        Its questions, with their keys.
    record : RequestRecord
        What the learner did, and when this request arrived; what it does is added.
    test : str
        What marks its answers, so that they count nowhere else.
    """

    def __init__(self, quiz: Quiz, record: RequestRecord, test: str) -> None:
        super().__init__(quiz, record, test=test)
        self.record = record

    def page(self, reply: Reply = NO_REPLY) -> Page:
        """Return what the learner may know now."""
        raise NotImplementedError

    def submit(self, action: QuizAction, revision: int = 0) -> Page:
        """Do what the learner requested, and return the page after it.

        Parameters
        ----------
        action : QuizAction
            What they requested.
        revision : int
            Of the question that they saw; 0 if that is unknown.
        """
        raise NotImplementedError


class UnknownQuizError(LookupError):
    """The class has no graded quiz of that name."""


class BrokenQuizError(Exception):
    """The file of a quiz has faults; its instructor must repair it."""


class Desk:
    """Answers learners' requests about one kind of question; what it acknowledges is on disk.

    Parameters
    ----------
    store : ClassStore
        The record of the class.
    """

    def __init__(self, store: ClassStore) -> None:
        self.store = store
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def page(
        self, learner: str, name: str, arrived: datetime, seen: str | None = None
    ) -> Page:
        """Return the page that a learner sees at a time.

        Parameters
        ----------
        learner, name : str
            Their name on the hub, and that of what they look at.
        arrived : datetime
            When their request arrived.
        seen : str, optional
            The version of the page that they see; if there is no other one, this may wait for it.

        Raises
        ------
        UnknownQuizError
            If the class has nothing of that name.
        BrokenQuizError
            If its file has faults now.
        StoreError
            If what they did cannot be read.
        """
        return (await self._run(learner, name, arrived)).page()

    async def act(self, learner: str, name: str, sent: Request, arrived: datetime) -> Page:
        """Do what a learner requested, and return the page after it once that is on disk.

        The same answer may arrive again, because nobody acknowledged it before; it counts once.

        Parameters
        ----------
        learner, name : str
            Their name on the hub, and that of what they look at.
        sent : Request
            What they requested.
        arrived : datetime
            When that arrived, which decides what it counts.

        Raises
        ------
        UnknownQuizError
            If the class has nothing of that name.
        BrokenQuizError
            If its file has faults now.
        StoreError
            If the record cannot be used; then nothing was counted.
        """
        async with self._turns[learner]:
            run = await self._run(learner, name, arrived, sent.id)
            if any(one.id == run.record.answer_id for one in run.record.events):
                return run.page()
            page = run.submit(sent.action, sent.revision)
            if run.record.added:
                await self.store.save([(learner, one) for one in run.record.added])
            self._keep(run)
            return page

    async def _run(
        self, learner: str, name: str, arrived: datetime, answer_id: str = ""
    ) -> ServedRun:
        """Return what a learner sees, for one request."""
        raise NotImplementedError

    def _keep(self, run: ServedRun) -> None:
        """Remember what the next request needs, after what a request did was stored."""
        raise NotImplementedError


class GradedRun(ServedRun):
    """A quiz that counts, for one request: it takes answers, and shows keys, by a plan's rules.

    Parameters
    ----------
    quiz : Quiz
        Its questions, with their keys.
    plan : Plan
        When it is open, and by which rules.
    record : RequestRecord
        What the learner did, and when this request arrived; what it does is added.
    place : tuple of int and bool, optional
        Where the last request left them; without it, they are at their last answer.
    """

    def __init__(
        self, quiz: Quiz, plan: Plan, record: RequestRecord, place: Whereabouts | None = None
    ) -> None:
        super().__init__(quiz, record, test_of(quiz.name))
        self._plan, self._rules, self._now = plan, plan.by_name[quiz.name], record.arrived
        self._line = plan.timeline(quiz.name, record.learner)
        self._keys_shown = plan.keys_shown(quiz.name)
        if place and place[0] < len(quiz.questions):
            self.index, self.in_review = place

    def submit(self, action: QuizAction, revision: int = 0) -> Page:
        """Do what the learner requested, and return the page after it."""
        revisions = {one.id: one.revision for one in self.quiz.questions}
        if action.do == "answer":  # it may arrive late
            if (current := revisions.get(action.question)) is None or revision not in (0, current):
                return self.page({"what": "problem", "text": REVISED})
            self.turn_to(list(revisions).index(action.question))
        if action.do == "start" and self._line.phase(self._now) != "before" and not self._own():
            self._record.append(new_event("graded-start", self.quiz.name, {"test": self.test}))
        return self.page(self.perform(action))

    def page(self, reply: Reply = NO_REPLY) -> Page:
        """Return the current question, or the review, as far as the learner may know it."""
        phase = self._line.phase(self._now)
        if phase == "before" or (phase != "closed" and not self._own()):
            return self.frame([], reply) | self._start_page(phase)
        asked = self.asked()
        frame = self.frame(asked, reply) | {"note": self._open_until()}
        if self.in_review:
            return frame | review_page(self.quiz, self._record.events, asked, test=self.test)
        page = frame | self.question_page(asked, last="Review" if len(asked) > 1 else "")
        page["question"]["revision"] = asked[self.index].question.revision
        return page

    def turn_to(self, index: int) -> None:
        """Go to a question, if there is one with that index; this is not stored."""
        if 0 <= index < len(self.quiz.questions):
            self.in_review, self.index = False, index

    def refusal(self, asked: AskedQuestion) -> str:
        """Return why no answer is taken now; it depends on no key but after a verdict."""
        phase, tried = self._line.counts_as(self._now), _tried(asked)
        if phase == "before":
            return "This quiz isn't open yet."
        if phase == "closed":
            return "This quiz is closed. Your answer was not counted."
        if sum(one.kind == "answer" for one in self._own()) >= MOST_ANSWERS:
            return f"You have given {MOST_ANSWERS} answers in this quiz. It takes no more."
        if may_answer(phase, tried, self._rules.tries):
            return ""
        if tried.is_right:
            return "You have already answered this question right."
        return "You have used all attempts at this question."

    def _own(self) -> list[Event]:
        """Return what the learner did in this quiz, oldest first."""
        return [one for one in self._record.events if one.payload.get("test") == self.test]

    def _asked(self, question: Question, state: QuestionState) -> AskedQuestion:
        asked = super()._asked(question, state)
        is_over = self._now > self._keys_shown
        match known(_tried(asked), self._rules.tries, self._rules.key, is_over=is_over):
            case "everything":
                return replace(asked, policy="practice", is_over=True)
            case "verdict":
                return replace(asked, policy="graded", is_over=False)
            case _:
                return replace(asked, policy="no-feedback", is_over=False)

    def _start_page(self, phase: Phase) -> Page:
        """Return what a learner reads before the first answer: why, what is stored, the rules."""
        plan = self._plan
        stored = (
            "Your name on the hub and your answers with their times are stored. Your instructor "
            f"deletes them after {plan.delete_after}. Your instructor can see them, and so can "
            "you, on your hub, at services/class/mine."
        )
        return {
            "view": "start",
            "heading": counted(len(self.quiz.questions), "question"),
            "introduction": [
                plan.purpose,
                self._rules_in_words(),
                stored,
                f"Contact: {plan.contact}",
            ],
            "problem": self._open_until(),
            "button": "" if phase == "before" else "Begin",
        }

    def _rules_in_words(self) -> str:
        """Return in words what counts, and when the right answers are shown."""
        rules, end = self._rules, "half an hour after the quiz has closed for everybody."
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
        line, tries = self._line, self._rules.tries
        phase = line.phase(self._now)
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
                keys = f" Right answers are shown on {self._local(self._keys_shown)}."
                return f"Closed on {when}.{keys * (self._now <= self._keys_shown)}"

    def _local(self, time: datetime) -> str:
        return f"{self._plan.local(time):%Y-%m-%d, %H:%M} ({self._plan.zone})"


class GradedDesk(Desk):
    """Answers requests about graded quizzes, by their names.

    Parameters
    ----------
    found : ClassFolder
        Which quizzes count, and when, and their keys, as the class's folder is now.
    store : ClassStore
        The record of the class, read again for each request. Only where somebody is in a quiz is
        kept here, and forgotten with the process.
    """

    def __init__(self, found: ClassFolder, store: ClassStore) -> None:
        super().__init__(store)
        self.found = found
        self._places: dict[tuple[str, str], Whereabouts] = {}

    async def _run(
        self, learner: str, name: str, arrived: datetime, answer_id: str = ""
    ) -> GradedRun:
        stored = await asyncio.to_thread(self.store.events, learner)
        if name not in self.found.plan.by_name:
            raise UnknownQuizError(name)
        if name not in self.found.quizzes:
            raise BrokenQuizError(name)
        record = RequestRecord(learner, stored, arrived, answer_id)
        place = self._places.get((learner, name))
        return GradedRun(self.found.quizzes[name], self.found.plan, record, place)

    def _keep(self, run: ServedRun) -> None:
        self._places[run.record.learner, run.quiz.name] = run.index, run.in_review


def _tried(asked: AskedQuestion) -> Tried:
    verdict = replace(asked, policy="graded").verdict
    return Tried(asked.state.attempts, bool(verdict and verdict.is_right))


def test_of(quiz: str) -> str:
    """Return what marks the answers of a graded quiz, so that practice never counts for it."""
    return f"graded {quiz}"
