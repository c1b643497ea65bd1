"""A learner's record as sessions use it."""

from __future__ import annotations

from lessons_lib.classroom.record.event import Event, EventLog


class LearnerRecord:
    """A learner's events as last read from a log, including those appended since.

    Attributes
    ----------
    learner : str
        Determines their variants of the questions.
    events : list of Event
        Oldest first. The log is read when the record is created and by `read()`.
    """

    def __init__(self, log: EventLog, learner: str) -> None:
        self._log, self.learner = log, learner
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
