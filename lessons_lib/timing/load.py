"""Put a predictor under load, and measure how long its answers take.

In an open loop, requests arrive on a schedule, as those of people who know nothing of each other. A
latency is counted from the arrival that was *planned*. If it were counted from the moment of
sending, a load that is held up by a slow predictor would send later, and leave out the very waits
that its users would feel: coordinated omission. In a closed loop each client waits for its answer.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from lessons_lib.timing.arrivals import checked_schedule
from lessons_lib.timing.collector import collector_paused
from lessons_lib.timing.measured_run import MeasuredRun
from lessons_lib.timing.pacing import Pace, clockwork

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
