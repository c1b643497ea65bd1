"""The room: what learners and instructors see of a live question, and what they do.

What was acknowledged is on disk, and the state is what follows from it, so a restart loses nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec import Struct, structs

from lessons_lib.annexes.instructor.service.desk import Desk
from lessons_lib.annexes.instructor.service.live.bars import question_with_bars
from lessons_lib.annexes.instructor.service.live.questions import Asked, LiveQuestions
from lessons_lib.annexes.instructor.service.live.rules import MAY, Do, Round, after
from lessons_lib.classroom.quiz.grading import Response, ResponseError, checked
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.quiz.progress import QuestionState
from lessons_lib.classroom.quiz.regrade import answer_event
from lessons_lib.classroom.quiz.variants import PersonalQuestion
from lessons_lib.classroom.record.event import Clock
from lessons_lib.classroom.record.kinds import Answer, event_of, payload_of
from lessons_lib.classroom.sessions.guesses import comparison
from lessons_lib.classroom.sessions.page import NO_REPLY, Page, Reply
from lessons_lib.classroom.sessions.question_page import AskedQuestion, ShownPolicy, question_page
from lessons_lib.classroom.sessions.quiz_run import QuizAction

LIVE = "live"  # on each vote, as the id of a test: nothing counts it
HOLDS_S = 3.0  # a request until something changes; a card that gets nothing for longer says so
IS_HERE = timedelta(seconds=15)  # after a learner's last request
MOST_HELD = 4  # requests of one learner at the same time
MOST_VOTES = 50  # of one learner in a round
NOTES = {
    "idle": "",
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


@dataclass(slots=True)
class _Ballot:
    """What a learner voted in a round: the last response counts."""

    response: Response | None = None
    ids: set[str] = field(default_factory=set)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class LiveRoom:
    """One live question at a time, for everybody.

    Parameters
    ----------
    desk : Desk
        Has the class's folder as it is now, and its record.
    clock : callable
        Returns the current time in UTC.

    Raises
    ------
    StoreError
        If the record cannot be read.
    """

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._questions, self._store, self._clock = LiveQuestions(desk), desk.store, clock
        self._ballots: dict[str, dict[str, _Ballot]] = {}
        self._seen: dict[str, datetime] = {}
        self._held = Counter[str]()
        self._changed, self._acting, self._is_closing = asyncio.Event(), asyncio.Lock(), False
        steps = [payload_of(one, Round) for _, one in self._store.found(Round.kind)]
        self._round = next(filter(None, reversed(steps)), Round())
        if sitting := self._round.sitting:
            marks = [f"{sitting}.{number + 1}" for number in range(self._round.number)]
            for learner, event in self._store.found(Answer.kind, marks):
                if answer := payload_of(event, Answer):
                    ballot = self._ballot(event.subject, learner)
                    ballot.response = Response(answer.letters, answer.number)
                    ballot.ids.add(event.id)

    async def page(self, learner: str, seen: str) -> Page:
        """Return the learner's page: at once if it is not the one they saw, or when it changes."""
        self._seen[learner] = self._clock()
        page = self._page(learner)
        if page["version"] != seen or self._held[learner] >= MOST_HELD:
            return page
        self._held[learner] += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), HOLDS_S)
        self._held[learner] -= 1
        self._seen[learner] = self._clock()
        return self._page(learner)

    async def vote(self, learner: str, action: QuizAction, vote_id: str) -> Page:
        """Take a vote on the round that the action names, and return the page once it is on disk.

        Raises
        ------
        StoreError
            If the record cannot be used; then nothing was counted.
        """
        if self._open(action) is None:
            return self._page(learner, TOO_LATE)
        ballot = self._ballot(action.question, learner)
        vote_id = f"{action.question}.{vote_id}"  # so it can't be the id of a graded answer
        async with ballot.lock:
            if vote_id in ballot.ids:
                return self._page(learner)
            asked = self._open(action)
            if asked is None or len(ballot.ids) >= MOST_VOTES:
                return self._page(learner, TOO_OFTEN if asked else TOO_LATE)
            try:
                response = checked(asked.question, Response(action.letters, action.number))
            except ResponseError as error:
                return self._page(learner, str(error))
            event = answer_event(PersonalQuestion(asked.question, None), response, LIVE, test=LIVE)
            event = structs.replace(event, id=vote_id, time_utc=self._clock())
            await self._store.save([(learner, event)])
            ballot.response = response
            ballot.ids.add(vote_id)
            return self._page(learner, reply={"what": "verdict", "text": "Answer saved."})

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
                for one in self._ballots.get(mark, {}).values()
                if (valid := asked.valid(one.response))
            ]
            for mark in current.marks
        ]
        page |= {"answered": len(votes[-1]), "rounds": len(votes)}
        shown = votes[:-1] if current.phase == "open" else votes
        return page | question_with_bars(asked, shown, is_revealed=current.phase == "revealed")

    async def act(self, instructor: str, command: Command) -> Page:
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
            sitting = secrets.token_hex(8)
            revision = opened.question.revision if opened and not opened.guess else 0
            step = after(
                current,
                command.do,
                now,
                sitting=sitting,
                question=name,
                revision=revision,
                result=result,
            )
            self._is_closing = command.do == "close"  # later votes would be stored after it
            try:
                event = event_of(current.mark, step, clock=self._clock)
                await self._store.save([(instructor, event)])
            finally:
                self._is_closing = False
            self._round = step
            self._ballots = {mark: self._ballots.get(mark, {}) for mark in step.marks}
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

    def _open(self, action: QuizAction) -> Asked | None:
        """Return the question that an action answers, if it is open."""
        current, asked = self._now()
        is_meant = (action.do, action.question) == ("answer", current.mark)
        return asked if is_meant and current.phase == "open" and not self._is_closing else None

    def _ballot(self, mark: str, learner: str) -> _Ballot:
        return self._ballots.setdefault(mark, {}).setdefault(learner, _Ballot())

    def _here(self, current: Round) -> set[str]:
        """Return who asked for a page in this sitting or just now, or has voted."""
        since = (current.began or self._clock()) - IS_HERE
        here = {one for one, time in self._seen.items() if time >= since}
        return here.union(*self._ballots.values())

    def _page(self, learner: str, problem: str = "", *, reply: Reply = NO_REPLY) -> Page:
        """Return what a learner may see now; `version` tells it from what they saw before."""
        current, asked = self._now()
        phase = current.phase
        page: Page = {"title_html": "Live question", "notices": [], "standings": [], "doors": []}
        page["reply"] = {"what": "problem", "text": problem} if problem else dict(reply)
        page |= {"view": "start", "heading": "Waiting for the next question", "problem": problem}
        page |= {"introduction": [WAITING], "button": "", "note": NOTES[phase], "version": phase}
        if asked is None:
            return page
        ballot = self._ballots.get(current.mark, {}).get(learner, _Ballot())
        response = asked.valid(ballot.response)
        state = QuestionState(response, attempts=len(ballot.ids))
        is_over = phase == "revealed"
        policy: ShownPolicy = "practice" if is_over else "no-feedback"
        shown = AskedQuestion(PersonalQuestion(asked.question, None), state, policy, is_over)
        question = question_page(shown) | {"is_over": phase != "open"}
        if is_over:
            question |= _compared(asked, response)
        page |= {"view": "question", "standings": [shown.standing], "question": question}
        if len(current.marks) > 1:
            page["title_html"] += f", round {len(current.marks)}"
        page |= {"turn": current.mark, "number": 1, "of": 1, "back": "", "next": ""}
        return page | {"version": f"{current.mark} {phase} {len(ballot.ids)}"}


def _compared(asked: Asked, response: Response | None) -> Page:
    """Return what a revealed guess has in place of a verdict and a solution."""
    if asked.guess is None:
        return {}
    if response is None or (guess := asked.compared(response)) is None:
        return {"solution": None}
    is_close = guess.side == "close"
    why = {"letter": "", "is_right": is_close, "html": render_inline(asked.guess.explain)}
    verdict = {"outcome": "right" if is_close else "wrong", "rule": "", "remarks": [why]}
    verdict["sentence"] = comparison(asked.guess, guess)["line"]
    return {"solution": None, "verdict": verdict}
