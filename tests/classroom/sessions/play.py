"""A learner goes through every session of the course's own questions, with nothing but Python.

`python -c "from tests.classroom.sessions.play import main; main()"` prints what was shown last;
every page must be plain data.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import lessons_lib.classroom.sessions
from lessons_lib.classroom.practice.guesses import guess_table
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.sessions.exam import ExamSession
from lessons_lib.classroom.sessions.flashcards import FlashcardAction, FlashcardsSession
from lessons_lib.classroom.sessions.guesses import GuessAction, GuessSession
from lessons_lib.classroom.sessions.page import Page, Session
from lessons_lib.classroom.sessions.practice import PracticeSession
from lessons_lib.classroom.sessions.progress import progress_page
from lessons_lib.classroom.sessions.quiz import QuizSession
from tests.classroom.sessions.actions import act, ada

ANSWER = {"letters": ["A"], "number": "1"}


def plain(page: Page) -> Page:
    """Return a page that is the same after a trip as JSON."""
    assert json.loads(json.dumps(page, allow_nan=False)) == page
    return page


def played(session: Session, steps: str) -> Page:
    """Do one thing after another about the questions of a session; return the last page."""
    return [plain(act(session, do, **ANSWER)) for do in steps.split()][-1]


def submitted(session: Session, actions: Iterable[Any]) -> Page:
    return [plain(session.submit(action)) for action in actions][-1]


def main() -> None:
    """Import every module of the sessions, play each of them on one record, and print its page."""
    package = lessons_lib.classroom.sessions
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    record, bank = ada(), load_bank()
    quiz = QuizSession(bank.quiz("01_concept").at("end"), record)
    exam = ExamSession(bank, record, lambda: 1)
    practice = PracticeSession(bank, record, lambda: 1)
    cards = FlashcardsSession(bank, record)
    card = plain(cards.page())["id"]
    guess = GuessSession(next(one for one in guess_table().guesses if one.slider), record)
    pages = {
        "quiz": played(quiz, "answer hint solution next review missed answer review"),
        "test": played(exam, "start next next review end"),
        "practice": played(practice, "answer endless answer hint next"),
        "flashcards": submitted(
            cards, [FlashcardAction("show", card), FlashcardAction("rate", card, "good")]
        ),
        "guess": submitted(guess, [GuessAction("commit", 1)]),
        "progress": plain(progress_page(bank, record, datetime.now(UTC))),
    }
    print(json.dumps(pages))
