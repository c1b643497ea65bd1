"""Micro-batching: callers ask one by one; those who ask at about the same time share a batch."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import Self

from lessons_lib.arguments import checked_integer, checked_seconds
from lessons_lib.inference.microbatch_queue import (
    PredictorClosedError,
    QueueFullError,
    Waiter,
    WaitingQueue,
    refuse,
)
from lessons_lib.inference.microbatch_worker import BatchWorker
from lessons_lib.inference.one_text import not_one_text
from lessons_lib.inference.prediction import Pipeline, Prediction
from lessons_lib.inference.settings import Clock, Timer, queue_size

__all__ = ["Clock", "MicroBatchPredictor", "PredictorClosedError", "QueueFullError"]

SIZES_KEPT = 1_000


class MicroBatchPredictor:
    """Answers one text a call, and computes the texts of concurrent calls together.

    A batch is sent off as soon as no other is being computed and either `max_batch_size` texts
    wait or the oldest has waited `batch_wait_timeout_s`. It takes the oldest `max_batch_size` of
    those who wait; whoever gives up before that has left the queue and is not computed.

    Parameters
    ----------
    pipeline : Pipeline
        The model behind it. It runs in a thread of its own, one batch at a time.
    max_batch_size : int
        How many texts share one forward pass at most.
    batch_wait_timeout_s : float
        How long a text waits for company while no batch is computed. With 0, it waits for the
        callers whose turn in the event loop has come already.
    max_queue : int
        How many texts may wait, at least `max_batch_size`; more are refused.
    clock : Clock, optional
        What tells the time, without it the running event loop.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind, or outside the range that the message names.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        max_batch_size: int = 8,
        batch_wait_timeout_s: float = 0.005,
        max_queue: int = 1024,
        clock: Clock | None = None,
    ) -> None:
        self._max_batch_size = checked_integer("max_batch_size", max_batch_size)
        self._wait_s = checked_seconds("batch_wait_timeout_s", batch_wait_timeout_s)
        self._queue = WaitingQueue(queue_size(max_queue, self._max_batch_size))
        self._worker = BatchWorker(pipeline, self._on_end)
        self._name = type(pipeline).__name__
        self._given_clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: Timer | None = None
        self._closed = False
        self._batches = 0
        self._batch_sizes: deque[int] = deque(maxlen=SIZES_KEPT)

    def __repr__(self) -> str:
        return (
            f"MicroBatchPredictor({self._name}, max_batch_size={self._max_batch_size}, "
            f"batch_wait_timeout_s={self._wait_s})"
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    @property
    def batches(self) -> int:
        """How many batches were sent off."""
        return self._batches

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """How many texts each of the latest 1,000 batches held, the newest last."""
        return tuple(self._batch_sizes)

    @property
    def texts_waiting(self) -> int:
        """How many texts wait for a batch to take them."""
        return len(self._queue)

    async def predict(self, text: str) -> Prediction:
        """Return the prediction for one text, when the batch that takes it is computed.

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
            If the predictor is closed, or its closing was broken off before the text's turn.
        RuntimeError
            If it serves another event loop that is still open.
        Exception
            What the pipeline raised for the batch; `ValueError` if it gave not one row per text.

        Notes
        -----
        Shapes per batch: (b, 20) ids -> (b, 20, 50) vectors -> (b, 3) probabilities.
        """
        if not isinstance(text, str):
            raise not_one_text("MicroBatchPredictor.predict", text)
        # The future gets no name: the traceback of its error would keep both of them alive.
        return await self._join(text)

    async def aclose(self) -> None:
        """Answer who waits, end the thread, and refuse every later call.

        What waits is sent off at once, in batches. If this call is cancelled, what is still not
        sent off is refused with `PredictorClosedError`. Closing twice is allowed.
        """
        self._serve(asyncio.get_running_loop())
        self._closed = True
        self._stop_timer()
        self._send_what_is_due(self._clock.time())
        try:
            await self._finished.wait()
        except asyncio.CancelledError:
            refuse(self._queue.take(), _closed_error("its closing was broken off"))
            raise
        finally:
            self._worker.stop()

    def _join(self, text: str) -> Waiter:
        if self._closed:
            raise _closed_error("it takes no more texts")
        self._serve(asyncio.get_running_loop())
        now = self._clock.time()
        waiter = self._queue.join(text, now + self._wait_s)
        if self._worker.is_free:
            if len(self._queue) >= self._max_batch_size:
                self._send_what_is_due(now)
            elif self._timer is None:
                self._set_timer(now)
        return waiter

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        """Turn to the loop that calls; callers of a closed one are gone and get no answer."""
        former = self._loop
        if loop is former:
            return
        if former is not None and not former.is_closed():
            idle = self._worker.is_free and not self._queue and not former.is_running()
            if not idle:
                raise RuntimeError(
                    "MicroBatchPredictor serves one event loop at a time, and the one before is "
                    "still open. Close that loop first, or make a predictor for each loop."
                )
        self._stop_timer()
        self._queue.take()
        self._loop = loop
        self._clock: Clock = loop if self._given_clock is None else self._given_clock
        self._finished = asyncio.Event()
        self._worker.report_to(loop)

    def _send_what_is_due(self, now: float) -> None:
        """Send off a batch if the policy says so, else come back when it will."""
        if self._worker.is_free and self._is_due(now):
            self._send_batch()
        if self._worker.is_free and self._queue:
            self._set_timer(now)
        elif self._worker.is_free and self._closed:
            self._finished.set()

    def _is_due(self, now: float) -> bool:
        if not self._queue:
            return False
        full = len(self._queue) >= self._max_batch_size
        return full or self._closed or now >= self._queue.overdue_at

    def _send_batch(self) -> None:
        self._stop_timer()
        batch = self._queue.take(self._max_batch_size)
        self._batches += 1
        self._batch_sizes.append(len(batch))
        self._worker.start(batch)

    def _on_end(self) -> None:
        self._send_what_is_due(self._clock.time())

    def _set_timer(self, now: float) -> None:
        due = self._queue.overdue_at
        self._timer = self._clock.call_later(max(0.0, due - now), partial(self._on_timer, due))

    def _on_timer(self, due: float) -> None:
        self._timer = None
        # A clock may call a rounding error too early; and whom it was set for may have left.
        self._send_what_is_due(max(due, self._clock.time()))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _closed_error(why: str) -> PredictorClosedError:
    return PredictorClosedError(
        f"MicroBatchPredictor is closed: {why}. Make a new one and send the text again."
    )
