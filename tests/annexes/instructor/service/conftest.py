"""The record of a class, which each test begins anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons_lib.annexes.instructor.service.store import ClassStore


@pytest.fixture
def anyio_backend() -> str:
    """Return what runs tests that are coroutines."""
    return "asyncio"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ClassStore]:
    opened = ClassStore(f"sqlite:///{tmp_path}/record.sqlite")
    yield opened
    opened.close()
