"""Send a load in an open or closed loop, and measure latency, errors and late requests."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import perf_counter, sleep

import numpy as np
from numpy.typing import NDArray

from lessons_lib.pipeline.timing.arrivals import checked_schedule
from lessons_lib.pipeline.timing.latency import Latencies, collector_paused, percentiles
from lessons_lib.pipeline.timing.machine import watched


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MeasuredRun(Latencies):
    """The result of a load: n answered requests in order of arrival, and a count of failed ones.

    Attributes
    ----------
    arrivals_s, finished_s : array of float64, shape (n,)
        When each answered request was due to arrive, and when it was answered.
    late_ms : array of float64, shape (n + refused,)
        How long after its planned arrival each request was sent. The load shares its machine's
        cores with the predictor that it measures.
    refused : int
        How many requests ended in an error; the percentiles exclude them.
    first_refusal : Exception or None
        The error of the first of them.
    """

    arrivals_s: NDArray[np.float64]
    finished_s: NDArray[np.float64]
    late_ms: NDArray[np.float64]
    refused: int = 0
    first_refusal: Exception | None = None

    def __repr__(self) -> str:
        refused = f", {self.refused:,} refused" if self.refused else ""
        p50, p90, p99 = (f"{value:.3g} ms" for value in percentiles(self.latency_ms))
        figures = f"p50 {p50}, p90 {p90}, p99 {p99}, {self.texts_per_s:,.0f} texts/s"
        late = "" if self.load_kept_up else "; the load itself was late"
        return f"MeasuredRun(n={self.n:,}{refused}: {figures}{late})"

    @property
    def n(self) -> int:
        """How many requests were answered."""
        return len(self.arrivals_s)

    @property
    def load_kept_up(self) -> bool:
        """Whether the median lateness is at most half of the median latency.

        If not, the figures describe the load generator more than the predictor.
        """
        return bool(np.median(self.late_ms) <= self.p50_ms / 2)


Send = Callable[[int], None]
Pace = Callable[[Sequence[float], Send], AbstractContextManager[None]]
LONGEST_SLEEP_S = 0.05  # so that the thread of a canceled load ends soon


@contextmanager
def clockwork(
    due_s: Sequence[float],
    send: Send,
    *,
    clock: Callable[[], float] = perf_counter,
    wait: Callable[[float], None] = sleep,
) -> Iterator[None]:
    """Inside the block, call `send(index)` in the running event loop when each index is due.

    Parameters
    ----------
    due_s : sequence of float, length n
        When each is due by `clock`, in ascending order. Overdue ones are sent immediately.
    send : callable
        Accepts an index: 0, 1, … n - 1.
    clock, wait : callable
        `clock` returns the time in seconds; `wait` sleeps for a number of seconds.

    Notes
    -----
    A sleeping thread is more punctual than `asyncio.sleep`, whose timers are rounded up to whole
    milliseconds on Linux. Unlike an event loop that spins until the moment, it does not compete
    with the measured worker for processor time or Python's lock.
    """
    loop = asyncio.get_running_loop()
    stopped = Event()

    def send_all(indices: range) -> None:
        for index in indices:
            if not stopped.is_set():
                send(index)

    def run() -> None:
        index = 0
        while index < len(due_s) and not stopped.is_set():
            left_s = due_s[index] - clock()
            if left_s > 0:
                wait(min(left_s, LONGEST_SLEEP_S))
                continue
            first, now = index, clock()
            while index < len(due_s) and due_s[index] <= now:
                index += 1
            loop.call_soon_threadsafe(send_all, range(first, index))

    thread = Thread(target=run, name="load-clockwork", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


Predict = Callable[[str], Awaitable[object]]
LEAD_S = 0.005  # head start of the schedule, so that its first requests are not late


async def open_loop(
    predict: Predict,
    texts: Sequence[str],
    arrivals_s: Sequence[float] | NDArray[np.float64],
    *,
    warmup: int = 5,
    clock: Callable[[], float] = perf_counter,
    pace: Pace = clockwork,
) -> MeasuredRun:
    """Send one request at each arrival, whether or not earlier ones have been answered.

    Parameters
    ----------
    predict : async callable
        Accepts one text, for instance `MicroBatchPredictor.predict`.
    texts : sequence of str
        Sent in order, starting over when they run out.
    arrivals_s : sequence of float, length n
        Seconds from the start, in ascending order: `poisson()` or `all_at_once()`.
    warmup : int
        How many uncounted requests are answered first, one by one.
    clock, pace : callable
        Sources of time, which tests replace to avoid waiting.

    Returns
    -------
    MeasuredRun
        A request that ends in an error counts as refused.

    Raises
    ------
    ValueError
        If there are no texts or no arrivals, or if `warmup` is negative.
    Exception
        The first error, if every request fails.

    Notes
    -----
    Cancelling it cancels its requests too; no task or thread is left running.
    """
    planned = checked_schedule("open_loop", arrivals_s)  # (n,)
    _check("open_loop", texts, warmup)
    await _warm_up(predict, texts, warmup)
    requests = _Requests(predict, texts, len(planned), clock)
    with watched(clock), collector_paused():
        requests.start_s = clock() + LEAD_S
        requests.due_s[:] = planned + requests.start_s
        await _send_on_schedule(requests, pace)
    return requests.measured()


async def closed_loop(
    predict: Predict,
    texts: Sequence[str],
    *,
    warmup: int = 5,
    clock: Callable[[], float] = perf_counter,
) -> MeasuredRun:
    """Send each text when the previous one is answered, like a single client who waits.

    Parameters
    ----------
    predict : async callable
        Accepts one text.
    texts : sequence of str, length n
        Sent once each, in order.
    warmup : int
        How many uncounted requests are answered first, one by one.
    clock : callable
        Returns seconds.

    Returns
    -------
    MeasuredRun
        The arrivals are the moments of sending, so no request is late.

    Raises
    ------
    ValueError
        If there are no texts, or if `warmup` is negative.
    Exception
        The first error, if every request fails.
    """
    _check("closed_loop", texts, warmup)
    await _warm_up(predict, texts, warmup)
    requests = _Requests(predict, texts, len(texts), clock)
    with watched(clock), collector_paused():
        requests.start_s = clock()
        for index in range(len(texts)):
            requests.due_s[index] = clock()
            await requests.request(index)
    return requests.measured()


async def _send_on_schedule(requests: _Requests, pace: Pace) -> None:
    due_s = requests.due_s.tolist()
    all_sent = asyncio.get_running_loop().create_future()

    async with asyncio.TaskGroup() as group:

        def send(index: int) -> None:
            group.create_task(requests.request(index))
            if index + 1 == len(due_s):
                all_sent.set_result(None)

        with pace(due_s, send):
            await all_sent


class _Requests:
    """When each request was due, sent and answered by the clock; NaN where it never was."""

    def __init__(
        self, predict: Predict, texts: Sequence[str], n: int, clock: Callable[[], float]
    ) -> None:
        self._predict, self._texts, self._clock = predict, texts, clock
        self.due_s, self._sent_s, self._finished_s = np.full((3, n), math.nan)
        self.start_s = 0.0
        self._refusals: list[Exception] = []

    async def request(self, index: int) -> None:
        self._sent_s[index] = self._clock()
        try:
            await self._predict(self._texts[index % len(self._texts)])
        except Exception as refusal:
            self._refusals.append(refusal)
        else:
            self._finished_s[index] = self._clock()

    def measured(self) -> MeasuredRun:
        answered = ~np.isnan(self._finished_s)  # (n,)
        if not answered.any():
            raise next(iter(self._refusals), RuntimeError("The predictor canceled all requests."))
        return MeasuredRun(
            arrivals_s=self.due_s[answered] - self.start_s,
            finished_s=self._finished_s[answered] - self.start_s,
            late_ms=1000 * (self._sent_s - self.due_s),
            refused=int((~answered).sum()),
            first_refusal=next(iter(self._refusals), None),
        )


async def _warm_up(predict: Predict, texts: Sequence[str], warmup: int) -> None:
    for number in range(warmup):
        await predict(texts[number % len(texts)])


def _check(function: str, texts: Sequence[str], warmup: int) -> None:
    if isinstance(texts, str):
        raise TypeError(f"{function}() takes many texts (a list of str), got one str.")
    if len(texts) == 0:
        raise ValueError(f"{function}() needs at least one text, got none.")
    if warmup < 0:
        raise ValueError(f"{function}() needs warmup ≥ 0, got {warmup}.")
