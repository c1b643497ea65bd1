"""What the service does for one request: find the learner's quiz, act, store, and answer."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime

from lessons_lib.annexes.instructor.service.folder import ClassFolder
from lessons_lib.annexes.instructor.service.graded import GradedRun, RequestRecord, Whereabouts
from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction


class UnknownQuizError(LookupError):
    """The class has no graded quiz of that name."""


class BrokenQuizError(Exception):
    """The file of a quiz has faults; its instructor must repair it."""


class Desk:
    """Answers learners' requests; whatever it acknowledges is on disk.

    Parameters
    ----------
    found : ClassFolder
        Which quizzes count, and when, and their keys.
    store : ClassStore
        The record of the class, read again for each request. Only where somebody is in a quiz is
        kept here, and forgotten with the process.
    """

    def __init__(self, found: ClassFolder, store: ClassStore) -> None:
        self.found, self.store = found, store
        self._places: dict[tuple[str, str], Whereabouts] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def renew(self, found: ClassFolder) -> None:
        """Go on with what is in the class's folder now."""
        self.found = found

    def keys_shown(self, name: str) -> datetime | None:
        """Return from when the key of a quiz is shown, or None if it doesn't count."""
        plan = self.found.plan
        return plan.keys_shown(name) if name in plan.by_name else None

    async def page(self, learner: str, name: str, arrived: datetime) -> Page:
        """Return the page of a quiz that a learner sees at a time.

        Raises
        ------
        UnknownQuizError
            If the plan has no such quiz.
        BrokenQuizError
            If its file has faults now.
        StoreError
            If what they did cannot be read.
        """
        return self._quiz(name, await self._record(learner, arrived)).page()

    async def act(
        self,
        learner: str,
        name: str,
        action: QuizAction,
        arrived: datetime,
        *,
        answer_id: str = "",
        revision: int = 0,
    ) -> Page:
        """Do what a learner requested, and return the page after it once that is on disk.

        Parameters
        ----------
        learner, name : str
            Their name on the hub, and that of the quiz.
        action : QuizAction
            What they requested.
        arrived : datetime
            When their request arrived, which decides what it counts.
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
        async with self._turns[learner]:
            record = await self._record(learner, arrived, answer_id)
            quiz = self._quiz(name, record)
            if answer_id and any(one.id == answer_id for one in record.events):
                return quiz.page()
            page = quiz.submit(action, revision)
            if record.added:
                await self.store.save([(learner, one) for one in record.added])
            self._places[learner, name] = quiz.place
            return page

    async def _record(self, learner: str, arrived: datetime, answer_id: str = "") -> RequestRecord:
        stored = await asyncio.to_thread(self.store.events, learner)
        return RequestRecord(learner, stored, arrived, answer_id)

    def _quiz(self, name: str, record: RequestRecord) -> GradedRun:
        plan = self.found.plan
        if name not in plan.by_name:
            raise UnknownQuizError(name)
        if name not in self.found.quizzes:
            raise BrokenQuizError(name)
        place = self._places.get((record.learner, name))
        return GradedRun(self.found.quizzes[name], plan, record, place)
