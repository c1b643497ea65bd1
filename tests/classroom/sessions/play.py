"""A learner goes through every session of the course's own questions, with nothing but Python.

`python -c "from tests.classroom.sessions.play import main; main()"` prints what was shown; every
page must be plain data.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from datetime import UTC, datetime
from typing import Any

import lessons_lib.classroom.sessions
from lessons_lib.classroom.practice.guesses import guess_table
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.question import SingleQuestion
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.exam import ExamSession
from lessons_lib.classroom.sessions.flashcards import FlashcardAction, FlashcardsSession
from lessons_lib.classroom.sessions.guesses import GuessAction, GuessSession
from lessons_lib.classroom.sessions.page import Page, Session
from lessons_lib.classroom.sessions.practice import PracticeSession
from lessons_lib.classroom.sessions.progress import progress_page
from lessons_lib.classroom.sessions.quiz import QuizSession
from lessons_lib.classroom.sessions.record import LearnerRecord
from tests.classroom.sessions.actions import act


def show(session: Session, do: str, **more: Any) -> Page:
    """Do something in a session, and return the page that follows."""
    return plain(act(session, do, **more))


def plain(page: Page) -> Page:
    """Return a page that is the same after a trip as JSON."""
    assert json.loads(json.dumps(page, allow_nan=False)) == page
    return page


def play_quiz(bank: QuizBank, record: LearnerRecord) -> Page:
    """Answer a question wrong, get help, answer it right, and go on to the review."""
    session = QuizSession(bank.quiz("01_concept").at("end"), bank, record)
    assert isinstance(session.question, SingleQuestion)
    key = session.question.answer
    wrong = "A" if key != "A" else "B"
    assert show(session, "answer", letters=[wrong])["question"]["standing"] == "wrong"
    assert show(session, "hint")["question"]["hints_html"]
    assert show(session, "solution")["question"]["solution"]
    assert show(session, "answer", letters=[key])["question"]["standing"] == "right"
    assert show(session, "next")["number"] == 2
    return show(session, "review")


def play_test(bank: QuizBank, record: LearnerRecord) -> Page:
    """Start the test, and end it after one answer."""
    session = ExamSession(bank, record, lambda: 1)
    assert show(session, "start")["view"] == "question"
    show(session, "next", letters=["A"], number="1")
    assert show(session, "review")["view"] == "check"
    return show(session, "end")


def play_practice(bank: QuizBank, record: LearnerRecord) -> Page:
    """Leave the five questions for endless practice, and answer there."""
    session = PracticeSession(bank, record, lambda: 1)
    assert session.page()["of"] == 5
    assert show(session, "endless")["of"] == 0
    show(session, "answer", letters=["A"], number="1")
    return show(session, "next")


def play_flashcards(bank: QuizBank, record: LearnerRecord) -> Page:
    """Turn a card over and rate it."""
    session = FlashcardsSession(bank, record)
    card = plain(session.page())["id"]
    session.submit(FlashcardAction("show", card))
    assert plain(session.page())["back_html"]
    session.submit(FlashcardAction("rate", card, "good"))
    return plain(session.page())


def play_guess(bank: QuizBank, record: LearnerRecord) -> Page:
    """Guess on a slider, and compare the guess with a result."""
    task = next(one for one in guess_table().guesses if one.slider)
    session = GuessSession(task, record)
    session.submit(GuessAction("commit", 1))
    session.resolve(task.slider[-1])
    return plain(session.page())


def look_at_progress(bank: QuizBank, record: LearnerRecord) -> Page:
    """Return the progress so far."""
    return plain(progress_page(bank, record, datetime.now(UTC)))


PLAYS = {
    "quiz": play_quiz,
    "test": play_test,
    "practice": play_practice,
    "flashcards": play_flashcards,
    "guess": play_guess,
    "progress": look_at_progress,
}


def main() -> None:
    """Import every module of the sessions, play each of them on one record, and print its pages."""
    for module in pkgutil.walk_packages(
        lessons_lib.classroom.sessions.__path__, "lessons_lib.classroom.sessions."
    ):
        importlib.import_module(module.name)
    record, bank = LearnerRecord(InMemoryLog(), "ada"), load_bank()
    print(json.dumps({name: play(bank, record) for name, play in PLAYS.items()}))
