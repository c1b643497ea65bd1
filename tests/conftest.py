"""Settings that all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# No test depends on the speed of a machine, so no example has a deadline.
settings.register_profile("lessons", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("lessons")

# The slowest tests run first, so that at the end no worker waits for another.
LONGEST = ("tests/hub/", "tests/browser/", "notebooks/", "tests/architecture/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest folders first, without changing the order within them."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    places = (place for place, top in enumerate(LONGEST) if item.nodeid.startswith(top))
    return next(places, len(LONGEST))
