"""What a predictor is told: counts, seconds, and a clock to go by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lessons_lib.arguments import checked_integer


class Timer(Protocol):
    """A call that is still to come."""

    def cancel(self) -> object:
        """Let it not come."""
        ...


class Clock(Protocol):
    """What tells the time, and calls back when some has passed; an event loop is one."""

    def time(self) -> float:
        """Return the seconds since some fixed moment."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        """Call back in the loop's thread, `delay` seconds from now."""
        ...


def queue_size(max_queue: int, max_batch_size: int) -> int:
    """Return how many may wait, if a full batch can come together from them."""
    size = checked_integer("max_queue", max_queue)
    if size < max_batch_size:
        raise ValueError(
            f"max_queue must hold at least one batch: max_batch_size={max_batch_size}, "
            f"got max_queue={max_queue}."
        )
    return size
