"""Those who wait for a micro-batch, oldest first; any of them may give up and leave."""

from __future__ import annotations

import asyncio
import copy
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from lessons_lib.inference.prediction import Prediction


class QueueFullError(RuntimeError):
    """As many texts wait already as may wait."""


class PredictorClosedError(RuntimeError):
    """The predictor is closed and answers no more."""


class Waiter(asyncio.Future[Prediction]):
    """One caller's future, with the text and the moment when it has waited long enough."""

    def __init__(self, text: str, overdue_at: float, queue: WaitingQueue) -> None:
        super().__init__()
        self.text = text
        self.overdue_at = overdue_at
        self._queue = queue

    def cancel(self, msg: Any | None = None) -> bool:
        """Leave the queue in the same moment: the next caller may have the place."""
        self._queue.leave(self)
        return super().cancel(msg)


class WaitingQueue:
    """The waiters, oldest first.

    Parameters
    ----------
    max_queue : int
        How many may wait at most.
    """

    def __init__(self, max_queue: int) -> None:
        self._max_queue = max_queue
        # A set that keeps its order; leaving from the middle of it takes no search.
        self._waiters: OrderedDict[Waiter, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiters)

    @property
    def overdue_at(self) -> float:
        """When the oldest has waited long enough."""
        return next(iter(self._waiters)).overdue_at

    def join(self, text: str, overdue_at: float) -> Waiter:
        """Put a text at the end and return the future of its answer.

        Raises
        ------
        QueueFullError
            If `max_queue` texts wait already.
        """
        if len(self._waiters) >= self._max_queue:
            raise QueueFullError(
                f"MicroBatchPredictor lets at most {self._max_queue:,} texts wait, and "
                f"{len(self._waiters):,} wait now. Send this one later, or raise max_queue."
            )
        waiter = Waiter(text, overdue_at, self)
        self._waiters[waiter] = None
        return waiter

    def leave(self, waiter: Waiter) -> None:
        """Give up a place; a waiter that a batch has taken has none any more."""
        self._waiters.pop(waiter, None)

    def take(self, most: int | None = None) -> list[Waiter]:
        """Remove and return the oldest: at most `most`, or all."""
        count = len(self._waiters) if most is None else min(most, len(self._waiters))
        return [self._waiters.popitem(last=False)[0] for _ in range(count)]


def answer(waiters: Iterable[Waiter], predictions: Sequence[Prediction]) -> None:
    """Give each waiter that is still there its prediction."""
    for waiter, prediction in zip(waiters, predictions, strict=True):
        if not waiter.done():
            waiter.set_result(prediction)


def refuse(waiters: Iterable[Waiter], error: BaseException) -> None:
    """Give each waiter that is still there an error of its own."""
    bearable = _bearable(error)
    for waiter in waiters:
        if not waiter.done():
            waiter.set_exception(_twin(bearable))
            waiter.exception()  # Counts as seen: a caller lost with its loop leaves no warning.


def _bearable(error: BaseException) -> Exception:
    """Wrap what a future refuses, or what would stop the caller's loop or look like its cancel."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    wrapped = RuntimeError(
        f"A pipeline fails with an ordinary Exception, got {type(error).__name__} for this batch. "
        "See the cause; the text may be sent again."
    )
    wrapped.__cause__ = error
    return wrapped


def _twin(error: Exception) -> Exception:
    """Return a copy, so that callers share no traceback; the error itself if it has no true copy.

    Copying calls the class with the error's `args`, and not every class takes them back.
    """
    try:
        twin = copy.copy(error)
        if type(twin) is not type(error) or str(twin) != str(error):
            return error
    except Exception:
        return error
    if notes := getattr(error, "__notes__", None):
        twin.__notes__ = [*notes]
    twin.__cause__, twin.__context__ = error.__cause__, error.__context__
    twin.__suppress_context__ = error.__suppress_context__
    return twin.with_traceback(error.__traceback__)
