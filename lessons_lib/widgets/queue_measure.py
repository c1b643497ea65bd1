"""A measurement asked for in a notebook: it takes a second or two, and the kernel lives on."""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from lessons_lib.widgets.queue_run import Setting
from lessons_lib.widgets.trace_layers import shown

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
    """Return the measured figures, or what went wrong in words.

    Notes
    -----
    A plain function runs in a thread, so that it may start an event loop of its own and the kernel
    goes on answering. An ``async`` one, or an awaitable that a plain one returns, runs on the loop.
    """
    arguments = (setting.rate_per_s, setting.max_batch_size, setting.batch_wait_timeout_ms)
    try:
        if inspect.iscoroutinefunction(measure):
            return _figures(await measure(*arguments))
        result = await asyncio.to_thread(measure, *arguments)
        return _figures(await result if inspect.isawaitable(result) else result)
    except Exception as error:
        return {"error": in_words(error)}


def in_words(error: Exception) -> str:
    """Return an exception as one short line that can be sent and shown."""
    return f"{type(error).__name__}: {shown(str(error), length=500)}"


def _figures(measured: Measured) -> dict[str, Any]:
    figures = {name: float(getattr(measured, name)) for name in MEASURED}
    if not all(map(math.isfinite, figures.values())):
        raise ValueError(f"A measured figure is not finite: {figures}.")
    return {**figures, "n": int(measured.n)}
