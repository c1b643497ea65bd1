"""The banks that tests of several rooms use.

This is a plugin, so it imports the library only when a test needs it: the coverage of what is
imported earlier would not be measured.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lessons_lib.classroom.quiz.bank import QuizBank


@pytest.fixture(scope="session")
def sample_path() -> Path:
    """Return the file of a small quiz with each kind of question."""
    return Path(__file__).parents[1] / "classroom" / "quiz" / "banks" / "01_sample.yaml"


@pytest.fixture(scope="session")
def bank() -> QuizBank:
    """Return the questions of our own course."""
    from lessons_lib.classroom.quiz.bank import load_bank

    return load_bank()
