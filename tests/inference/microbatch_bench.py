"""A bench for the micro-batching tests: a clock moved by hand and a pipeline that can be held."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lessons_lib.inference.microbatch import MicroBatchPredictor
from lessons_lib.inference.prediction import Prediction

GUARD_S = 60.0  # Never waited for, unless something hangs.
Result = TypeVar("Result")


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run in a new event loop; whatever the loop complains of, then or when all is gone, fails."""
    complaints: list[dict[str, Any]] = []

    async def guarded() -> Result:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, complaint: complaints.append(complaint))
        return await asyncio.wait_for(main, GUARD_S)

    gc.freeze()  # Collecting is quick if it looks at new things only.
    try:
        return asyncio.run(guarded())
    finally:
        gc.collect()
        gc.unfreeze()
        assert complaints == []


async def settle() -> None:
    """Let every task of the loop run as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def ask(micro: MicroBatchPredictor, *texts: str) -> list[asyncio.Task[Prediction]]:
    """Let a caller each ask for its text, and return when all of them wait."""
    tasks = [asyncio.create_task(micro.predict(text)) for text in texts]
    await settle()
    return tasks


def lose(micro: MicroBatchPredictor, text: str) -> None:
    """Let a caller ask and then vanish without a word, as one does whose loop was torn down."""
    caller = micro.predict(text)
    caller.send(None)
    caller.close()


class HandMovedClock:
    """Time passes in `advance` only."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[HandMovedTimer] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[], object], /) -> HandMovedTimer:
        timer = HandMovedTimer(self, self.now + delay, callback)
        self.timers.append(timer)
        return timer

    def advance(self, seconds: float) -> None:
        self.advance_to(self.now + seconds)

    def advance_to(self, moment: float) -> None:
        while self.timers and (timer := min(self.timers, key=lambda t: t.when)).when <= moment:
            self.now = timer.when
            timer.ring()
        self.now = moment


class HandMovedTimer:
    def __init__(self, clock: HandMovedClock, when: float, callback: Callable[[], object]) -> None:
        self.clock, self.when, self.callback = clock, when, callback

    def ring(self) -> None:
        self.cancel()
        self.callback()

    def cancel(self) -> None:
        if self in self.clock.timers:
            self.clock.timers.remove(self)


class HeldPipeline:
    """Gives the text "7" the row of `answer_to("7")`, and fails on what `fails_on` names.

    Held, it computes a batch only after a `release` for it.
    """

    def __init__(
        self, *, held: bool = False, fails_on: dict[str, BaseException] | None = None
    ) -> None:
        self.batches: list[list[str]] = []
        self._held = held
        self._fails_on = fails_on or {}
        self._releases = threading.Semaphore(0)

    def release(self, batches: int = 1) -> None:
        self._releases.release(batches)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        if self._held and not self._releases.acquire(timeout=GUARD_S):
            raise TimeoutError("no release came")
        for text in texts:
            if text in self._fails_on:
                raise self._fails_on[text]
        return np.array([answer_to(text) for text in texts], dtype=np.float32)


def answer_to(text: str) -> tuple[float, float, float]:
    return (float(text), 0.0, 0.0)


def numbers_of(tasks: Sequence[asyncio.Task[Prediction]]) -> list[str]:
    """Return the texts that finished callers got the answers to."""
    return [f"{task.result().probabilities[0]:g}" for task in tasks]


def threads() -> list[str]:
    """Return the names of the threads that predictors have open."""
    return [t.name for t in threading.enumerate() if t.name.startswith("micro-batch")]
