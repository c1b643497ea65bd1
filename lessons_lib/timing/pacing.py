"""A clock beside the event loop that says, request by request, when one is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Thread
from time import perf_counter, sleep

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
