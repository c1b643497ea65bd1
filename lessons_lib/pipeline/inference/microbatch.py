"""Micro-batching: callers send one text each, and texts that wait at the same time share a batch.

The path of a request through this file::

    predict     appends the text to the queue and waits for its own answer
    _serve      the engine: runs one batch after another while texts wait
    _until_due  waits until the batch is full or its oldest text has waited long enough
    _answer     computes the batch in a thread, and returns each caller its answer or the error
    aclose      runs the texts that still wait, and ends the thread

Everything except the computation runs in the event loop, where only one piece of code runs at a
time, so the queue needs no lock.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple, Self

from lessons_lib.arguments import checked_integer, checked_seconds
from lessons_lib.pipeline.inference.prediction import Pipeline, Prediction, check_rows, not_one_text

SIZES_KEPT = 1_000


class QueueFullError(RuntimeError):
    """The queue is full."""


class PredictorClosedError(RuntimeError):
    """The predictor is closed and accepts no more texts."""


class _Request(NamedTuple):
    text: str
    overdue_at: float  # when its wait ends, by the event loop's clock


FutureAnswer = asyncio.Future[Prediction]


class MicroBatchPredictor:
    """Predicts one text per call, and runs the texts of concurrent calls as one batch.

    A batch starts as soon as no other is running and either `max_batch_size` texts wait or the
    oldest has waited for `batch_wait_timeout_s`. It contains the oldest `max_batch_size` texts.
    If a caller gives up before then, its text leaves the queue and is not computed.

    Parameters
    ----------
    pipeline : Pipeline
        The model to run. It runs in its own thread, one batch at a time.
    max_batch_size : int
        The maximum number of texts in one forward pass.
    batch_wait_timeout_s : float
        How long a text waits for others while no batch is running. With 0, it waits only for
        callers that are already ready to run in the event loop.
    max_queue : int
        How many texts may wait, at least `max_batch_size`; further texts are rejected.

    Raises
    ------
    TypeError, ValueError
        If a setting has the wrong type, or is outside the range that the message states.

    Notes
    -----
    A predictor belongs to the event loop of its first call; after a fork, create a new one in the
    child. Close it with `aclose()`, or use it as
    ``async with MicroBatchPredictor(pipeline) as micro:``.
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
                f"max_queue must be at least max_batch_size={max_batch_size}, got {max_queue}."
            )
        # The waiting requests by the future of their answer, oldest first. An ordered dictionary,
        # because callers that give up also leave from the middle.
        self._queue: OrderedDict[FutureAnswer, _Request] = OrderedDict()
        self._full = asyncio.Event()  # Wakes the engine early: a batch is full, or we are closing.
        self._engine: asyncio.Task[None] | None = None  # Exists only while texts wait.
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
        """The sizes of the latest 1,000 batches, newest last."""
        return tuple(self._batch_sizes)

    async def predict(self, text: str) -> Prediction:
        """Return the prediction for one text, once its batch is computed.

        Parameters
        ----------
        text : str
            Any text; even an empty one gets a prediction.

        Raises
        ------
        TypeError
            If `text` is a list, or anything but one string.
        QueueFullError
            If `max_queue` texts are already waiting.
        PredictorClosedError
            If the predictor is closed, or if closing was canceled before the text's batch ran.
        RuntimeError
            If the predictor belongs to another event loop.
        Exception
            Whatever the pipeline raised for the batch; `ValueError` if it did not return one row
            of numbers per text.

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
                f"MicroBatchPredictor allows {self._max_queue:,} waiting texts, and "
                f"{len(self._queue):,} are waiting. Send this one later, or raise max_queue."
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
            self._queue.pop(answer, None)  # A caller that gives up makes room immediately.

    async def _serve(self) -> None:
        """Answer all waiting requests, one batch after another."""
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
            # The oldest caller may give up meanwhile; the next one still waits its full time.
            with suppress(TimeoutError):
                async with asyncio.timeout_at(overdue_at):
                    await self._full.wait()

    async def _answer(self, batch: list[tuple[FutureAnswer, _Request]]) -> None:
        """Compute a batch without blocking the loop, and return each caller its own answer."""
        texts = [request.text for _, request in batch]
        loop = asyncio.get_running_loop()
        try:
            predictions = await loop.run_in_executor(self._thread, self._predictions, texts)
        except Exception as error:
            for answer, _ in batch:
                if not answer.done():  # Done already if the caller has given up.
                    answer.set_exception(error)
        else:
            for (answer, _), prediction in zip(batch, predictions, strict=True):
                if not answer.done():
                    answer.set_result(prediction)

    def _predictions(self, texts: Sequence[str]) -> list[Prediction]:
        """Run the model in the thread, and return one prediction per text."""
        try:
            rows = self._pipeline.probabilities(texts)  # (b, 3)
        except (StopIteration, SystemExit, CancelledError, asyncio.CancelledError) as error:
            # A future cannot hold these, or they would stop the engine for all callers.
            raise RuntimeError(f"The pipeline raised {type(error).__name__}.") from error
        check_rows(self._pipeline, rows, texts)
        return [Prediction.from_probabilities(row) for row in rows.tolist()]

    async def aclose(self) -> None:
        """Answer all waiting requests, end the thread, and reject all later calls.

        Waiting texts run immediately, in batches. If this call is canceled, texts whose batch has
        not started fail with `PredictorClosedError`. Closing twice is allowed.
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
                    answer.set_exception(_closed_error("closing was canceled"))
            raise
        finally:
            self._thread.shutdown(wait=self._engine is None)

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        """Return the running event loop, or raise if it is not that of the first call."""
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        if loop is not self._loop:
            raise RuntimeError(
                "This MicroBatchPredictor belongs to the event loop of its first call, not to this "
                "one. Create one predictor per event loop and process."
            )
        return loop


def _closed_error(why: str) -> PredictorClosedError:
    return PredictorClosedError(
        f"MicroBatchPredictor is closed: {why}. Create a new one and send the text again."
    )


async def send_together(micro: MicroBatchPredictor, texts: Sequence[str]) -> list[Prediction]:
    """Send all texts at the same moment, one call for each, and return the answers in order.

    Parameters
    ----------
    micro : MicroBatchPredictor
        Receives one call per text, as if each came from another person.
    texts : sequence of str
        At most `max_queue`.

    Raises
    ------
    TypeError
        If `texts` is one string.
    Exception
        The first error of a call; the other calls go on.
    """
    if isinstance(texts, str):
        raise TypeError("send_together() takes many texts (a list of str), got one str.")
    return await asyncio.gather(*map(micro.predict, texts))
