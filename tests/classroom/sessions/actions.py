"""Actions as a page sends them, for sessions without one."""

from collections.abc import Mapping
from typing import Any

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.variants import NOTHING_MEASURED
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.page import LearnerRecord, Page, Session, decoded
from lessons_lib.classroom.sessions.quiz import QuizSession
from lessons_lib.classroom.sessions.quiz_run import QuizAction


def ada(log: EventLog | None = None) -> LearnerRecord:
    """Return ada's record in a log, or a new one."""
    return LearnerRecord(InMemoryLog() if log is None else log, "ada")


def quiz_session(
    bank: QuizBank,
    name: str,
    log: EventLog | None = None,
    measured: Mapping[str, object] = NOTHING_MEASURED,
) -> QuizSession:
    return QuizSession(bank.quiz(name), ada(log), measured=measured)


def act(session: Session, do: str, **more: Any) -> Page:
    """Do something about the question on a session's page, and return the page that follows."""
    on_page = session.page().get("question", {}).get("id", "")
    action = decoded({"question": on_page, **more, "do": do}, QuizAction)
    assert action is not None
    return session.submit(action)
