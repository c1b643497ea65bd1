"""What a load measured: the latency of each answer, what was refused, how punctual the load was."""

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

from lessons_lib.timing.arrivals import checked_schedule
from lessons_lib.timing.latency import Latencies, collector_paused, percentiles


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MeasuredRun(Latencies):
    """n answered requests, in the order of their arrival, and those that were refused.

    Attributes
    ----------
    arrivals_s, finished_s : array of float64, shape (n,)
        When each answered request was due to arrive, and when it was answered.
    late_ms : array of float64, shape (n + refused,)
        How long after its arrival each request was really sent. A load on the same machine shares
        its cores with what it measures.
    refused : int
        How many requests ended in an error, and are in no percentile.
    first_refusal : Exception or None
        The error of the first of them.
    warmup : int
        How many requests were made before and not counted.
    """

    arrivals_s: NDArray[np.float64]
    finished_s: NDArray[np.float64]
    late_ms: NDArray[np.float64]
    refused: int = 0
    first_refusal: Exception | None = None
    warmup: int = 0

    def __repr__(self) -> str:
        refused = f", {self.refused:,} refused" if self.refused else ""
        figures = ", ".join(
            f"{name} {value:.3g} ms"
            for name, value in zip(("p50", "p90", "p99"), percentiles(self.latency_ms), strict=True)
        )
        late = "" if self.load_kept_up else "; the load itself was late"
        return (
            f"MeasuredRun(n={self.n:,}{refused}: {figures}, {self.texts_per_s:,.0f} texts/s{late})"
        )

    @property
    def n(self) -> int:
        """How many requests were answered."""
        return len(self.arrivals_s)

    @property
    def texts_per_s(self) -> float:
        """The throughput from the first arrival to the last answer."""
        span_s = float(self.finished_s.max() - self.arrivals_s[0])
        return self.n / span_s if span_s else float("inf")

    @property
    def late_p50_ms(self) -> float:
        """How late half of the requests were sent at most."""
        return percentiles(self.late_ms)[0]

    @property
    def late_p99_ms(self) -> float:
        """How late 99 of 100 requests were sent at most."""
        return percentiles(self.late_ms)[2]

    @property
    def load_kept_up(self) -> bool:
        """Whether less than half of the median latency is the load's own lateness.

        If not, the figures tell more of the load than of what it was to measure.
        """
        return self.late_p50_ms <= self.p50_ms / 2


Send = Callable[[int], None]
Pace = Callable[[Sequence[float], Send], AbstractContextManager[None]]
LONGEST_SLEEP_S = 0.05  # so that an abandoned load ends its thread soon


@contextmanager
def clockwork(
    due_s: Sequence[float],
    send: Send,
    *,
    clock: Callable[[], float] = perf_counter,
    wait: Callable[[float], None] = sleep,
) -> Iterator[None]:
    """Within the block, call `send(place)` in the running event loop when each place is due.

    Parameters
    ----------
    due_s : sequence of float, length n
        When each is due, by `clock`, in ascending order. What is overdue is sent at once.
    send : callable
        Takes 0, 1, … n - 1.
    clock, wait : callable
        Return the time in seconds, and let some pass.

    Notes
    -----
    A thread that sleeps is more punctual than `asyncio.sleep`, whose timers are rounded up to whole
    milliseconds on Linux, and unlike an event loop that spins until the moment it takes no
    processor time, nor Python's lock, from the worker that is being measured.
    """
    loop = asyncio.get_running_loop()
    stopped = Event()

    def send_all(places: range) -> None:
        for place in places:
            if not stopped.is_set():
                send(place)

    def run() -> None:
        place = 0
        while place < len(due_s) and not stopped.is_set():
            left_s = due_s[place] - clock()
            if left_s > 0:
                wait(min(left_s, LONGEST_SLEEP_S))
                continue
            first, now = place, clock()
            while place < len(due_s) and due_s[place] <= now:
                place += 1
            loop.call_soon_threadsafe(send_all, range(first, place))

    thread = Thread(target=run, name="load-clockwork", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


Predict = Callable[[str], Awaitable[object]]
LEAD_S = 0.005  # the schedule begins a moment after it is made, or its first requests come late


async def open_loop(
    predict: Predict,
    texts: Sequence[str],
    arrivals_s: Sequence[float] | NDArray[np.float64],
    *,
    warmup: int = 5,
    clock: Callable[[], float] = perf_counter,
    pace: Pace = clockwork,
) -> MeasuredRun:
    """Send one request at each arrival, whether or not those before are answered.

    Parameters
    ----------
    predict : async callable
        Takes one text, for instance `MicroBatchPredictor.predict`.
    texts : sequence of str
        Sent in order, and from the start again when they end.
    arrivals_s : sequence of float, length n
        Seconds from the start, in ascending order: `poisson()` or `all_at_once()`.
    warmup : int
        How many requests are answered first, one by one, and not counted.
    clock, pace : callable
        Where the time comes from; arguments so that tests need no waiting.

    Returns
    -------
    MeasuredRun
        A request that ends in an error counts as refused.

    Raises
    ------
    ValueError
        If there is no text or no arrival, or if `warmup` is negative.
    Exception
        The first error, if every request ends in one.

    Notes
    -----
    When it is cancelled, so are its requests: it leaves no task and no thread behind.
    """
    planned = checked_schedule("open_loop", arrivals_s)  # (n,)
    _check("open_loop", texts, warmup)
    await _warm_up(predict, texts, warmup)
    requests = _Requests(predict, texts, len(planned), clock)
    requests.start_s = clock() + LEAD_S
    requests.due_s[:] = planned + requests.start_s
    with collector_paused():
        await _send_on_schedule(requests, pace)
    return requests.measured(warmup)


async def closed_loop(
    predict: Predict,
    texts: Sequence[str],
    *,
    clients: int = 1,
    warmup: int = 5,
    clock: Callable[[], float] = perf_counter,
) -> MeasuredRun:
    """Send each text once; a client sends its next when its last is answered.

    Parameters
    ----------
    predict : async callable
        Takes one text.
    texts : sequence of str, length n
        Each client takes the next one from it.
    clients : int
        How many send at a time, at least 1.
    warmup : int
        How many requests are answered first, one by one, and not counted.
    clock : callable
        Returns seconds.

    Returns
    -------
    MeasuredRun
        An arrival is the moment of sending here, so nothing is late.

    Raises
    ------
    ValueError
        If there is no text or no client, or if `warmup` is negative.
    Exception
        The first error, if every request ends in one.
    """
    _check("closed_loop", texts, warmup)
    if clients < 1:
        raise ValueError(f"closed_loop() needs at least one client, got clients={clients}.")
    await _warm_up(predict, texts, warmup)
    requests = _Requests(predict, texts, len(texts), clock)
    requests.start_s = clock()
    places = iter(range(len(texts)))

    async def client() -> None:
        for place in places:
            requests.due_s[place] = clock()
            await requests.request(place)

    with collector_paused():
        async with asyncio.TaskGroup() as group:
            for _ in range(min(clients, len(texts))):
                group.create_task(client())
    return requests.measured(warmup)


async def _send_on_schedule(requests: _Requests, pace: Pace) -> None:
    due_s = requests.due_s.tolist()
    all_sent = asyncio.get_running_loop().create_future()

    async with asyncio.TaskGroup() as group:

        def send(place: int) -> None:
            group.create_task(requests.request(place))
            if place + 1 == len(due_s):
                all_sent.set_result(None)

        with pace(due_s, send):
            await all_sent


class _Requests:
    """When each request was due, sent and answered, by the clock; NaN for what never was."""

    def __init__(
        self, predict: Predict, texts: Sequence[str], n: int, clock: Callable[[], float]
    ) -> None:
        self._predict, self._texts, self._clock = predict, texts, clock
        self.due_s, self._sent_s, self._finished_s = np.full((3, n), math.nan)
        self.start_s = 0.0
        self._refusals: list[Exception] = []

    async def request(self, place: int) -> None:
        self._sent_s[place] = self._clock()
        try:
            await self._predict(self._texts[place % len(self._texts)])
        except Exception as refusal:
            self._refusals.append(refusal)
        else:
            self._finished_s[place] = self._clock()

    def measured(self, warmup: int) -> MeasuredRun:
        answered = ~np.isnan(self._finished_s)  # (n,)
        if not answered.any():
            raise next(iter(self._refusals), RuntimeError("The predictor cancelled all requests."))
        return MeasuredRun(
            arrivals_s=self.due_s[answered] - self.start_s,
            finished_s=self._finished_s[answered] - self.start_s,
            late_ms=1000 * (self._sent_s - self.due_s),
            refused=int((~answered).sum()),
            first_refusal=next(iter(self._refusals), None),
            warmup=warmup,
        )


async def _warm_up(predict: Predict, texts: Sequence[str], warmup: int) -> None:
    for place in range(warmup):
        await predict(texts[place % len(texts)])


def _check(function: str, texts: Sequence[str], warmup: int) -> None:
    if isinstance(texts, str):
        raise TypeError(f"{function}() takes many texts (a list of str), got one str.")
    if len(texts) == 0:
        raise ValueError(f"{function}() needs at least one text, got none.")
    if warmup < 0:
        raise ValueError(f"{function}() makes 0 or more warm-up requests, got warmup={warmup}.")
