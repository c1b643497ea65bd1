import pytest

from lessons_lib.classroom.quiz.bank import QuizBank
from tests.classroom.sessions.small_bank import small_bank


@pytest.fixture(scope="session")
def quiz_bank() -> QuizBank:
    return small_bank()
