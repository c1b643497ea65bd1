from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from tests.virtual_loop import VirtualLoop


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
