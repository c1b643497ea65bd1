"""The data that widgets use: the learner's record and the course's questions."""

from __future__ import annotations

from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError
from lessons_lib.record.event import Event, EventLog
from lessons_lib.record.folder import learner_id
from lessons_lib.record.log import session_log


def bank_or_empty(bank: QuizBank | None = None) -> QuizBank:
    """Return the given bank or the course's own, or an empty one if that cannot be read."""
    try:
        return load_bank() if bank is None else bank
    except QuizBankError:
        return QuizBank(())


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
