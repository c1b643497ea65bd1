"""Start work beside the cells, always on the event loop that runs the cells."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast

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
