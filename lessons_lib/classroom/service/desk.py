"""What the service does for one request: find the learner's session, act, store, and answer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lessons_lib.classroom.record.event import Clock
from lessons_lib.classroom.service.folder import ClassFolder
from lessons_lib.classroom.service.graded import GradedSession, PendingLog
from lessons_lib.classroom.service.store import ClassStore, StoreError
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction

MOST_SESSIONS = 2_000  # whose events are kept in memory


class UnknownQuizError(LookupError):
    """The class has no graded quiz of that name."""


class BrokenQuizError(Exception):
    """The file of a quiz has faults since the service began; its instructor must repair it."""


@dataclass(slots=True)
class _Seat:
    """A learner at the desk: what is on disk of them, and where they are in each quiz.

    A stale one may differ from what is on disk, so it is read again.
    """

    log: PendingLog
    is_stale: bool = True
    sessions: dict[str, GradedSession] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Desk:
    """Answers learners' requests; whatever it acknowledges is on disk.

    Parameters
    ----------
    found : ClassFolder
        Which quizzes count, and when, and their keys.
    store : ClassStore
        The record of the class.
    clock : callable
        Returns the current time in UTC.

    Attributes
    ----------
    is_current : callable
        Whether deadlines are up to date. After an outage they have to move before anybody is told
        that a quiz is closed, and sees its key.
    """

    def __init__(self, found: ClassFolder, store: ClassStore, clock: Clock) -> None:
        self.found, self.store, self._clock = found, store, clock
        self._broken: Collection[str] = ()
        self._seats: OrderedDict[str, _Seat] = OrderedDict()
        self._moved: dict[str, timedelta] = {}  # by how much an outage moved deadlines
        self._is_purged = False
        self.is_current: Callable[[], bool] = lambda: True

    def renew(self, found: ClassFolder, broken: Collection[str] = ()) -> None:
        """Go on with what is in the class's folder now; quizzes whose files are broken rest."""
        self.found, self._broken = found, broken
        for seat in self._seats.values():
            seat.is_stale = True

    def move(self, name: str, by: timedelta) -> None:
        """Move the deadline of a quiz for everybody, because the service was down before it."""
        if by != self._moved.get(name, timedelta()):
            self._moved[name] = by
            self.renew(self.found, self._broken)

    def forget(self, now: datetime) -> None:
        """Purge the record if it is time, and forget those of whom something else is on disk.

        Raises
        ------
        StoreError
            If the record cannot be used.
        """
        if self.found.plan.may_delete(now) and not self._is_purged:
            self.store.purge()
            self._is_purged = True
        numbers = self.store.numbers()
        for learner, seat in list(self._seats.items()):
            if not seat.lock.locked() and len(seat.log.stored) != numbers.get(learner, 0):
                del self._seats[learner]

    def last_close(self, name: str) -> datetime | None:
        """Return when a quiz closes for the last learner, or None if it doesn't count."""
        if name not in self.found.plan.by_name:
            return None
        return self.found.plan.last_close(name, moved=self._moved.get(name, timedelta()))

    async def page(self, learner: str, name: str) -> Page:
        """Return the page of a quiz that a learner sees now.

        Raises
        ------
        UnknownQuizError
            If the plan has no such quiz.
        BrokenQuizError
            If its file has faults now.
        StoreError
            If what they did cannot be read.
        """
        seat = self._seat(learner)
        async with seat.lock:
            return self._session(seat, learner, name).page()

    async def act(
        self, learner: str, name: str, action: QuizAction, answer_id: str = "", revision: int = 0
    ) -> Page:
        """Do what a learner requested, and return the page after it once that is on disk.

        Parameters
        ----------
        learner, name : str
            Their name on the hub, and that of the quiz.
        action : QuizAction
            What they requested.
        answer_id : str
            The id that the card gave an answer. The same answer may arrive again, because nobody
            acknowledged it before; then it counts once.
        revision : int
            Of the question that they saw; 0 if that is unknown.

        Raises
        ------
        UnknownQuizError
            If the plan has no such quiz.
        BrokenQuizError
            If its file has faults now.
        StoreError
            If the record cannot be used; then nothing was counted.
        """
        seat = self._seat(learner)
        async with seat.lock:
            session = self._session(seat, learner, name)
            if answer_id and any(one.id == answer_id for one in seat.log.stored):
                return session.page()
            seat.log.take(answer_id)
            try:
                page = session.submit(action, revision)
                if seat.log.added:
                    await self.store.save([(learner, one) for one in seat.log.added])
            except BaseException:
                seat.is_stale = True
                raise
            seat.log.keep()
            return page

    def _seat(self, learner: str) -> _Seat:
        if learner not in self._seats:
            self._seats[learner] = _Seat(PendingLog([], self._clock))
            if len(self._seats) > MOST_SESSIONS:
                idle = (one for one, seat in self._seats.items() if not seat.lock.locked())
                del self._seats[next(idle)]
        self._seats.move_to_end(learner)
        return self._seats[learner]

    def _session(self, seat: _Seat, learner: str, name: str) -> GradedSession:
        if not self.is_current():
            raise StoreError("The service was away, so deadlines may have moved.")
        plan = self.found.plan
        if name not in plan.by_name:
            raise UnknownQuizError(name)
        if name in self._broken:
            raise BrokenQuizError(name)
        if seat.is_stale:
            seat.log.reset(self.store.events(learner))
            seat.sessions.clear()
            seat.is_stale = False
        if name not in seat.sessions:
            moved = self._moved.get(name, timedelta())
            seat.sessions[name] = GradedSession(
                self.found.quizzes[name], plan, learner, seat.log, self._clock, moved=moved
            )
        return seat.sessions[name]
