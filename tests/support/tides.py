"""The lesson on tides: its course, the words that it must not show, and learners of it."""

import re
from pathlib import Path

from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import last_test
from lessons_lib.classroom.quiz.question import NumberQuestion, Question, Quiz
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.sessions.exam import ExamSession
from lessons_lib.classroom.sessions.guesses import GuessAction, GuessSession
from lessons_lib.classroom.sessions.page import LearnerRecord, Page, Session
from tests.classroom.sessions.actions import act

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "tests/classroom/tides/course"
NAME = "01_tides"
HEIGHTS = {"high_m": 3.0, "low_m": 1.0}
OUR_WORDS = re.compile(
    r"sentiment|batch|inference|real-?time|micro-|latency|throughput|embedding|token|"
    r"\b(?:0[02-9]|1[0-6])_[a-z]|notebook (?:0[02-9]|1\d)|lessons_lib\.(?:lesson|pipeline)|"
    r"\b(?:ten|five) (?:questions|ways|modes)",
    re.IGNORECASE,
)


def key_of(question: Question) -> dict[str, object]:
    """Return the right answer to a question without placeholders, as an action."""
    if isinstance(question, NumberQuestion):
        assert question.answer is not None
        return {"number": str(question.answer.value)}
    return {"letters": list(getattr(question, "answer", ""))}


def answer_all(session: Session, quiz: Quiz, do: str) -> None:
    """Answer each question of a quiz correctly, as ada sees it, and turn the page after it."""
    for question in quiz.questions:
        asked = personalize(question, "ada", measured=HEIGHTS if do == "answer" else {})
        act(session, do, **key_of(asked.question))
        if do == "answer":
            act(session, "next")


def take_test(bank: QuizBank, record: LearnerRecord, *, is_right: bool = True) -> Page:
    """Take the test, with all answers right or none given, and return its result."""
    session = ExamSession(bank, record, lambda: 1)
    act(session, "start")
    drawn = last_test(record.events, bank)
    assert drawn is not None
    if is_right:
        answer_all(session, drawn.quiz, "next")
    act(session, "review")
    return act(session, "end")


def guess(record: LearnerRecord) -> Page:
    """Commit a guess on its slider, and compare it with the result."""
    session = GuessSession(guess_task("later-each-day"), record)
    session.submit(GuessAction("commit", 3))
    session.resolve(50.47)
    return session.page()
