"""The end of a predictor, and of the event loops that it serves: nobody is left hanging."""

from __future__ import annotations

import asyncio
import threading

import pytest

from lessons_lib.inference.microbatch import MicroBatchPredictor, PredictorClosedError
from tests.inference.microbatch_bench import (
    GUARD_S,
    HandMovedClock,
    HeldPipeline,
    ask,
    lose,
    numbers_of,
    run,
    settle,
    threads,
)


def test_closing_answers_what_waits_in_batches_and_ends_the_thread() -> None:
    async def main() -> None:
        clock, pipeline = HandMovedClock(), HeldPipeline(held=True)
        micro = MicroBatchPredictor(pipeline, max_batch_size=2, clock=clock)
        tasks = await ask(micro, *"12345")
        closing = asyncio.create_task(micro.aclose())
        await settle()
        assert not closing.done()
        pipeline.release(3)
        await closing
        assert pipeline.batches == [["1", "2"], ["3", "4"], ["5"]]
        assert numbers_of(tasks) == list("12345")
        assert (clock.timers, threads()) == ([], [])

    run(main())


def test_closing_sends_off_at_once_what_still_had_time() -> None:
    async def main() -> None:
        clock, pipeline = HandMovedClock(), HeldPipeline()
        micro = MicroBatchPredictor(pipeline, clock=clock)
        tasks = await ask(micro, "1", "2")
        await micro.aclose()
        await settle()
        assert numbers_of(tasks) == ["1", "2"]
        assert clock.timers == []

    run(main())


def test_closing_stops_the_timer_of_a_caller_who_gave_up() -> None:
    async def main() -> None:
        clock = HandMovedClock()
        micro = MicroBatchPredictor(HeldPipeline(), clock=clock)
        (task,) = await ask(micro, "1")
        task.cancel()
        await micro.aclose()
        assert (clock.timers, micro.batches) == ([], 0)

    run(main())


def test_leaving_the_context_closes_also_when_it_is_left_by_an_error() -> None:
    async def main() -> None:
        with pytest.raises(ZeroDivisionError):
            async with MicroBatchPredictor(HeldPipeline()) as micro:
                tasks = await ask(micro, "1")
                raise ZeroDivisionError
        await settle()
        assert numbers_of(tasks) == ["1"]
        assert threads() == []

    run(main())


def test_after_closing_and_while_it_lasts_a_call_is_refused() -> None:
    async def main() -> None:
        pipeline = HeldPipeline(held=True)
        micro = MicroBatchPredictor(pipeline, max_batch_size=1)
        tasks = await ask(micro, "1")
        closing = asyncio.create_task(micro.aclose())
        await settle()
        for _ in range(2):
            with pytest.raises(PredictorClosedError) as raised:
                await micro.predict("2")
            assert str(raised.value) == (
                "MicroBatchPredictor is closed: it takes no more texts. "
                "Make a new one and send the text again."
            )
            pipeline.release()
            await asyncio.wait([closing, *tasks])

    run(main())


def test_closing_twice_at_once_and_again_later_is_closing() -> None:
    async def main() -> None:
        pipeline = HeldPipeline(held=True)
        micro = MicroBatchPredictor(pipeline, max_batch_size=1)
        tasks = await ask(micro, "1", "2")
        closings = [asyncio.create_task(micro.aclose()) for _ in range(2)]
        await settle()
        pipeline.release(2)
        await asyncio.gather(*closings)
        await micro.aclose()
        await settle()
        assert numbers_of(tasks) == ["1", "2"]

    run(main())


def test_one_that_was_never_used_closes() -> None:
    run(MicroBatchPredictor(HeldPipeline()).aclose())


def test_a_failing_batch_does_not_keep_it_from_closing() -> None:
    async def main() -> None:
        pipeline = HeldPipeline(held=True, fails_on={"1": ValueError("broken")})
        micro = MicroBatchPredictor(pipeline, max_batch_size=1)
        one, two = await ask(micro, "1", "2")
        pipeline.release(2)
        await micro.aclose()
        await settle()
        assert isinstance(one.exception(), ValueError)
        assert numbers_of([two]) == ["2"]

    run(main())


def test_if_closing_is_cancelled_what_waits_is_refused_and_what_is_computed_is_answered() -> None:
    async def main() -> None:
        pipeline = HeldPipeline(held=True)
        micro = MicroBatchPredictor(pipeline, max_batch_size=1)
        one, two, three = await ask(micro, *"123")
        closing = asyncio.create_task(micro.aclose())
        await settle()
        closing.cancel()
        await asyncio.wait([closing, two, three])
        assert closing.cancelled()
        for refused in (two, three):
            assert isinstance(refused.exception(), PredictorClosedError)
            assert "its closing was broken off" in str(refused.exception())
        pipeline.release()
        await asyncio.wait([one])
        assert numbers_of([one]) == ["1"]
        await micro.aclose()
        assert threads() == []

    run(main())


def test_it_serves_one_event_loop_after_another() -> None:
    micro = MicroBatchPredictor(HeldPipeline(), max_batch_size=2)

    async def both(first: str, second: str) -> None:
        tasks = await ask(micro, first, second)
        await asyncio.wait(tasks)
        assert numbers_of(tasks) == [first, second]

    run(both("1", "2"))
    run(both("3", "4"))
    run(micro.aclose())
    assert (micro.batch_sizes, threads()) == ((2, 2), [])


def test_what_a_closed_loop_left_waiting_or_computing_is_forgotten_by_the_next() -> None:
    pipeline = HeldPipeline(held=True)
    micro = MicroBatchPredictor(pipeline, max_batch_size=2)

    async def leaves_with_callers_waiting() -> None:
        await ask(micro, "1", "2", "3")

    async def comes_after() -> None:
        tasks = await ask(micro, "4", "5")
        assert (micro.batches, micro.texts_waiting) == (1, 2)
        pipeline.release(2)
        await asyncio.wait(tasks)
        assert numbers_of(tasks) == ["4", "5"]
        await micro.aclose()

    run(leaves_with_callers_waiting())
    run(comes_after())
    assert pipeline.batches == [["1", "2"], ["4", "5"]]
    assert threads() == []


def test_a_caller_that_vanished_with_its_loop_is_not_computed_in_the_next() -> None:
    pipeline = HeldPipeline()
    micro = MicroBatchPredictor(pipeline, max_batch_size=2, clock=HandMovedClock())

    async def leaves() -> None:
        lose(micro, "1")

    async def comes_after() -> None:
        tasks = await ask(micro, "2", "3")
        await asyncio.wait(tasks)

    run(leaves())
    assert micro.texts_waiting == 1
    run(comes_after())
    run(micro.aclose())
    assert pipeline.batches == [["2", "3"]]


def test_a_batch_that_ends_after_its_loop_does_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    pipeline = HeldPipeline(held=True)
    micro = MicroBatchPredictor(pipeline, max_batch_size=1)

    async def leaves() -> None:
        await ask(micro, "1")

    async def comes_after() -> None:
        tasks = await ask(micro, "2")
        pipeline.release()
        await asyncio.wait(tasks)
        assert numbers_of(tasks) == ["2"]
        await micro.aclose()

    run(leaves())
    pipeline.release()
    run(comes_after())
    assert caplog.records == []


def test_the_timer_of_a_closed_loop_gives_way_to_one_of_the_next() -> None:
    clock = HandMovedClock()
    micro = MicroBatchPredictor(HeldPipeline(), batch_wait_timeout_s=1, clock=clock)

    async def asks() -> list[float]:
        await ask(micro, "1")
        return [timer.when for timer in clock.timers]

    assert run(asks()) == [1.0]
    clock.advance(0.5)
    assert run(asks()) == [1.5]
    run(micro.aclose())
    assert (clock.timers, micro.batches) == ([], 0)


def test_closing_that_its_loop_broke_off_can_be_finished_in_the_next() -> None:
    pipeline = HeldPipeline(held=True)
    micro = MicroBatchPredictor(pipeline, max_batch_size=1)
    closings = []

    async def leaves() -> None:
        await ask(micro, "1")
        closings.append(asyncio.create_task(micro.aclose()))
        await settle()

    run(leaves())
    assert closings[0].cancelled()
    pipeline.release()
    run(micro.aclose())
    assert threads() == []


def test_a_second_loop_beside_the_first_is_refused() -> None:
    refusals: list[BaseException] = []

    def beside(micro: MicroBatchPredictor) -> None:
        for call in (micro.predict("2"), micro.aclose()):
            with pytest.raises(RuntimeError, match="serves one event loop at a time") as raised:
                asyncio.run(call)
            refusals.append(raised.value)

    async def main() -> None:
        async with MicroBatchPredictor(HeldPipeline(), max_batch_size=1) as micro:
            await micro.predict("1")
            other = threading.Thread(target=beside, args=(micro,))
            other.start()
            other.join(GUARD_S)
            assert len(refusals) == 2
            await micro.predict("3")

    run(main())


@pytest.mark.parametrize("max_batch_size", [1, 2], ids=["computed", "waiting"])
def test_a_loop_that_pauses_is_not_robbed_of_its_callers(max_batch_size: int) -> None:
    paused = asyncio.new_event_loop()
    pipeline = HeldPipeline(held=True)
    micro = MicroBatchPredictor(pipeline, max_batch_size=max_batch_size, clock=HandMovedClock())
    try:
        tasks = paused.run_until_complete(ask(micro, "1"))
        with pytest.raises(RuntimeError, match="still open"):
            run(micro.predict("2"))
        pipeline.release()
        paused.run_until_complete(micro.aclose())
        paused.run_until_complete(asyncio.wait(tasks))
        assert numbers_of(tasks) == ["1"]
    finally:
        paused.close()


def test_a_loop_that_pauses_idle_makes_way() -> None:
    paused = asyncio.new_event_loop()
    micro = MicroBatchPredictor(HeldPipeline(), max_batch_size=1)
    try:
        paused.run_until_complete(micro.predict("1"))
        run(micro.predict("2"))
        paused.run_until_complete(micro.aclose())
    finally:
        paused.close()
    assert threads() == []
