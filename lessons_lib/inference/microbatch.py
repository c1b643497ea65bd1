"""Micro-batching: callers send one text each, and texts that wait at the same time share a batch.

A request's way through this file::

    predict     puts the text at the end of the queue and waits for its own answer
    _serve      the engine: while texts wait, one batch after another
    _until_due  waits until the batch is full or its oldest text has waited long enough
    _answer     computes the batch in a thread, and gives each caller its answer or the error
    aclose      sends off what still waits, and ends the thread

All but the computing happens in the event loop, where one piece of code runs at a time: the queue
needs no lock.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple, Self

from lessons_lib.arguments import checked_integer, checked_seconds
from lessons_lib.inference.prediction import Pipeline, Prediction, check_rows, not_one_text

SIZES_KEPT = 1_000


class QueueFullError(RuntimeError):
    """The queue holds as many texts as it may."""


class PredictorClosedError(RuntimeError):
    """The predictor is closed and accepts no more texts."""


class _Request(NamedTuple):
    text: str
    overdue_at: float  # when it has waited long enough, by the event loop's clock


FutureAnswer = asyncio.Future[Prediction]


class MicroBatchPredictor:
    """Answers one text per call, and computes the texts of concurrent calls together.

    A batch is sent off as soon as no other is being computed and either `max_batch_size` texts
    wait or the oldest has waited `batch_wait_timeout_s`. It takes the oldest `max_batch_size` of
    the waiting texts. A caller that gives up before then leaves the queue and is not computed.

    Parameters
    ----------
    pipeline : Pipeline
        The model behind it. It runs in a thread of its own, one batch at a time.
    max_batch_size : int
        How many texts share one forward pass at most.
    batch_wait_timeout_s : float
        How long a text waits for others while no batch is being computed. With 0, it waits only for
        the callers that are ready to run in the event loop already.
    max_queue : int
        How many texts may wait, at least `max_batch_size`; more are refused.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind, or outside the range that the message names.

    Notes
    -----
    A predictor serves one event loop, that of its first call; after a fork, make another one in
    the child. Close it with `aclose()`, or use it
    as ``async with MicroBatchPredictor(pipeline) as micro:``.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        max_batch_size: int = 8,
        batch_wait_timeout_s: float = 0.005,
        max_queue: int = 1024,
    ) -> None:
        self._pipeline = pipeline
        self._max_batch_size = checked_integer("max_batch_size", max_batch_size)
        self._wait_s = checked_seconds("batch_wait_timeout_s", batch_wait_timeout_s)
        self._max_queue = checked_integer("max_queue", max_queue)
        if self._max_queue < self._max_batch_size:
            raise ValueError(
                "max_queue must hold at least one batch: "
                f"max_batch_size={max_batch_size}, got max_queue={max_queue}."
            )
        # The waiting requests by the future of their answer, oldest first. An ordered dictionary,
        # because callers also leave from the middle of it.
        self._queue: OrderedDict[FutureAnswer, _Request] = OrderedDict()
        self._full = asyncio.Event()  # Wakes the engine early: a batch is full, or we are closing.
        self._engine: asyncio.Task[None] | None = None  # There is one only while texts wait.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="micro-batch")
        self._closed = False
        self._batch_sizes: deque[int] = deque(maxlen=SIZES_KEPT)

    def __repr__(self) -> str:
        return (
            f"MicroBatchPredictor({type(self._pipeline).__name__}, "
            f"max_batch_size={self._max_batch_size}, batch_wait_timeout_s={self._wait_s})"
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """How many texts each of the latest 1,000 batches held, the newest last."""
        return tuple(self._batch_sizes)

    async def predict(self, text: str) -> Prediction:
        """Return the prediction for one text, when its batch is computed.

        Parameters
        ----------
        text : str
            Any text; an empty one, too, gets a prediction.

        Raises
        ------
        TypeError
            If `text` is a list, or anything but one string.
        QueueFullError
            If `max_queue` texts wait already.
        PredictorClosedError
            If the predictor is closed, or its closing was cancelled before the text's turn.
        RuntimeError
            If the predictor serves another event loop.
        Exception
            What the pipeline raised for the batch; `ValueError` if it did not return one row of
            numbers per text.

        Notes
        -----
        Shapes per batch: (b, 20) ids -> (b, 20, 50) vectors -> (b, 3) probabilities.
        """
        if not isinstance(text, str):
            raise not_one_text("MicroBatchPredictor.predict", text)
        loop = self._own_loop()
        if self._closed:
            raise _closed_error("it accepts no more texts")
        if len(self._queue) >= self._max_queue:
            raise QueueFullError(
                f"MicroBatchPredictor lets at most {self._max_queue:,} texts wait, and "
                f"{len(self._queue):,} wait now. Send this one later, or raise max_queue."
            )
        answer: FutureAnswer = loop.create_future()
        self._queue[answer] = _Request(text, loop.time() + self._wait_s)
        if len(self._queue) >= self._max_batch_size:
            self._full.set()
        if self._engine is None:
            self._engine = loop.create_task(self._serve())
        try:
            return await answer
        finally:
            self._queue.pop(answer, None)  # A caller that gives up makes room at once.

    async def _serve(self) -> None:
        """FutureAnswer all that wait, one batch after another."""
        try:
            while self._queue:
                await self._until_due()
                count = min(len(self._queue), self._max_batch_size)
                if batch := [self._queue.popitem(last=False) for _ in range(count)]:
                    self._batch_sizes.append(count)
                    await self._answer(batch)
        finally:
            self._engine = None

    async def _until_due(self) -> None:
        """Wait until the batch is full, the oldest text has waited long enough, or we close."""
        loop = asyncio.get_running_loop()
        while 0 < len(self._queue) < self._max_batch_size and not self._closed:
            overdue_at = next(iter(self._queue.values())).overdue_at
            if loop.time() >= overdue_at:
                return
            self._full.clear()
            # By then the oldest may have given up: the next one in line gets its full time.
            with suppress(TimeoutError):
                async with asyncio.timeout_at(overdue_at):
                    await self._full.wait()

    async def _answer(self, batch: list[tuple[FutureAnswer, _Request]]) -> None:
        """Compute a batch without blocking the loop, and give each caller its own answer."""
        texts = [request.text for _, request in batch]
        loop = asyncio.get_running_loop()
        try:
            predictions = await loop.run_in_executor(self._thread, self._predictions, texts)
        except Exception as error:
            for answer, _ in batch:
                if not answer.done():  # It is if the caller has given up meanwhile.
                    answer.set_exception(error)
        else:
            for (answer, _), prediction in zip(batch, predictions, strict=True):
                if not answer.done():
                    answer.set_result(prediction)

    def _predictions(self, texts: Sequence[str]) -> list[Prediction]:
        """Run the model; this is all that the thread does."""
        try:
            rows = self._pipeline.probabilities(texts)  # (b, 3)
        except (StopIteration, SystemExit, CancelledError, asyncio.CancelledError) as error:
            # A future cannot carry these, or they would stop the engine for all callers.
            raise RuntimeError(f"The pipeline raised {type(error).__name__}.") from error
        check_rows(self._pipeline, rows, texts)
        return [Prediction.from_probabilities(row) for row in rows.tolist()]

    async def aclose(self) -> None:
        """FutureAnswer all that wait, end the thread, and refuse every later call.

        Waiting texts are sent off at once, in batches. If this call is cancelled, texts that have
        not been sent off are refused with `PredictorClosedError`. Closing twice is allowed.
        """
        if self._engine is not None:
            self._own_loop()
        self._closed = True
        self._full.set()
        try:
            if self._engine is not None:
                await asyncio.wait([self._engine])
        except asyncio.CancelledError:
            for answer in self._queue:
                if not answer.done():
                    answer.set_exception(_closed_error("closing was cancelled"))
            raise
        finally:
            self._thread.shutdown(wait=self._engine is None)

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        """Return the running event loop, if it is the one of the first call."""
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        if loop is not self._loop:
            raise RuntimeError(
                "This MicroBatchPredictor serves another event loop, that of its first call. "
                "Make one predictor per event loop, and one per process."
            )
        return loop


def _closed_error(why: str) -> PredictorClosedError:
    return PredictorClosedError(
        f"MicroBatchPredictor is closed: {why}. Make a new one and send the text again."
    )
