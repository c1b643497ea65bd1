"""An event loop on a virtual clock: it never sleeps, it jumps to the next moment that matters."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

Result = TypeVar("Result")
Run = Callable[[Coroutine[Any, Any, Result]], Result]


class _JumpingSelector(selectors.SelectSelector):
    """Waits for nothing: what would have been waited is added to the time."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("Everything waits and nothing will ever happen.")
        self.now_s += max(timeout, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes only while it has nothing to do."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s


@contextmanager
def timers(due_s: Sequence[float], send: Callable[[int], None]) -> Iterator[None]:
    """Do as `pacing.clockwork`, by the timers of the running loop."""
    loop = asyncio.get_running_loop()
    handles = [loop.call_at(due, send, place) for place, due in enumerate(due_s)]
    try:
        yield
    finally:
        for handle in handles:
            handle.cancel()


@pytest.fixture
def virtual_loop() -> Iterator[VirtualLoop]:
    loop = VirtualLoop()
    yield loop
    left = [task for task in asyncio.all_tasks(loop) if not task.done()]
    loop.close()
    assert left == [], "a task was left behind"


@pytest.fixture
def pace() -> Callable[..., Any]:
    return timers
