"""Loads on virtual clocks, their results, and the thread that sends their requests."""

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import numpy as np
import pytest

from lessons_lib.pipeline.timing.arrivals import all_at_once, poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import measure_microbatch_cost
from lessons_lib.pipeline.timing.load import (
    LONGEST_SLEEP_S,
    MeasuredRun,
    clockwork,
    closed_loop,
    open_loop,
)
from lessons_lib.pipeline.timing.simulate import simulate
from tests.pipeline.timing.conftest import Worker

Pacer = Callable[..., Any]
Loop = asyncio.AbstractEventLoop
Opened = Callable[..., MeasuredRun]


@pytest.fixture
def opened(virtual_loop: Loop, pace: Pacer) -> Opened:
    def run(predict: Callable[[str], Awaitable[object]], *args: Any, **named: Any) -> MeasuredRun:
        named = {"warmup": 0, "clock": virtual_loop.time, "pace": pace, **named}
        return virtual_loop.run_until_complete(open_loop(predict, *args, **named))

    return run


def test_a_request_that_arrives_while_the_worker_is_busy_waits(opened: Opened) -> None:
    run = opened(Worker().predict, ["x"], [0.0, 0.004, 0.5])
    assert run.latency_ms.tolist() == pytest.approx([10, 16, 10])
    assert run.late_ms.tolist() == pytest.approx([0, 0, 0])


def test_measured_latency_and_throughput_equal_the_simulated_ones(opened: Opened) -> None:
    arrivals = poisson(80, 300)
    run = opened(Worker(service_s=0.01).predict, ["x"], arrivals)
    simulated = simulate(arrivals, CostModel(0.01, 0), BatchingPolicy(1, 0))
    assert run.latency_ms.tolist() == pytest.approx(simulated.latency_ms.tolist())
    assert run.texts_per_s == pytest.approx(simulated.texts_per_s)
    assert opened(Worker(0.01).predict, ["x"], all_at_once(50)).texts_per_s == pytest.approx(100)


def test_latency_includes_late_sending(opened: Opened, virtual_loop: Loop) -> None:
    async def blocking(text: str) -> None:
        virtual_loop._selector.now_s += 0.1  # type: ignore[attr-defined]

    run = opened(blocking, ["x"], [0.0, 0.02])
    # The loop is blocked until 0.1 s, so the second request is sent 80 ms late.
    assert run.late_ms.tolist() == pytest.approx([0, 80])
    assert run.latency_ms.tolist() == pytest.approx([100, 180])


def test_texts_are_sent_in_order_and_start_over_when_they_run_out(opened: Opened) -> None:
    worker = Worker()
    run = opened(worker.predict, ["a", "b"], [0.0, 0.1, 0.2], warmup=3)
    assert worker.texts == ["a", "b", "a", "a", "b", "a"]
    assert run.n == 3


@pytest.mark.parametrize("was_on", [True, False])
def test_garbage_collection_is_paused_during_a_load(opened: Opened, was_on: bool) -> None:
    seen: list[bool] = []

    async def look(text: str) -> None:
        seen.append(gc.isenabled())

    (gc.enable if was_on else gc.disable)()
    opened(look, ["x"], [0.0])
    is_on = gc.isenabled()
    gc.enable()
    assert (seen, is_on) == ([False], was_on)


def test_failed_requests_are_counted_separately_and_raised_if_all_fail(opened: Opened) -> None:
    async def picky(text: str) -> None:
        if text == "bad":
            raise RuntimeError("the queue is full")
        await asyncio.sleep(0.01)

    run = opened(picky, ["good", "bad"], [0.0, 0.0, 0.1, 0.1])
    assert (run.n, run.refused, str(run.first_refusal)) == (2, 2, "the queue is full")
    assert run.latency_ms.tolist() == pytest.approx([10, 10])
    assert run.late_ms.tolist() == pytest.approx([0] * 4)  # of the refused ones, too
    assert "2 refused" in repr(run)

    async def broken(text: str) -> None:
        raise KeyError(text)

    with pytest.raises(KeyError, match="x"):
        opened(broken, ["x"], [0.0, 0.1])


def test_a_cancelled_load_leaves_no_task_behind(virtual_loop: Loop, pace: Pacer) -> None:
    worker = Worker(service_s=1e9)
    arrivals = [0.0, 1.0, 9.0]
    load = open_loop(worker.predict, ["x"], arrivals, warmup=0, clock=virtual_loop.time, pace=pace)
    with pytest.raises(TimeoutError):
        virtual_loop.run_until_complete(asyncio.wait_for(load, 5))
    assert asyncio.all_tasks(virtual_loop) == set()
    assert len(worker.texts) == 2


def test_in_a_closed_loop_each_request_follows_the_previous_answer(virtual_loop: Loop) -> None:
    load = closed_loop(Worker(0.01).predict, ["x"] * 5, warmup=0, clock=virtual_loop.time)
    run = virtual_loop.run_until_complete(load)
    assert run.latency_ms.tolist() == pytest.approx([10] * 5)
    assert run.arrivals_s.tolist() == pytest.approx([0, 0.01, 0.02, 0.03, 0.04])


class Batcher:
    """Answers the requests of one iteration of the loop together, as one batch."""

    def __init__(self, cost: CostModel) -> None:
        self._cost = cost
        self._waiting: list[asyncio.Future[None]] = []

    async def predict(self, text: str) -> None:
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._start)
        future = loop.create_future()
        self._waiting.append(future)
        await future

    def _start(self) -> None:
        batch, self._waiting = self._waiting, []
        service_s = self._cost.service_s(len(batch))
        for future in batch:
            asyncio.get_running_loop().call_later(service_s, future.set_result, None)


@pytest.mark.parametrize("handover_s", [0.0, 0.002])
def test_the_handover_is_no_cost_of_a_batch(
    virtual_loop: Loop, pace: Pacer, handover_s: float
) -> None:
    def late(due_s: Sequence[float], send: Callable[[int], None]) -> Any:
        return pace([due + handover_s for due in due_s], send)

    batcher = Batcher(CostModel(0.003, 0.0004))
    measuring = measure_microbatch_cost(
        batcher.predict, ["a", "b"], rounds=2, clock=virtual_loop.time, pace=late
    )
    cost = virtual_loop.run_until_complete(measuring)
    found = (cost.fixed_s, cost.per_text_s, cost.handover_s)
    assert found == pytest.approx((0.003, 0.0004, handover_s), abs=1e-9)


def test_a_rejected_request_ends_the_measurement_of_costs(virtual_loop: Loop, pace: Pacer) -> None:
    room = iter([None] * 5)

    async def small(text: str) -> None:
        if next(room, "full"):
            raise RuntimeError("the queue is full")

    measuring = measure_microbatch_cost(small, ["a"], clock=virtual_loop.time, pace=pace)
    with pytest.raises(RuntimeError, match="the queue is full"):
        virtual_loop.run_until_complete(measuring)


@pytest.mark.parametrize(
    ("texts", "arrivals", "warmup", "words"),
    [
        ([], [0.0], 0, "got none"),
        (["x"], [], 0, "at least 1 arrival"),
        (["x"], [0.0], -1, "warmup ≥ 0, got -1"),
        (["x"], [1.0, 0.0], 0, "Sort them"),
    ],
)
def test_an_invalid_load_is_rejected(
    opened: Opened, texts: list[str], arrivals: list[float], warmup: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        opened(Worker().predict, texts, arrivals, warmup=warmup)
    with pytest.raises(TypeError, match="got one str"):
        opened(Worker().predict, "hello", [0.0])


def measured(latencies_ms: list[float], late_ms: list[float]) -> MeasuredRun:
    arrivals = np.arange(len(latencies_ms), dtype=np.float64) * 0.1
    return MeasuredRun(arrivals, arrivals + np.array(latencies_ms) / 1000, np.array(late_ms))


def test_a_measured_run_has_percentiles_and_its_throughput_until_the_last_answer() -> None:
    latencies = [float(n) for n in range(1, 101)]
    found = measured(latencies, [0.0] * 100)
    expected = np.percentile(latencies, [50, 90, 99])
    assert [found.p50_ms, found.p90_ms, found.p99_ms] == pytest.approx(expected.tolist())
    assert measured([900, 50, 50], [0, 0, 0]).texts_per_s == pytest.approx(3 / 0.9)


@pytest.mark.parametrize(("late", "kept_up"), [(4.0, True), (6.0, False)])
def test_a_load_that_was_late_by_half_of_the_latency_is_marked(late: float, kept_up: bool) -> None:
    found = measured([10.0] * 9, [0.0] * 4 + [late] * 5)
    assert found.load_kept_up is kept_up
    assert ("the load itself was late" in repr(found)) is not kept_up


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
    """Return each index that was sent, and the latest time at which that may have been."""
    sent: list[tuple[int, float]] = []
    done = asyncio.Event()

    def send(index: int) -> None:
        sent.append((index, clock.now_s))
        if index + 1 == len(due_s):
            done.set()

    with clockwork(due_s, send, clock=clock.time, wait=clock.wait):
        await done.wait()
    return sent


def test_each_request_is_sent_once_in_order_and_not_too_early() -> None:
    due_s = [0.0, 0.01, 0.01, 0.3]
    sent = asyncio.run(_sent(due_s, _Clock()))
    assert [index for index, _ in sent] == [0, 1, 2, 3]
    assert all(at >= due - 1e-9 for (_, at), due in zip(sent, due_s, strict=True))


def test_overdue_requests_are_sent_immediately_and_long_waits_are_split() -> None:
    clock = _Clock()
    clock.now_s = 5.0
    asyncio.run(_sent([1.0, 2.0, 3.0], clock))
    assert clock.waits == []
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
