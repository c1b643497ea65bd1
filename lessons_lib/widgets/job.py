"""Hear of a kernel interrupt while no cell runs.

IPython heeds an interrupt only while it handles a message, and ignores it else. Work that a widget
started goes on between messages, and a learner who presses Interrupt means just that work.
"""

from __future__ import annotations

import asyncio
import inspect
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine
from types import FrameType
from typing import Any, Self, TypeVar, cast

_heard = 0


class KernelInterrupts:
    """Within the block, `heard` says whether the kernel was interrupted.

    Notes
    -----
    `listen()` is called again and again: IPython puts its own handler in place for each message and
    then the one before back. Where an interrupt is not ignored it ends work by itself, as a
    `KeyboardInterrupt`, and nothing is changed here.
    """

    def __enter__(self) -> Self:
        self._before = _heard
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        if _is_main_thread() and signal.getsignal(signal.SIGINT) is _hear:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def listen(self) -> None:
        """Take the place of a handler that ignores interrupts."""
        if _is_main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, _hear)

    @property
    def heard(self) -> bool:
        """Whether the kernel was interrupted since the block began."""
        return _heard != self._before


def _hear(signum: int, frame: FrameType | None) -> None:
    global _heard
    _heard += 1


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


Result = TypeVar("Result")


class KernelLoop:
    """The event loop of the cell in which it is made.

    Notes
    -----
    JupyterLab may have a widget's messages handled in a thread of their own. Interrupts reach the
    main thread alone, and a measurement should not share the processor with a cell that runs.
    """

    def __init__(self) -> None:
        self._loop = _running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine as a task; where there is no loop, as outside a notebook, at once."""
        loop = self._loop or _running_loop()
        if loop is None:
            asyncio.run(work)
        else:
            loop.call_soon_threadsafe(self._start, loop, work)

    def call(self, function: Callable[[], object]) -> None:
        """Call a function on the loop, from whichever thread this is."""
        loop = self._loop or _running_loop()
        if loop is None:
            function()
        else:
            loop.call_soon_threadsafe(function)

    def _start(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> None:
        task = loop.create_task(work)
        self._tasks.add(task)  # a loop itself holds its tasks only weakly
        task.add_done_callback(self._tasks.discard)


async def called(function: Callable[..., Result | Awaitable[Result]], *arguments: object) -> Result:
    """Return what a function gives, while the kernel goes on answering.

    Notes
    -----
    A plain function runs in a thread, so that it may start an event loop of its own. An ``async``
    one, or an awaitable that a plain one returns, runs on the loop.
    """
    if inspect.iscoroutinefunction(function):
        return cast(Result, await function(*arguments))
    given = await asyncio.to_thread(function, *arguments)
    return await given if inspect.isawaitable(given) else given


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
