"""The clockwork's thread, on a clock that moves when it is waited on: nothing here sleeps."""

from __future__ import annotations

import asyncio
import threading

import pytest

from lessons_lib.timing.load import LONGEST_SLEEP_S, clockwork


class _Clock:
    def __init__(self) -> None:
        self.now_s = 0.0
        self.waits: list[float] = []

    def time(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now_s += seconds


async def _sent(due_s: list[float], clock: _Clock) -> list[tuple[int, float]]:
    """Return each place that was sent, and what the clock showed at least then."""
    sent: list[tuple[int, float]] = []
    done = asyncio.Event()

    def send(place: int) -> None:
        sent.append((place, clock.now_s))
        if place + 1 == len(due_s):
            done.set()

    with clockwork(due_s, send, clock=clock.time, wait=clock.wait):
        await done.wait()
    return sent


def test_each_place_is_sent_once_in_order_and_not_before_it_is_due() -> None:
    due_s = [0.0, 0.01, 0.01, 0.3]
    sent = asyncio.run(_sent(due_s, _Clock()))
    assert [place for place, _ in sent] == [0, 1, 2, 3]
    assert all(at >= due - 1e-9 for (_, at), due in zip(sent, due_s, strict=True))


def test_what_is_overdue_is_sent_without_a_wait() -> None:
    clock = _Clock()
    clock.now_s = 5.0
    asyncio.run(_sent([1.0, 2.0, 3.0], clock))
    assert clock.waits == []


def test_a_long_wait_is_taken_in_small_parts() -> None:
    clock = _Clock()
    asyncio.run(_sent([1.0], clock))
    assert max(clock.waits) <= LONGEST_SLEEP_S
    assert sum(clock.waits) == pytest.approx(1.0)


def test_leaving_the_block_ends_the_thread_and_sends_nothing_more() -> None:
    sent: list[int] = []

    async def leave_at_once() -> None:
        with clockwork([1e9], sent.append, clock=lambda: 0.0, wait=lambda _: None):
            pass
        await asyncio.sleep(0)

    asyncio.run(leave_at_once())
    assert sent == []
    assert "load-clockwork" not in {thread.name for thread in threading.enumerate()}
