"""A measurement that a learner started: it can be stopped, and the kernel goes on answering."""

from __future__ import annotations

import asyncio
import inspect
import math
import threading
from collections.abc import Awaitable

from lessons_lib.widgets.job import KernelInterrupts, called
from lessons_lib.widgets.lab_book.experiment import Measure

LOOK_S = 0.2  # how often an interrupt is looked for; seldom, so as not to disturb the measurement


class MeasurementStopped(Exception):
    """The learner ended a measurement; the message says how."""


class Measurement:
    """One call of an experiment's `measure`.

    Notes
    -----
    An ``async`` function runs on the kernel's event loop and is cancelled when it is stopped. A
    plain one runs in a thread, which nothing can end from outside: its result is thrown away, and
    `is_ending` is true as long as it still computes.
    """

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._stop = asyncio.Event()
        self._in_thread = threading.Event()
        self._work: asyncio.Future[float] | None = None

    @property
    def is_ending(self) -> bool:
        """Whether something still computes."""
        return self._in_thread.is_set() or not (self._work is None or self._work.done())

    def stop(self) -> None:
        """End it as soon as possible."""
        self._stop.set()

    async def result(self) -> float:
        """Return the figure.

        Raises
        ------
        MeasurementStopped
            If it was stopped, or the kernel interrupted.
        ValueError
            If the figure is none that can be written down.
        Exception
            Whatever the call raised.
        """
        if self._stop.is_set():  # before a busy kernel came to it
            raise MeasurementStopped("Stopped")
        work = self._work = asyncio.ensure_future(self._call())
        stop = asyncio.ensure_future(self._stop.wait())
        try:
            with KernelInterrupts() as interrupts:
                while not work.done():
                    interrupts.listen()
                    await asyncio.wait(
                        {work, stop}, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED
                    )
                    if stop.done():
                        raise MeasurementStopped("Stopped")
                    if interrupts.heard:
                        raise MeasurementStopped("The kernel was interrupted")
            return _checked(work.result())
        finally:
            stop.cancel()
            work.cancel()
            await asyncio.wait({work}, timeout=LOOK_S)

    async def _call(self) -> float:
        try:
            is_async = inspect.iscoroutinefunction(self._measure)
            return float(await called(self._measure if is_async else self._call_in_thread))
        except KeyboardInterrupt:  # would end the event loop, and the kernel with it
            raise MeasurementStopped("The kernel was interrupted") from None

    def _call_in_thread(self) -> float | Awaitable[float]:
        self._in_thread.set()
        try:
            return self._measure()
        finally:
            self._in_thread.clear()


def _checked(figure: float) -> float:
    if not math.isfinite(figure):
        raise ValueError(f"it gave {figure}, which is no figure.")
    return figure
