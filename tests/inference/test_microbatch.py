"""When batches form, who is in them, and what each caller gets."""

from __future__ import annotations

import asyncio
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from lessons_lib.inference.microbatch import MicroBatchPredictor, QueueFullError
from lessons_lib.timing.arrivals import poisson
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.simulate import BatchingPolicy, simulate
from tests.inference.microbatch_bench import (
    HandMovedClock,
    HeldPipeline,
    ask,
    numbers_of,
    run,
)


def test_a_full_batch_goes_at_once() -> None:
    async def main() -> None:
        clock, pipeline = HandMovedClock(), HeldPipeline()
        async with MicroBatchPredictor(pipeline, max_batch_size=3, clock=clock) as micro:
            two = await ask(micro, "1", "2")
            assert list(micro.batch_sizes) == []
            tasks = two + await ask(micro, "3")
            await asyncio.wait(tasks)
            assert pipeline.batches == [["1", "2", "3"]]
            assert numbers_of(tasks) == ["1", "2", "3"]
            assert clock.timers == []

    run(main())


def test_a_batch_goes_when_its_oldest_has_waited_long_enough() -> None:
    async def main() -> None:
        clock, pipeline = HandMovedClock(), HeldPipeline()
        async with MicroBatchPredictor(
            pipeline, max_batch_size=8, batch_wait_timeout_s=0.5, clock=clock
        ) as micro:
            tasks = await ask(micro, "1")
            clock.advance(0.25)
            tasks += await ask(micro, "2")
            clock.advance(0.125)
            assert list(micro.batch_sizes) == []
            clock.advance(0.125)
            assert list(micro.batch_sizes) == [2]
            await asyncio.wait(tasks)
            assert numbers_of(tasks) == ["1", "2"]

    run(main())


def test_what_comes_while_a_batch_is_computed_waits_for_its_end() -> None:
    async def main() -> None:
        clock, pipeline = HandMovedClock(), HeldPipeline(held=True)
        async with MicroBatchPredictor(pipeline, max_batch_size=2, clock=clock) as micro:
            first = await ask(micro, "1", "2")
            rest = await ask(micro, "3", "4", "5", "6", "7")
            clock.advance(10)
            assert (list(micro.batch_sizes), micro.texts_waiting) == ([2], 5)
            pipeline.release()
            await asyncio.wait(first)
            assert (list(micro.batch_sizes), micro.texts_waiting) == ([2, 2], 3)
            pipeline.release(3)
            await asyncio.wait(rest)
            assert pipeline.batches == [["1", "2"], ["3", "4"], ["5", "6"], ["7"]]
            assert numbers_of(first + rest) == ["1", "2", "3", "4", "5", "6", "7"]

    run(main())


def test_who_is_not_yet_due_when_a_batch_ends_waits_for_the_rest_of_the_time() -> None:
    async def main() -> None:
        clock, pipeline = HandMovedClock(), HeldPipeline(held=True)
        async with MicroBatchPredictor(
            pipeline, max_batch_size=2, batch_wait_timeout_s=1, clock=clock
        ) as micro:
            first = await ask(micro, "1", "2")
            last = await ask(micro, "3")
            clock.advance(0.75)
            pipeline.release(2)
            await asyncio.wait(first)
            clock.advance(0.125)
            assert list(micro.batch_sizes) == [2]
            clock.advance(0.125)
            assert list(micro.batch_sizes) == [2, 1]
            await asyncio.wait(last)

    run(main())


def test_without_a_wait_those_who_ask_in_the_same_turn_share_a_batch() -> None:
    async def main() -> None:
        pipeline = HeldPipeline()
        async with MicroBatchPredictor(pipeline, batch_wait_timeout_s=0) as micro:
            await asyncio.gather(*(micro.predict(f"{n}") for n in range(5)))
            await micro.predict("5")
        assert pipeline.batches == [["0", "1", "2", "3", "4"], ["5"]]

    run(main())


def test_the_running_loop_is_the_clock_if_none_is_given() -> None:
    async def main() -> None:
        async with MicroBatchPredictor(HeldPipeline(), batch_wait_timeout_s=0.001) as micro:
            assert (await micro.predict("4")).probabilities == (4, 0, 0)

    run(main())


async def replayed(
    arrivals_s: list[float], cost: CostModel, policy: BatchingPolicy
) -> tuple[list[float], list[int]]:
    """Send texts at these moments through a model of this cost: batches' starts and sizes."""
    clock, pipeline = HandMovedClock(), HeldPipeline(held=True)
    micro = MicroBatchPredictor(
        pipeline,
        max_batch_size=policy.max_batch_size,
        batch_wait_timeout_s=policy.batch_wait_timeout_s,
        max_queue=len(arrivals_s),
        clock=clock,
    )
    tasks: list[asyncio.Task[Any]] = []
    starts: list[float] = []
    ends_at, to_come = math.inf, iter([*arrivals_s, math.inf])
    arrives_at = next(to_come)
    while min(moments := [ends_at, arrives_at, *(t.when for t in clock.timers)]) < math.inf:
        clock.advance_to(min(moments))
        if clock.now == ends_at:
            done = sum(micro.batch_sizes)
            ends_at = math.inf
            pipeline.release()
            await asyncio.wait(tasks[done - micro.batch_sizes[-1] : done])
        elif clock.now == arrives_at:
            tasks += await ask(micro, "1")
            arrives_at = next(to_come)
        if micro.batches > len(starts):
            starts.append(clock.now)
            ends_at = clock.now + cost.service_s(micro.batch_sizes[-1])
    await micro.aclose()
    return starts, list(micro.batch_sizes)


@pytest.mark.parametrize("rate_per_s", [50, 400, 900, 3_000])
@pytest.mark.parametrize(("size", "wait_s"), [(1, 0.005), (4, 0.005), (8, 0.02), (8, 0)])
def test_batches_form_as_the_simulation_says(rate_per_s: float, size: int, wait_s: float) -> None:
    arrivals = poisson(rate_per_s, 200, seed=size)
    cost, policy = CostModel(0.004, 0.0005), BatchingPolicy(size, wait_s)
    simulated = simulate(arrivals, cost, policy)
    starts, sizes = run(replayed(arrivals.tolist(), cost, policy))
    assert sizes == simulated.batch_sizes.tolist()
    assert np.repeat(starts, sizes) == pytest.approx(simulated.started_s, abs=1e-9)


def test_a_caller_who_gives_up_is_not_computed_and_leaves_the_others() -> None:
    async def main() -> None:
        clock, pipeline = HandMovedClock(), HeldPipeline()
        async with MicroBatchPredictor(pipeline, max_batch_size=3, clock=clock) as micro:
            one, two = await ask(micro, "1", "2")
            one.cancel()
            assert micro.texts_waiting == 1
            others = [two, *await ask(micro, "3", "4")]
            await asyncio.wait(others)
            assert one.cancelled()
            assert numbers_of(others) == ["2", "3", "4"]
            assert pipeline.batches == [["2", "3", "4"]]

    run(main())


@pytest.mark.parametrize("fails_on", ["1", "none"])
def test_a_caller_may_give_up_while_its_batch_is_computed(fails_on: str) -> None:
    async def main() -> None:
        pipeline = HeldPipeline(held=True, fails_on={fails_on: ValueError()})
        async with MicroBatchPredictor(pipeline, max_batch_size=2) as micro:
            one, two = await ask(micro, "1", "2")
            one.cancel()
            pipeline.release()
            await asyncio.wait([one, two])
            assert one.cancelled()
            assert (two.exception() is None) == (fails_on == "none")

    run(main())


def test_a_clock_that_calls_a_moment_too_early_is_taken_at_its_word() -> None:
    async def main() -> None:
        clock = HandMovedClock()
        async with MicroBatchPredictor(HeldPipeline(), clock=clock) as micro:
            tasks = await ask(micro, "1")
            (timer,) = clock.timers
            clock.now = timer.when - 1e-9
            timer.ring()
            assert list(micro.batch_sizes) == [1]
            await asyncio.wait(tasks)

    run(main())


def test_when_the_oldest_gives_up_the_wait_counts_from_the_next() -> None:
    async def main() -> None:
        clock = HandMovedClock()
        async with MicroBatchPredictor(
            HeldPipeline(), batch_wait_timeout_s=1, clock=clock
        ) as micro:
            (one,) = await ask(micro, "1")
            clock.advance(0.5)
            (two,) = await ask(micro, "2")
            one.cancel()
            clock.advance(0.875)
            assert list(micro.batch_sizes) == []
            clock.advance(0.125)
            assert list(micro.batch_sizes) == [1]
            await asyncio.wait([two])

    run(main())


def test_a_full_queue_refuses_and_says_what_to_do() -> None:
    async def main() -> None:
        pipeline = HeldPipeline(held=True)
        async with MicroBatchPredictor(pipeline, max_batch_size=2, max_queue=3) as micro:
            waiting = await ask(micro, *"12345")
            with pytest.raises(QueueFullError) as raised:
                await micro.predict("6")
            assert str(raised.value) == (
                "MicroBatchPredictor lets at most 3 texts wait, and 3 wait now. "
                "Send this one later, or raise max_queue."
            )
            pipeline.release(3)
            await asyncio.wait(waiting)
            assert numbers_of(waiting) == list("12345")

    run(main())


def test_a_caller_who_gives_up_makes_room_at_once() -> None:
    async def main() -> None:
        pipeline = HeldPipeline(held=True)
        async with MicroBatchPredictor(pipeline, max_batch_size=1, max_queue=1) as micro:
            first, second = await ask(micro, "1", "2")
            second.cancel()
            third = asyncio.create_task(micro.predict("3"))
            pipeline.release(2)
            await asyncio.wait([first, third])
            assert numbers_of([first, third]) == ["1", "3"]

    run(main())


def test_the_loop_is_free_while_a_batch_is_computed() -> None:
    async def main() -> None:
        pipeline = HeldPipeline(held=True)
        async with MicroBatchPredictor(pipeline, max_batch_size=1) as micro:
            (task,) = await ask(micro, "1")
            asyncio.get_running_loop().call_soon(pipeline.release)
            await asyncio.wait([task])

    run(main())


def test_the_sizes_of_the_latest_batches_are_kept_and_all_are_counted() -> None:
    async def main() -> MicroBatchPredictor:
        async with MicroBatchPredictor(HeldPipeline(), max_batch_size=1, max_queue=2_000) as micro:
            await asyncio.gather(*(micro.predict("1") for _ in range(1_003)))
        return micro

    micro = run(main())
    assert (micro.batches, len(micro.batch_sizes)) == (1_003, 1_000)


NOT_ONE_TEXT = [
    (["Hello world"], "list of 1"),
    (("a", "b"), "tuple of 2"),
    (None, "None"),
    (3, "int"),
    (b"bytes", "bytes"),
]


@pytest.mark.parametrize(("value", "came"), NOT_ONE_TEXT, ids=[came for _, came in NOT_ONE_TEXT])
def test_it_takes_one_string_and_says_where_batch_is(value: Any, came: str) -> None:
    async def main() -> None:
        async with MicroBatchPredictor(HeldPipeline()) as micro:
            with pytest.raises(TypeError) as raised:
                await micro.predict(value)
        assert str(raised.value) == (
            f"MicroBatchPredictor.predict() takes one text (str), got {came}. "
            "For many texts use BatchPredictor.predict(texts)."
        )

    run(main())


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"max_batch_size": 0}, ValueError, "max_batch_size must be an integer ≥ 1, got 0"),
        ({"max_batch_size": True}, TypeError, "max_batch_size must be an integer"),
        ({"max_batch_size": 8.0}, TypeError, "max_batch_size must be an integer"),
        (
            {"max_queue": 7},
            ValueError,
            "max_queue must hold at least one batch: max_batch_size=8, got max_queue=7",
        ),
        ({"max_queue": 0}, ValueError, "max_queue must be an integer ≥ 1, got 0"),
        ({"max_queue": "9"}, TypeError, "max_queue must be an integer .* got str"),
        ({"batch_wait_timeout_s": -0.001}, ValueError, r"seconds ≥ 0, got -0\.001"),
        ({"batch_wait_timeout_s": math.nan}, ValueError, "got nan"),
        ({"batch_wait_timeout_s": math.inf}, ValueError, "finite .* got inf"),
        ({"batch_wait_timeout_s": True}, TypeError, "got bool"),
        ({"batch_wait_timeout_s": "5ms"}, TypeError, "got str"),
        ({"batch_wait_timeout_s": None}, TypeError, "got NoneType"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    settings: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        MicroBatchPredictor(HeldPipeline(), **settings)


def test_settings_may_come_from_numpy_and_are_plain_numbers_from_then_on() -> None:
    settings: dict[str, Any] = {
        "max_batch_size": np.int64(4),
        "batch_wait_timeout_s": np.float32(0.25),
        "max_queue": np.int64(9),
    }
    micro = MicroBatchPredictor(HeldPipeline(), **settings)
    assert repr(micro) == (
        "MicroBatchPredictor(HeldPipeline, max_batch_size=4, batch_wait_timeout_s=0.25)"
    )


def test_it_reads_well() -> None:
    micro = MicroBatchPredictor(HeldPipeline(), max_batch_size=4)
    assert repr(micro) == (
        "MicroBatchPredictor(HeldPipeline, max_batch_size=4, batch_wait_timeout_s=0.005)"
    )


def test_importing_it_loads_neither_numpy_nor_torch() -> None:
    code = "import lessons_lib.inference.microbatch, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "torch"} & set(done.stdout.split())
