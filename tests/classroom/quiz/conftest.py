"""A sample bank, a wide one, and answers to their questions."""

from pathlib import Path

import pytest
from msgspec import structs

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank, read_quiz
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.question import (
    DIFFICULTIES,
    Difficulty,
    NumberQuestion,
    Question,
    Quiz,
    SeveralQuestion,
    SingleQuestion,
)
from lessons_lib.classroom.quiz.regrade import answer_event
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.tables.problems import QuizBankError
from lessons_lib.classroom.tables.yaml_file import YamlFile
from tests.classroom.sessions import small_bank

STAGES = ("text", "preprocessing", "embedding", "training", "batch", "realtime", "output")
BANKS = Path(__file__).parent / "banks"


def load_file(path: Path) -> Quiz:
    """Return the quiz of one file, or raise `QuizBankError` with everything wrong with it."""
    file = YamlFile(path)
    quiz = read_quiz(file)
    if quiz is None:
        raise QuizBankError(file.problems)
    return quiz


def answered(
    question: Question,
    given: str,
    quiz: str = "01_sample",
    *,
    test: str = "",
    row: int | None = None,
) -> Event:
    """Return the event for ada's answer: letters such as "AC", or a number."""
    is_number = isinstance(question, NumberQuestion)
    response = Response(number=given) if is_number else Response(letters=tuple(given))
    return answer_event(personalize(question, "ada", variant=row), response, quiz, test=test)


@pytest.fixture(scope="session")
def bank() -> QuizBank:
    return load_bank(BANKS)


@pytest.fixture(scope="session")
def single(bank: QuizBank) -> SingleQuestion:
    question = bank.question("choose-mode-for-archive")
    assert isinstance(question, SingleQuestion)
    return question


@pytest.fixture(scope="session")
def several(bank: QuizBank) -> SeveralQuestion:
    question = bank.question("which-calls-are-batch")
    assert isinstance(question, SeveralQuestion)
    return question


@pytest.fixture(scope="session")
def number(bank: QuizBank) -> NumberQuestion:
    question = bank.question("count-the-passes")
    assert isinstance(question, NumberQuestion)
    return question


def plain_question(name: str, difficulty: Difficulty, stage: str) -> Question:
    objective = f"objective-{stage}"
    return small_bank.single(name, difficulty=difficulty, objective=objective, stage=stage)


def stage_quiz(place: int, stage: str) -> Quiz:
    """Return twelve questions on a stage: four of each difficulty."""
    questions = tuple(
        plain_question(f"{stage}-{difficulty}-{number}", difficulty, stage)
        for difficulty in DIFFICULTIES
        for number in range(4)
    )
    return Quiz(name=f"{place:02d}_{stage}", title=stage, questions=questions)


WIDE_BANK = QuizBank(tuple(stage_quiz(place, stage) for place, stage in enumerate(STAGES, start=2)))


@pytest.fixture(scope="session")
def survey_bank() -> QuizBank:
    return QuizBank(tuple(structs.replace(one, policy="survey") for one in WIDE_BANK.quizzes))
