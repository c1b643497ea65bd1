"""The data that widgets use: this machine's learner record and the course's questions."""

from collections.abc import Callable
from typing import Any, TypeVar

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.record.folder import learner_id
from lessons_lib.classroom.record.kinds import Done, event_of
from lessons_lib.classroom.record.log import session_log
from lessons_lib.classroom.sessions.page import LearnerRecord
from lessons_lib.classroom.tables.problems import QuizBankError

Result = TypeVar("Result")


def bank_or_empty(bank: QuizBank | None = None) -> QuizBank:
    """Return the given bank or the course's own, or an empty one if that cannot be read."""
    try:
        return load_bank() if bank is None else bank
    except QuizBankError:
        return QuizBank(())


def learner_record(log: EventLog | None = None) -> LearnerRecord:
    """Return the record of this machine's learner in a log, by default the session's."""
    return LearnerRecord(session_log() if log is None else log, learner_id())


def recorded(
    call: Callable[..., Result],
    activity: str,
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
