"""Clocks that only work advances, and servers that answer on them; nothing sleeps."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import pytest

from tests.virtual_loop import VirtualLoop


class Stopwatch:
    """A clock that only work advances."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> Callable[[], None]:
        return lambda: setattr(self, "now", self.now + seconds)


class Worker:
    """Answers one request at a time, each after the same time, and records the texts."""

    def __init__(self, service_s: float = 0.01) -> None:
        self.texts: list[str] = []
        self._service_s = service_s
        self._lock = asyncio.Lock()

    async def predict(self, text: str) -> str:
        self.texts.append(text)
        async with self._lock:
            await asyncio.sleep(self._service_s)
        return text


class Server:
    """Answers 2 ms after the batch wait timeout, and records its settings and if it is closed."""

    made: ClassVar[list["Server"]] = []

    def __init__(self, **settings: float) -> None:
        self.settings, self.closed = settings, False
        self.made.append(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.closed = True

    async def predict(self, text: str) -> None:
        await asyncio.sleep(self.settings["batch_wait_timeout_s"] + 0.002)


@contextmanager
def timers(due_s: Sequence[float], send: Callable[[int], None]) -> Iterator[None]:
    """Replace `load.clockwork` by timers of the running loop."""
    loop = asyncio.get_running_loop()
    handles = [loop.call_at(due, send, index) for index, due in enumerate(due_s)]
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
