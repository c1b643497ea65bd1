"""A race without a browser, whose steps and clock a test defines."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from lessons_lib.lesson.views.race import Lane, RaceView
from tests.classroom.widgets.pretend_browser import send


def states(total: int = 1000, ratio: int = 8) -> Iterator[tuple[Lane, ...]]:
    """One by one takes a millisecond per text, and batches that divided by the ratio."""
    for tick in range(1, total + 1):
        fast = min(tick * ratio, total)
        yield Lane("real-time", tick, tick / 1000), Lane("batch", fast, fast / ratio / 1000)


def view(start: Callable[[], Iterator[Any]] = states, **changes: Any) -> RaceView:
    """Return a view with a clock that advances by a hundredth of a second at each call."""
    calls = count()
    given: dict[str, Any] = {"total": 1000, "clock": lambda: next(calls) / 100} | changes
    return RaceView(start, **given)


def finished(start: Callable[[], Iterator[Any]] = states) -> RaceView:
    race = view(start)
    send(race, "start")
    return race
