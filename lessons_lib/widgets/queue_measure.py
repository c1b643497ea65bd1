"""A measurement asked for in a notebook: it takes a second or two, and the kernel lives on."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from lessons_lib.widgets.kernel_interrupt import KernelInterrupts
from lessons_lib.widgets.kernel_loop import called
from lessons_lib.widgets.queue_run import Setting
from lessons_lib.widgets.trace_layers import error_in_words

LOOK_S = 0.2  # how often an interrupt is looked for
MEASURED = ("p50_ms", "p99_ms", "texts_per_s")


class Measured(Protocol):
    """What a measurement comes to."""

    @property
    def p50_ms(self) -> float:
        """The latency that half of the requests did not exceed."""
        ...

    @property
    def p99_ms(self) -> float:
        """The latency that 99 of 100 requests did not exceed."""
        ...

    @property
    def texts_per_s(self) -> float:
        """The throughput."""
        ...

    @property
    def n(self) -> int:
        """How many requests were measured."""
        ...


Measure = Callable[[float, int, float], Measured | Awaitable[Measured]]


async def measured_or_error(measure: Measure, setting: Setting) -> dict[str, Any]:
    """Return the measured figures, or what went wrong in words."""
    arguments = (setting.rate_per_s, setting.max_batch_size, setting.batch_wait_timeout_ms)
    try:
        return _figures(await _unless_interrupted(called(measure, *arguments)))
    except (Exception, KeyboardInterrupt) as error:  # the latter would end the kernel's loop
        return {"error": error_in_words(error)}


async def _unless_interrupted(work: Coroutine[Any, Any, Measured]) -> Measured:
    """Wait for a measurement; cancel it when the kernel is interrupted."""
    task = asyncio.ensure_future(work)
    try:
        with KernelInterrupts() as interrupts:
            while not (await asyncio.wait({task}, timeout=LOOK_S))[0]:
                interrupts.listen()
                if interrupts.heard:
                    raise KeyboardInterrupt("nothing was measured")
        return task.result()
    finally:
        task.cancel()


def _figures(measured: Measured) -> dict[str, Any]:
    figures = {name: float(getattr(measured, name)) for name in MEASURED}
    if not all(map(math.isfinite, figures.values())):
        raise ValueError(f"A measured figure is not finite: {figures}.")
    return {**figures, "n": int(measured.n)}
