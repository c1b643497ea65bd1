"""References that several tests of one seed share run once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from lessons_lib.practice.exercises import check as exercise_check


@pytest.fixture(scope="session", autouse=True)
def references_are_kept() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        kept = lru_cache(maxsize=64)(exercise_check.reference_run)
        patch.setattr(exercise_check, "reference_run", kept)
        yield
