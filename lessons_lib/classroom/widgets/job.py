"""Work that a learner starts from a widget and can stop, while the kernel stays responsive.

IPython handles an interrupt only while it executes a message, and ignores it otherwise. A job runs
between messages, and a learner who presses Interrupt wants to stop it, so jobs listen for
interrupts themselves.
"""

import asyncio
import inspect
import signal
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import FrameType
from typing import Any, Generic, Self, TypeVar

from lessons_lib.classroom.sessions.page import error_in_words

LOOK_S = 0.2  # between two checks for interrupts; long, so that they do not disturb measurements
STOPPED, INTERRUPTED = "Stopped", "The kernel was interrupted"

_heard = _started = 0

Result = TypeVar("Result")


def has_worked() -> bool:
    """Return whether a card of this kernel was asked to measure, train or compute in a job."""
    return _started > 0


class JobStopped(Exception):
    """Work was stopped early; the message says how."""


@dataclass(frozen=True, slots=True)
class JobEnd(Generic[Result]):
    """How a job ended: with a result, or with the reason why it was stopped or failed."""

    result: Result | None = None
    stopped: str = ""
    failed: str = ""


class Job:
    """Runs one piece of work at a time on the event loop of the cell that created the job.

    Notes
    -----
    JupyterLab may handle a widget's messages in a separate thread, so all methods can be called
    from any thread. The work belongs to the loop of the cells, because only the main thread
    receives interrupts, and because a measurement should not compete with a running cell.
    """

    def __init__(self) -> None:
        self._loop = _running_loop()
        self._current: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None  # the loop only has a weak reference to it
        self._work: asyncio.Future[Any] | None = None
        self._threads = 0
        self._stopped = ""
        self._interrupts = KernelInterrupts()
        self.is_running = False

    @property
    def is_ending(self) -> bool:
        """Whether stopped work is still computing, since a thread cannot be ended from outside."""
        is_done = self._work is None or self._work.done()
        return not self.is_running and (self._threads > 0 or not is_done)

    @property
    def is_stopped(self) -> bool:
        """Whether the learner stopped this work or interrupted the kernel."""
        if not self._stopped and self._interrupts.heard:
            self._stopped = INTERRUPTED
        return bool(self._stopped)

    def start(
        self,
        work: Callable[..., Any],
        *arguments: object,
        then: Callable[[JobEnd[Result]], object],
        convert: Callable[[Any], Result] = lambda returned: returned,
        ends_itself: bool = False,
    ) -> None:
        """Start work; without an event loop, as outside a notebook, finish it before returning.

        Parameters
        ----------
        work : callable
            An ``async`` function runs on the loop and is canceled when it is stopped; a plain one
            runs in a thread, and its result is discarded if it was stopped.
        *arguments
            The arguments of `work`.
        then : callable
            Called on the loop with the `JobEnd`.
        convert : callable
            Converts what `work` returned to the result; its exceptions count as failures.
        ends_itself : bool
            Whether `work` calls `check()` regularly; then the job waits for it after `stop()`.
        """
        global _started
        _started += 1
        self._stopped, self._interrupts, self.is_running = "", KernelInterrupts(), True
        run = self._run(self._watched(work, arguments, ends_itself), convert, then)
        loop = self._loop or _running_loop()
        if loop is None:
            asyncio.run(run)
        else:
            loop.call_soon_threadsafe(self._hold, loop, run)

    def stop(self) -> None:
        """End the work as soon as possible."""
        self._stopped = self._stopped or STOPPED

    def check(self) -> None:
        """Raise `JobStopped` if the work should end; for work that ends itself."""
        if self.is_stopped:
            raise JobStopped(self._stopped)

    def on_loop(self, function: Callable[..., object], *arguments: object) -> None:
        """Call a function on the loop from any thread, for instance to show progress."""
        loop = self._current or self._loop or _running_loop()
        if loop is None:
            function(*arguments)
        else:
            loop.call_soon_threadsafe(function, *arguments)

    def _hold(self, loop: asyncio.AbstractEventLoop, run: Coroutine[Any, Any, None]) -> None:
        self._task = loop.create_task(run)

    async def _run(
        self,
        watched: Coroutine[Any, Any, object],
        convert: Callable[[Any], Result],
        then: Callable[[JobEnd[Result]], object],
    ) -> None:
        end: JobEnd[Result] = JobEnd(stopped=STOPPED)  # if it is canceled together with its loop
        self._current = asyncio.get_running_loop()
        try:
            end = JobEnd(result=convert(await watched))
        except JobStopped as stop:
            end = JobEnd(stopped=str(stop))
        except Exception as error:
            end = JobEnd(failed=error_in_words(error))
        finally:
            self._current, self.is_running = None, False
            then(end)

    async def _watched(
        self, work: Callable[..., Any], arguments: tuple[object, ...], ends_itself: bool
    ) -> object:
        """Wait for the work, and check regularly whether it was stopped."""
        self.check()  # it may have been stopped while the kernel was busy
        self._work = task = asyncio.ensure_future(self._guarded(work, arguments))
        try:
            with self._interrupts:
                while not (await asyncio.wait({task}, timeout=LOOK_S))[0]:
                    self._interrupts.listen()
                    if not ends_itself:
                        self.check()
            return task.result()
        finally:
            if not task.done():
                self.stop()
                task.cancel()
                await asyncio.wait({task}, timeout=LOOK_S)

    async def _guarded(self, work: Callable[..., Any], arguments: tuple[object, ...]) -> object:
        """Return what work returns: an ``async`` one runs on the loop, a plain one in a thread.

        If a plain function returns an awaitable, it is awaited. It may run its own event loop.
        """
        try:
            if inspect.iscoroutinefunction(work):
                return await work(*arguments)
            returned = await asyncio.to_thread(self._in_thread, work, arguments)
            return await returned if inspect.isawaitable(returned) else returned
        except KeyboardInterrupt:  # would end the event loop and thus the kernel
            raise JobStopped(INTERRUPTED) from None

    def _in_thread(self, function: Callable[..., Any], arguments: tuple[object, ...]) -> Any:
        self._threads += 1
        try:
            return function(*arguments)
        finally:
            self._threads -= 1


class KernelInterrupts:
    """Context manager that listens for interrupts of the kernel, and reports them in `heard`.

    Notes
    -----
    Call `listen()` regularly, because IPython installs its own handler for each message and then
    restores the previous one. If interrupts are not ignored, they end the work as a
    `KeyboardInterrupt`, and this class does nothing.
    """

    def __init__(self) -> None:
        self._before = _heard

    def __enter__(self) -> Self:
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        if _is_main_thread() and signal.getsignal(signal.SIGINT) is _hear:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def listen(self) -> None:
        """Install a handler if interrupts are ignored."""
        if _is_main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, _hear)

    @property
    def heard(self) -> bool:
        """Whether the kernel was interrupted since this object was created."""
        return _heard != self._before


def _hear(signum: int, frame: FrameType | None) -> None:
    global _heard
    _heard += 1


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
