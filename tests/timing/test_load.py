"""Loads on a virtual clock: no test sleeps, and every latency is known beforehand."""

from __future__ import annotations

import asyncio
import gc
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from lessons_lib.timing.arrivals import all_at_once, poisson
from lessons_lib.timing.cost import CostModel, measure_microbatch_cost
from lessons_lib.timing.load import MeasuredRun, closed_loop, open_loop
from lessons_lib.timing.simulate import BatchingPolicy, simulate

Pacer = Callable[..., Any]


class Worker:
    """Answers one at a time, each after the same time; keeps what it was asked."""

    def __init__(self, service_s: float = 0.01) -> None:
        self.texts: list[str] = []
        self._service_s = service_s
        self._lock = asyncio.Lock()

    async def predict(self, text: str) -> str:
        self.texts.append(text)
        async with self._lock:
            await asyncio.sleep(self._service_s)
        return text


@pytest.fixture
def opened(virtual_loop: asyncio.AbstractEventLoop, pace: Pacer) -> Callable[..., MeasuredRun]:
    def run(predict: Callable[[str], Awaitable[object]], *args: Any, **named: Any) -> MeasuredRun:
        named = {"warmup": 0, "clock": virtual_loop.time, "pace": pace, **named}
        return virtual_loop.run_until_complete(open_loop(predict, *args, **named))

    return run


def test_who_comes_while_the_worker_is_busy_waits(opened: Callable[..., MeasuredRun]) -> None:
    run = opened(Worker().predict, ["x"], [0.0, 0.004, 0.5])
    assert run.latency_ms.tolist() == pytest.approx([10, 16, 10])
    assert run.late_ms.tolist() == pytest.approx([0, 0, 0])


def test_the_measured_queue_is_the_simulated_one(opened: Callable[..., MeasuredRun]) -> None:
    arrivals = poisson(80, 300)
    run = opened(Worker(service_s=0.01).predict, ["x"], arrivals)
    told = simulate(arrivals, CostModel(0.01, 0), BatchingPolicy(1, 0))
    assert run.latency_ms.tolist() == pytest.approx(told.latency_ms.tolist())
    assert run.texts_per_s == pytest.approx(told.texts_per_s)


def test_a_load_that_is_held_up_still_counts_from_the_arrival(
    opened: Callable[..., MeasuredRun], virtual_loop: asyncio.AbstractEventLoop
) -> None:
    async def blocking(text: str) -> None:
        virtual_loop._selector.now_s += 0.1  # type: ignore[attr-defined]

    run = opened(blocking, ["x"], [0.0, 0.02])
    # The loop is blocked until 0.1 s, so the second is sent 80 ms late: that is part of its wait.
    assert run.late_ms.tolist() == pytest.approx([0, 80])
    assert run.latency_ms.tolist() == pytest.approx([100, 180])


def test_texts_are_sent_in_order_and_go_round_after_the_warm_up(
    opened: Callable[..., MeasuredRun],
) -> None:
    worker = Worker()
    run = opened(worker.predict, ["a", "b"], [0.0, 0.1, 0.2], warmup=3)
    assert worker.texts == ["a", "b", "a", "a", "b", "a"]
    assert (run.n, run.warmup) == (3, 3)


def test_refusals_are_counted_and_are_in_no_percentile(opened: Callable[..., MeasuredRun]) -> None:
    async def picky(text: str) -> None:
        if text == "bad":
            raise RuntimeError("the queue is full")
        await asyncio.sleep(0.01)

    run = opened(picky, ["good", "bad"], [0.0, 0.0, 0.1, 0.1])
    assert (run.n, run.refused, str(run.first_refusal)) == (2, 2, "the queue is full")
    assert run.latency_ms.tolist() == pytest.approx([10, 10])
    assert "2 refused" in repr(run)


def test_if_every_request_is_refused_the_reason_is_raised(
    opened: Callable[..., MeasuredRun],
) -> None:
    async def broken(text: str) -> None:
        raise KeyError(text)

    with pytest.raises(KeyError, match="x"):
        opened(broken, ["x"], [0.0, 0.1])


def test_all_at_once_is_the_throughput_of_the_worker(opened: Callable[..., MeasuredRun]) -> None:
    assert opened(Worker(0.01).predict, ["x"], all_at_once(50)).texts_per_s == pytest.approx(100)


def test_a_load_that_is_cancelled_leaves_no_task_behind(
    virtual_loop: asyncio.AbstractEventLoop, pace: Pacer
) -> None:
    answered: list[str] = []

    async def forever(text: str) -> None:
        await asyncio.sleep(1e9)
        answered.append(text)

    async def cancelled_half_way() -> None:
        load = open_loop(
            forever, ["x"], [0.0, 1.0, 9.0], warmup=0, clock=virtual_loop.time, pace=pace
        )
        async with asyncio.timeout(5):
            await load

    with pytest.raises(TimeoutError):
        virtual_loop.run_until_complete(cancelled_half_way())
    assert asyncio.all_tasks(virtual_loop) == set()
    assert answered == []


def test_in_a_closed_loop_nobody_queues(virtual_loop: asyncio.AbstractEventLoop) -> None:
    load = closed_loop(Worker(0.01).predict, ["x"] * 5, warmup=0, clock=virtual_loop.time)
    run = virtual_loop.run_until_complete(load)
    assert run.latency_ms.tolist() == pytest.approx([10] * 5)
    assert run.arrivals_s.tolist() == pytest.approx([0, 0.01, 0.02, 0.03, 0.04])


def test_more_clients_wait_for_each_other(virtual_loop: asyncio.AbstractEventLoop) -> None:
    worker = Worker(0.01)
    load = closed_loop(worker.predict, list("abcdef"), clients=3, warmup=0, clock=virtual_loop.time)
    run = virtual_loop.run_until_complete(load)
    assert sorted(worker.texts) == list("abcdef")
    assert run.latency_ms.tolist() == pytest.approx([10, 20, 30, 30, 30, 30])


def test_the_collector_rests_during_a_load_and_works_after_it(
    opened: Callable[..., MeasuredRun],
) -> None:
    seen: list[bool] = []

    async def look(text: str) -> None:
        seen.append(gc.isenabled())

    opened(look, ["x"], [0.0])
    assert (seen, gc.isenabled()) == ([False], True)


class Batcher:
    """Answers those who ask in the same turn of the loop together, as one batch."""

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


def test_the_cost_of_a_batcher_is_found_from_outside(
    virtual_loop: asyncio.AbstractEventLoop, pace: Pacer
) -> None:
    batcher = Batcher(CostModel(0.003, 0.0004))
    measuring = measure_microbatch_cost(
        batcher.predict, ["a", "b"], rounds=2, clock=virtual_loop.time, pace=pace
    )
    cost = virtual_loop.run_until_complete(measuring)
    found = (cost.fixed_s, cost.per_text_s, cost.handover_s)
    assert found == pytest.approx((0.003, 0.0004, 0), abs=1e-9)


def test_what_passes_before_a_request_is_sent_is_no_part_of_the_service(
    virtual_loop: asyncio.AbstractEventLoop, pace: Pacer
) -> None:
    def tardy(due_s: Sequence[float], send: Callable[[int], None]) -> Any:
        return pace([due + 0.002 for due in due_s], send)

    batcher = Batcher(CostModel(0.003, 0.0004))
    measuring = measure_microbatch_cost(
        batcher.predict, ["a"], rounds=2, clock=virtual_loop.time, pace=tardy
    )
    cost = virtual_loop.run_until_complete(measuring)
    assert (cost.fixed_s, cost.handover_s) == pytest.approx((0.003, 0.002))


def test_a_batch_that_is_refused_has_no_cost(
    virtual_loop: asyncio.AbstractEventLoop, pace: Pacer
) -> None:
    room = iter([None] * 5)

    async def small(text: str) -> None:
        if next(room, "full"):
            raise RuntimeError("the queue is full")

    measuring = measure_microbatch_cost(small, ["a"], clock=virtual_loop.time, pace=pace)
    with pytest.raises(RuntimeError, match="the queue is full"):
        virtual_loop.run_until_complete(measuring)


@pytest.mark.parametrize(
    ("texts", "arrivals", "named", "words"),
    [
        ([], [0.0], {}, "got none"),
        (["x"], [], {}, "at least 1 arrival"),
        (["x"], [0.0], {"warmup": -1}, "warmup ≥ 0, got -1"),
        (["x"], [math.nan], {}, "got nan"),
        (["x"], [1.0, 0.0], {}, "Sort them"),
    ],
)
def test_what_is_no_load_is_refused(
    opened: Callable[..., MeasuredRun],
    texts: list[str],
    arrivals: list[float],
    named: dict[str, int],
    words: str,
) -> None:
    with pytest.raises(ValueError, match=words):
        opened(Worker().predict, texts, arrivals, **named)


def test_one_text_for_many_is_refused(opened: Callable[..., MeasuredRun]) -> None:
    with pytest.raises(TypeError, match="got one str"):
        opened(Worker().predict, "hello", [0.0])


def test_no_client_is_refused(virtual_loop: asyncio.AbstractEventLoop) -> None:
    with pytest.raises(ValueError, match="clients=0"):
        virtual_loop.run_until_complete(closed_loop(Worker().predict, ["x"], clients=0))
