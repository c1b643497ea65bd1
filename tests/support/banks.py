"""The banks that tests of several rooms use."""

from pathlib import Path

import pytest

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from tests.classroom.sessions.small_bank import small_bank


@pytest.fixture(scope="session")
def sample_path() -> Path:
    """Return the file of a small quiz with each kind of question."""
    return Path(__file__).parents[1] / "classroom" / "quiz" / "banks" / "01_sample.yaml"


@pytest.fixture(scope="session")
def quiz_bank() -> QuizBank:
    return small_bank()


@pytest.fixture(scope="session")
def bank() -> QuizBank:
    """Return the questions of our own course."""
    return load_bank()
