import pytest

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from tests.classroom.sessions.small_bank import small_bank


@pytest.fixture(scope="session")
def quiz_bank() -> QuizBank:
    return small_bank()


@pytest.fixture(scope="session")
def bank() -> QuizBank:
    """Return the questions of our own course."""
    return load_bank()
