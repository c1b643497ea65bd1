"""Tools for the micro-batching tests: virtual time, and a pipeline that records its batches."""

import asyncio
import gc
import threading
from collections.abc import Callable, Coroutine, Sequence
from functools import partial, wraps
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.inference.prediction import Prediction
from tests.virtual_loop import VirtualLoop

Result = TypeVar("Result")


class WorkerLoop(VirtualLoop):
    """Runs the work for a thread immediately, and delivers its result `busy_s` later."""

    busy_s = 0.0

    def run_in_executor(  # type: ignore[override]
        self, _: object, work: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        self.busy_s = 0.0
        outcome = self.create_future()
        try:
            deliver = partial(outcome.set_result, work(*args))
        except Exception as error:
            deliver = partial(outcome.set_exception, error)
        self.call_later(self.busy_s, lambda: outcome.done() or deliver())
        return outcome


def run(
    main: Coroutine[Any, Any, Result], loop: Callable[[], asyncio.AbstractEventLoop] = WorkerLoop
) -> Result:
    """Run in a new event loop; fail if it reports a problem, also when objects are deleted."""
    problems: list[dict[str, Any]] = []
    gc.freeze()  # Collecting is fast if it only examines new objects.
    try:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.get_loop().set_exception_handler(lambda _, one: problems.append(one))
            return runner.run(main)
    finally:
        gc.collect()
        gc.unfreeze()
        assert problems == []


def run_for_real(main: Coroutine[Any, Any, Result]) -> Result:
    """Run in a loop with real time and real threads; fail if it takes more than a minute."""
    return run(asyncio.wait_for(main, 60), asyncio.new_event_loop)


def in_virtual_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test in a `WorkerLoop`."""
    return wraps(test)(lambda **named: run(test(**named)))


def in_real_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test in an ordinary event loop, with a real thread for the model."""
    return wraps(test)(lambda **named: run_for_real(test(**named)))


async def ask(micro: MicroBatchPredictor, *texts: str) -> list[asyncio.Task[Prediction]]:
    """Start one caller per text, and return when all of them wait."""
    tasks = [asyncio.create_task(micro.predict(text)) for text in texts]
    await settle()
    return tasks


async def settle() -> None:
    """Let every task of the loop run as far as it can without letting time pass."""
    for _ in range(5):
        await asyncio.sleep(0)


class NumbersPipeline:
    """Returns the row (7, 0, 0) for the text "7", and raises the errors in `fails_on`.

    In a `WorkerLoop`, a batch of n texts takes `takes_s(n)`.
    """

    def __init__(
        self,
        takes_s: Callable[[int], float] = lambda n: 1.0,
        fails_on: dict[str, BaseException] | None = None,
    ) -> None:
        self.batches: list[list[str]] = []
        self.started_s: list[float] = []
        self._takes_s, self._fails_on = takes_s, fails_on or {}

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        if threading.current_thread() is threading.main_thread():
            loop: Any = asyncio.get_running_loop()
            self.started_s.append(loop.time())
            loop.busy_s = self._takes_s(len(texts))
        for text in texts:
            if text in self._fails_on:
                raise self._fails_on[text]
        return np.array([(float(text), 0, 0) for text in texts], dtype=np.float32)


def numbers_of(tasks: Sequence[asyncio.Task[Prediction]]) -> str:
    """Return the texts whose predictions the finished callers received."""
    return " ".join(f"{task.result().probabilities[0]:g}" for task in tasks)


def threads() -> list[str]:
    """Return the names of the predictors' running threads."""
    return [t.name for t in threading.enumerate() if t.name.startswith("micro-batch")]
