"""A measurement asked for in a notebook: it takes a second or two, and the kernel lives on."""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from lessons_lib.widgets.job import KernelInterrupts, called
from lessons_lib.widgets.queue.run import Run, Setting, figures_of
from lessons_lib.widgets.safe_text import error_in_words

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
Simulate = Callable[..., Run]
INTERRUPTED = "The kernel was interrupted."


class _Interrupted(Exception):
    """The kernel was interrupted while something was measured."""


async def measured_or_error(
    measure: Measure, simulate: Simulate, setting: Setting
) -> dict[str, Any]:
    """Return the measured figures, or what went wrong in words.

    Notes
    -----
    Beside them stands a simulation of as many requests, if there can be one: a run of another
    length is no like with which to compare, least of all where the queue grows.
    """
    arguments = (setting.rate_per_s, setting.max_batch_size, setting.batch_wait_timeout_ms)
    try:
        measured = _figures(await _unless_interrupted(_called(measure, *arguments)))
    except _Interrupted:
        return {"error": INTERRUPTED}
    except Exception as error:
        return {"error": error_in_words(error)}
    return {**measured, "simulated": _simulated_alike(simulate, arguments, measured["n"])}


def _simulated_alike(
    simulate: Simulate, arguments: tuple[float, int, float], n: int
) -> dict[str, Any] | None:
    """Return the figures of a simulation of `n` requests; None if it cannot be told how many."""
    if not _takes_n(simulate):
        return None
    try:
        run = simulate(*arguments, n=n)
        return {**figures_of(run), "n": len(run.batch_number.tolist())}
    except Exception:  # what was measured counts without it, too
        return None


def _takes_n(simulate: Simulate) -> bool:
    try:
        found = inspect.signature(simulate).parameters.get("n")
    except (TypeError, ValueError):  # not every callable can be asked
        return False
    return found is not None and found.kind in (found.KEYWORD_ONLY, found.POSITIONAL_OR_KEYWORD)


async def _called(measure: Measure, *arguments: float) -> Measured:
    try:
        return await called(measure, *arguments)
    except KeyboardInterrupt:  # would end the kernel's loop
        raise _Interrupted from None


async def _unless_interrupted(work: Coroutine[Any, Any, Measured]) -> Measured:
    """Wait for a measurement; cancel it when the kernel is interrupted."""
    task = asyncio.ensure_future(work)
    try:
        with KernelInterrupts() as interrupts:
            while not (await asyncio.wait({task}, timeout=LOOK_S))[0]:
                interrupts.listen()
                if interrupts.heard:
                    raise _Interrupted
        return task.result()
    finally:
        task.cancel()


def _figures(measured: Measured) -> dict[str, Any]:
    figures = {name: float(getattr(measured, name)) for name in MEASURED}
    if not all(map(math.isfinite, figures.values())):
        raise ValueError(f"A measured figure is not finite: {figures}.")
    return {**figures, "n": int(measured.n)}
