"""Wait for what is expected: no test compares a value that may still change."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT_S = 300  # of everything that is waited for: longer than any loaded machine needs
LIMIT_MS = 1_000 * LIMIT_S
LOOK_S = 0.1


def wait_for(read: Callable[[], T]) -> T:
    """Return the first true value, and fail if none comes within `LIMIT_S`."""
    end = time.monotonic() + LIMIT_S
    while not (value := read()):
        assert time.monotonic() < end, "still not so"
        time.sleep(LOOK_S)
    return value


def eventually(read: Callable[[], T], expected: object) -> None:
    """Read again and again until the value is the expected one; fail with the last one read."""
    end = time.monotonic() + LIMIT_S
    while (found := read()) != expected and time.monotonic() < end:
        time.sleep(LOOK_S)
    assert found == expected, f"{found!r} instead of {expected!r}"


def now(value: T) -> T:
    """Return a value that was read once, because it can no longer change.

    It marks, in an `assert`, what was awaited in another way before.
    """
    return value
