from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from lessons_lib.quiz.bank import QuizBank
from tests.sessions.small_bank import small_bank


@pytest.fixture(scope="session")
def quiz_bank() -> QuizBank:
    return small_bank()


@pytest.fixture
def ignoring_interrupts() -> Iterator[None]:
    """Ignore interrupts, like a kernel that is not handling a message."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)
