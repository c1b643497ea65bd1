"""The course's questions, for what can do without them: words and modes are left."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError
from lessons_lib.record.event import Event, EventLog
from lessons_lib.record.folder import learner_id
from lessons_lib.record.log import RecordWarning, session_log


def bank_or_none_left(bank: QuizBank | None = None) -> QuizBank:
    """Return a bank, the course's own if not given; without questions if they cannot be read."""
    try:
        return load_bank() if bank is None else bank
    except QuizBankError:
        return QuizBank(())


UNSAVED = (
    "Your answers cannot be saved at the moment. They are kept while this kernel runs, and saved "
    "as soon as that works again."
)


class QuizRecord:
    """A log and whose it is. The course's own, and this machine's learner, if not given."""

    def __init__(self, log: EventLog | None = None, learner: str | None = None) -> None:
        self._log = session_log() if log is None else log
        self.learner = learner_id() if learner is None else learner
        self._told: dict[str, None] = {}

    def append(self, event: Event) -> None:
        """Keep an event."""
        with self._listening():
            self._log.append(event)

    def events(self) -> list[Event]:
        """Return what was kept, oldest first."""
        with self._listening():
            return list(self._log.events())

    @property
    def notices(self) -> list[str]:
        """What the learner should know about the record."""
        is_unsaved = bool(getattr(self._log, "unsaved", 0))
        return [UNSAVED] * is_unsaved + list(self._told)

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Take the log's warnings: in an output they would be lost, or make notebooks differ."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        for one in caught:
            if not issubclass(one.category, RecordWarning):
                warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
            elif not getattr(self._log, "unsaved", 0):
                self._told[str(one.message)] = None
