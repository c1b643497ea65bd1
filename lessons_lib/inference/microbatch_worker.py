"""The one thread that computes micro-batches, so that the event loop stays free for callers."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from lessons_lib.inference.microbatch_queue import Waiter, answer, refuse
from lessons_lib.inference.prediction import Pipeline, Prediction, check_rows


class BatchWorker:
    """Computes one batch at a time and reports to the loop: answers first, then `on_end`.

    Parameters
    ----------
    pipeline : Pipeline
        The model behind it.
    on_end : callable
        Called in the loop whenever a batch has ended and its waiters have their answers.
    """

    def __init__(self, pipeline: Pipeline, on_end: Callable[[], object]) -> None:
        self._pipeline = pipeline
        self._on_end = on_end
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="micro-batch")
        self._loop: AbstractEventLoop  # Set by `report_to`, before the first batch.
        self._computing: Future[list[Prediction]] | None = None

    @property
    def is_free(self) -> bool:
        """Whether no batch is being computed."""
        return self._computing is None

    def start(self, batch: list[Waiter]) -> None:
        """Compute a batch; if no thread can be had, its waiters get that error at once."""
        texts = [waiter.text for waiter in batch]
        try:
            self._computing = self._thread.submit(_predicted, self._pipeline, texts)
        except RuntimeError as error:
            refuse(batch, error)
        else:
            self._computing.add_done_callback(partial(self._report, self._loop, batch))

    def report_to(self, loop: AbstractEventLoop) -> None:
        """Report to this loop from now on, also the end of what a closed one has begun."""
        self._loop = loop
        if self._computing is not None:
            self._computing.add_done_callback(partial(self._report, loop, []))

    def stop(self) -> None:
        """End the thread, after the batch that it computes; waits only if there is none."""
        self._thread.shutdown(wait=self.is_free)

    def _report(
        self, loop: AbstractEventLoop, batch: list[Waiter], computed: Future[list[Prediction]]
    ) -> None:
        with suppress(RuntimeError):  # The loop is closed: nobody waits for this any more.
            loop.call_soon_threadsafe(self._end, batch, computed)

    def _end(self, batch: list[Waiter], computed: Future[list[Prediction]]) -> None:
        self._computing = None
        error = computed.exception()
        if error is not None:
            refuse(batch, error)
        elif batch:
            answer(batch, computed.result())
        self._on_end()


def _predicted(pipeline: Pipeline, texts: Sequence[str]) -> list[Prediction]:
    rows = pipeline.probabilities(texts).tolist()  # (b, 3)
    check_rows(pipeline, rows, texts)
    return [Prediction.from_probabilities(row) for row in rows]
