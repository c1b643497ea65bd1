"""A learner goes through every session of the course's own questions, with nothing but Python.

`python -c "from tests.classroom.sessions.play import main; main()"` prints what was shown last;
every page must be plain data.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import lessons_lib.classroom.sessions
from lessons_lib.classroom.practice.exercises.catalog import exercise_table
from lessons_lib.classroom.practice.exercises.report import ExerciseReport
from lessons_lib.classroom.practice.guesses import guess_table
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.sessions.exam import ExamSession
from lessons_lib.classroom.sessions.exercises import ExerciseAction, ExerciseSession, exercises_page
from lessons_lib.classroom.sessions.flashcards import FlashcardAction, FlashcardsSession
from lessons_lib.classroom.sessions.guesses import GuessAction, GuessSession
from lessons_lib.classroom.sessions.page import LearnerRecord, Page, Session
from lessons_lib.classroom.sessions.practice import PracticeSession
from lessons_lib.classroom.sessions.progress import progress_page
from lessons_lib.classroom.sessions.quiz_run import QuizSession
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


def play_quiz(bank: QuizBank, record: LearnerRecord) -> Page:
    session = QuizSession(bank.quiz("01_concept").at("end"), record)
    return played(session, "answer hint solution next review missed answer review")


def play_test(bank: QuizBank, record: LearnerRecord) -> Page:
    return played(ExamSession(bank, record, lambda: 1), "start next next review end")


def play_practice(bank: QuizBank, record: LearnerRecord) -> Page:
    return played(PracticeSession(bank, record, lambda: 1), "answer endless answer hint next")


def play_flashcards(bank: QuizBank, record: LearnerRecord) -> Page:
    session = FlashcardsSession(bank, record)
    card = plain(session.page())["id"]
    actions = FlashcardAction("show", card), FlashcardAction("rate", card, "good")
    return submitted(session, actions)


def play_guess(bank: QuizBank, record: LearnerRecord) -> Page:
    task = next(one for one in guess_table().guesses if one.slider)
    session = GuessSession(task, record)
    submitted(session, [GuessAction("commit", 1)])
    session.resolve(task.slider[-1])
    return plain(session.page())


def play_exercise(bank: QuizBank, record: LearnerRecord) -> Page:
    session = ExerciseSession(exercise_table().exercises[0], record)
    plain(session.page())
    session.try_out("results = 1", ExerciseReport("It is 1.", "Use `model`.", "results = 1"))
    return submitted(session, [ExerciseAction("hint"), ExerciseAction("solution")])


def look_at_exercises(bank: QuizBank, record: LearnerRecord) -> Page:
    return plain(exercises_page(record))


def look_at_progress(bank: QuizBank, record: LearnerRecord) -> Page:
    return plain(progress_page(bank, record, datetime.now(UTC)))


PLAYS = {
    "quiz": play_quiz,
    "test": play_test,
    "practice": play_practice,
    "flashcards": play_flashcards,
    "guess": play_guess,
    "exercise": play_exercise,
    "exercises": look_at_exercises,
    "progress": look_at_progress,
}


def main() -> None:
    """Import every module of the sessions, play each of them on one record, and print its page."""
    package = lessons_lib.classroom.sessions
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    record, bank = ada(), load_bank()
    print(json.dumps({name: play(bank, record) for name, play in PLAYS.items()}))
