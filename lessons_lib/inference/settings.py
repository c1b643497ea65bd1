"""What a predictor is told: counts, seconds, and a clock to go by."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from numbers import Real
from typing import Protocol

from lessons_lib.text.whole import checked_whole


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
    size = checked_whole("max_queue", max_queue)
    if size < max_batch_size:
        raise ValueError(
            f"max_queue must hold at least one batch: max_batch_size={max_batch_size}, "
            f"got max_queue={max_queue}."
        )
    return size


def seconds(name: str, value: float) -> float:
    """Return a setting that is a stretch of time, if it is one that ends."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} is a number of seconds, got {type(value).__name__}.")
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not 0 <= number < inf:
        raise ValueError(f"{name} is 0 seconds or more, and not endless, got {value}.")
    return number
