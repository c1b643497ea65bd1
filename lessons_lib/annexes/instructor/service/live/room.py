"""The room: what learners and instructors see of a live question, and what they do.

What was acknowledged is on disk, and the state is what follows from it, so a restart loses nothing.
"""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from msgspec import Struct

from lessons_lib.annexes.instructor.service import graded
from lessons_lib.annexes.instructor.service.live.questions import Asked, LiveQuestions
from lessons_lib.annexes.instructor.service.live.rules import MAY, Do, Round, after
from lessons_lib.classroom.quiz.grading import Response, ResponseError
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.quiz.progress import QuestionState
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.record.event import Clock, Event
from lessons_lib.classroom.record.kinds import Answer, event_of, payload_of
from lessons_lib.classroom.sessions.guesses import comparison
from lessons_lib.classroom.sessions.page import NO_REPLY, Page, Reply
from lessons_lib.classroom.sessions.question_page import AskedQuestion
from lessons_lib.classroom.sessions.quiz_run import QuizAction

LIVE = "live"  # on each vote, as a quiz and the id of a test: nothing counts it
HOLDS_S = 3.0  # a request until something changes; a card that gets nothing for longer says so
IS_HERE = timedelta(seconds=15)  # after a learner's last request
MOST_VOTES = 50  # of one learner in a round
NOTES = {
    "open": "You can change your answer until the question is closed. It isn't graded.",
    "closed": "Closed. Your instructor sees how many gave each answer, but no names.",
    "revealed": "Closed. This answer isn't graded.",
}
WAITING = "It appears here as soon as your instructor opens it."
TOO_LATE = "That question was closed before your answer arrived, so it isn't counted."
TOO_OFTEN = "You have changed your answer too often."
NOT_LISTED = "Choose a question from the list."


class Command(Struct, frozen=True, forbid_unknown_fields=True):
    """What an instructor's page requests: `seen` is the round that it shows, empty without one."""

    do: Do
    seen: str = ""
    question: str = ""
    result: str = ""


class LiveRun(graded.ServedRun):
    """The question of a round, for one request: votes are taken while it is open.

    Parameters
    ----------
    current : Round
        The round.
    asked : Asked, optional
        Its question; without one, learners wait.
    record : RequestRecord
        The learner's votes in this round; that of this request is added.
    is_open : bool
        Whether a vote is taken.
    """

    def __init__(
        self, current: Round, asked: Asked | None, record: graded.RequestRecord, *, is_open: bool
    ) -> None:
        rounds = f", round {len(current.marks)}" if len(current.marks) > 1 else ""
        questions = (asked.question,) if asked else ()
        quiz = Quiz(name=LIVE, title=f"Live question{rounds}", questions=questions)
        super().__init__(quiz, record, LIVE)
        self.round, self._guess, self._is_open = current, asked, is_open

    def submit(self, action: QuizAction, revision: int = 0) -> Page:
        """Take a vote on the round that it names, and return the page after it."""
        if not self._is_open or (action.do, action.question) != ("answer", self.round.mark):
            return self.page({"what": "problem", "text": TOO_LATE})
        return self.page(self.perform(action))

    def page(self, reply: Reply = NO_REPLY) -> Page:
        """Return the question, as far as the learner may know it; `version` changes with it."""
        asked, phase = self.asked(), self.round.phase
        frame = self.frame(asked, reply)
        if not asked:
            problem = reply["text"] if reply["what"] == "problem" else ""
            frame |= {"view": "start", "heading": "Waiting for the next question", "button": ""}
            return frame | {"introduction": [WAITING], "problem": problem, "version": phase}
        page = frame | self.question_page(asked, last="") | {"note": NOTES[phase]}
        page["question"] |= {"is_over": phase != "open"} | self._compared(asked[0].state.response)
        return page | {"version": f"{self.round.mark} {phase} {asked[0].state.attempts}"}

    def refusal(self, asked: AskedQuestion) -> str:
        """Return why no vote is taken now."""
        return TOO_OFTEN if len(self.record.events) >= MOST_VOTES else ""

    def _asked(self, question: Question, state: QuestionState) -> AskedQuestion:
        asked, is_over = super()._asked(question, state), self.round.phase == "revealed"
        return replace(asked, policy="practice" if is_over else "no-feedback", is_over=is_over)

    def _compared(self, response: Response | None) -> Page:
        """Return what a revealed guess has in place of a verdict and a solution."""
        asked = self._guess
        if asked is None or asked.guess is None or self.round.phase != "revealed":
            return {}
        if response is None or (guess := asked.compared(response)) is None:
            return {"solution": None}
        is_close = guess.side == "close"
        why = {"letter": "", "is_right": is_close, "html": render_inline(asked.guess.explain)}
        verdict = {"outcome": "right" if is_close else "wrong", "rule": "", "remarks": [why]}
        verdict["sentence"] = comparison(asked.guess, guess)["line"]
        return {"solution": None, "verdict": verdict}


class LiveRoom(graded.Desk):
    """One live question at a time, for everybody.

    Parameters
    ----------
    desk : GradedDesk
        Has the class's folder as it is now, and its record.
    clock : callable
        Returns the current time in UTC.

    Raises
    ------
    StoreError
        If the record cannot be read.
    """

    def __init__(self, desk: graded.GradedDesk, clock: Clock) -> None:
        super().__init__(desk.store)
        self._questions, self._clock = LiveQuestions(desk), clock
        self._seen: dict[str, datetime] = {}
        self._changed, self._acting, self._is_closing = asyncio.Event(), asyncio.Lock(), False
        steps = [payload_of(one, Round) for _, one in self.store.found(Round.kind)]
        self._round = next(filter(None, reversed(steps)), Round())
        # The votes in the rounds of this question, by mark and learner; the last one counts.
        self._votes: dict[str, dict[str, list[Event]]] = {one: {} for one in self._round.marks}
        for learner, event in self.store.found(Answer.kind, self._round.marks):
            self._votes[event.subject].setdefault(learner, []).append(event)

    async def page(
        self, learner: str, name: str, arrived: datetime, seen: str | None = None
    ) -> Page:
        """Return the learner's page: at once if it is not the one they saw, or when it changes."""
        self._seen[learner] = self._clock()
        page = await super().page(learner, name, arrived)
        if page["version"] == seen:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), HOLDS_S)
            self._seen[learner] = self._clock()
            page = await super().page(learner, name, arrived)
        return page

    def listed(self) -> list[Page]:
        """Return what can be asked now."""
        return self._questions.listed(self._clock())

    def state(self, problem: str = "") -> Page:
        """Return what an instructor's page shows now: totals, and no names."""
        current, asked = self._now()
        page: Page = {"mark": current.mark, "phase": current.phase, "problem": problem}
        page |= {"may": MAY[current.phase], "here": len(self._here(current))}
        if asked is None:
            return page
        if not asked.has_key:
            page["may"] = [one for one in page["may"] if one != "reveal"]
        votes = [
            [
                valid
                for several in self._votes[mark].values()
                if (valid := asked.valid(payload_of(several[-1], Answer)))
            ]
            for mark in current.marks
        ]
        page |= {"answered": len(votes[-1]), "rounds": len(votes)}
        shown = votes[:-1] if current.phase == "open" else votes
        return page | asked.with_bars(shown, is_revealed=current.phase == "revealed")

    async def lead(self, instructor: str, command: Command) -> Page:
        """Do what an instructor requested, if their page shows what is the case, and return it.

        Raises
        ------
        StoreError
            If it cannot be recorded; then it was not done.
        """
        async with self._acting:
            (current, asked), name, now = self._now(), command.question, self._clock()
            if command.seen != current.mark or command.do not in self.state()["may"]:
                return self.state()
            opened = self._questions.asked(name, now) if command.do == "open" else None
            if command.do == "open" and not opened:
                return self.state(NOT_LISTED)
            try:
                is_result = asked and command.do == "reveal"
                result = asked.result_of(command.result) if asked and is_result else None
            except ResponseError as error:
                return self.state(str(error))
            revision = opened.question.revision if opened and not opened.guess else 0
            new = {"sitting": secrets.token_hex(8), "question": name}
            step = after(current, command.do, now, **new, revision=revision, result=result)
            self._is_closing = command.do == "close"  # later votes would be stored after it
            try:
                event = event_of(current.mark, step, clock=self._clock)
                await self.store.save([(instructor, event)])
            finally:
                self._is_closing = False
            self._round = step
            self._votes = {mark: self._votes.get(mark, {}) for mark in step.marks}
            self._seen = {one: self._seen[one] for one in self._here(step) if one in self._seen}
            self._changed.set()
            self._changed = asyncio.Event()
            return self.state()

    def _now(self) -> tuple[Round, Asked | None]:
        """Return the round and its question; idle if the question can't be asked any more."""
        now = self._clock()
        current = self._round.at(now)
        asked = self._questions.asked(current.question, now, current)
        return (current, asked) if asked else (Round(), None)

    def _here(self, current: Round) -> set[str]:
        """Return who asked for a page in this sitting or just now, or has voted."""
        since = (current.began or self._clock()) - IS_HERE
        here = {one for one, time in self._seen.items() if time >= since}
        return here.union(*self._votes.values())

    async def _run(
        self, learner: str, name: str, arrived: datetime, answer_id: str = ""
    ) -> LiveRun:
        current, asked = self._now()
        votes = self._votes.get(current.mark, {}).get(learner, ())
        # With the mark, it can't be the id of a graded answer.
        record = graded.RequestRecord(learner, votes, arrived, f"{current.mark}.{answer_id}")
        is_open = current.phase == "open" and not self._is_closing
        return LiveRun(current, asked, record, is_open=is_open)

    def _keep(self, run: graded.ServedRun) -> None:
        for vote in run.record.added:
            self._votes.get(vote.subject, {}).setdefault(run.record.learner, []).append(vote)
