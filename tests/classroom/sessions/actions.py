"""What a learner does, as a page sends it or a terminal reads it, for sessions without one."""

from collections.abc import Mapping
from typing import Any

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.variants import NOTHING_MEASURED
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.page import LearnerRecord, Page, Session, decoded
from lessons_lib.classroom.sessions.plain_text import ask
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizSession


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


class Learner:
    """Types one line after another, then ends the input."""

    def __init__(self, *lines: str | type[BaseException]) -> None:
        self._lines = list(lines)
        self.seen = ""

    def read(self, prompt: str) -> str:
        self.seen += prompt
        if not self._lines:
            raise EOFError
        line = self._lines.pop(0)
        if not isinstance(line, str):
            raise line
        return line

    def write(self, text: str) -> None:
        self.seen += f"{text}\n"


def dialog(bank: QuizBank, log: EventLog, *lines: str | type[BaseException]) -> str:
    """Return what ada reads while she types these lines in the bank's quiz 01."""
    learner = Learner(*lines)
    ask(bank.quiz("01"), bank, ada(log), read=learner.read, write=learner.write)
    return learner.seen
