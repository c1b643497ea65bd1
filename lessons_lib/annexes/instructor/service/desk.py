"""What the service does for one request of a learner: find their run, act, store, and answer."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, structs

from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.classroom.quiz.question import Quiz
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun


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
