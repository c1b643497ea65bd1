"""The data that widgets use: the learner's record and the course's questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError
from lessons_lib.record.event import Event, EventLog
from lessons_lib.record.folder import learner_id
from lessons_lib.record.kinds import Activity, Done, event_of
from lessons_lib.record.log import session_log

Result = TypeVar("Result")


def bank_or_empty(bank: QuizBank | None = None) -> QuizBank:
    """Return the given bank or the course's own, or an empty one if that cannot be read."""
    try:
        return load_bank() if bank is None else bank
    except QuizBankError:
        return QuizBank(())


def recorded(
    call: Callable[..., Result],
    activity: Activity,
    is_done: Callable[..., bool] | None = None,
    *,
    log: EventLog | None = None,
) -> Callable[..., Result]:
    """Return a callable that also records what the learner does by calling it through a widget.

    Parameters
    ----------
    call : callable
        A call that raises an exception is not recorded.
    activity : str
        What to record.
    is_done : callable, optional
        Accepts the arguments of a call; the activity is recorded once, when it first returns True.
        By default, every call is recorded.
    log : EventLog, optional
        The session's record if not given.
    """
    is_pending = True

    def called(*args: Any, **more: Any) -> Result:
        nonlocal is_pending
        result = call(*args, **more)
        if is_pending and (is_done is None or is_done(*args)):
            is_pending = is_done is None
            (session_log() if log is None else log).append(event_of(activity, Done()))
        return result

    return called


class LearnerRecord:
    """A learner's events as last read from a log, including those appended since.

    Attributes
    ----------
    learner : str
        Determines their variants of the questions; this machine's user if not given.
    events : list of Event
        Oldest first. The log is read when the record is created and by `read()`.
    """

    def __init__(self, log: EventLog | None = None, learner: str | None = None) -> None:
        self._log = session_log() if log is None else log
        self.learner = learner_id() if learner is None else learner
        self.events: list[Event] = []
        self.read()

    def read(self) -> list[Event]:
        """Read the log again, including the events of other kernels, and return all events."""
        self.events = list(self._log.events())
        return self.events

    def append(self, event: Event) -> None:
        """Save an event."""
        self._log.append(event)
        self.events.append(event)

    @property
    def notices(self) -> list[str]:
        """What the learner should know about the record."""
        return self._log.notices()
