"""When batches form and what they contain, what callers receive, closing, and 10,000 callers."""

import asyncio
import gc
import math
import random
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.microbatch import (
    MicroBatchPredictor,
    PredictorClosedError,
    QueueFullError,
    send_together,
)
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.corpus import demo_texts
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate
from tests.pipeline.inference.microbatch_bench import (
    NumbersPipeline,
    ask,
    in_real_time,
    in_virtual_time,
    numbers_of,
    run,
    run_for_real,
    settle,
    threads,
)
from tests.support.imports import modules_after

PIPELINE = SentimentPipeline.load()


@in_virtual_time
async def test_a_full_batch_runs_immediately_and_each_caller_gets_its_own_prediction() -> None:
    pipeline = NumbersPipeline()
    async with MicroBatchPredictor(pipeline, max_batch_size=3) as micro:
        two = await ask(micro, "1", "2")
        assert pipeline.batches == []
        tasks = two + await ask(micro, "3")
        assert pipeline.batches == [["1", "2", "3"]]
        await asyncio.wait(tasks)
        assert numbers_of(tasks) == "1 2 3"
        assert pipeline.started_s == [0]


@in_virtual_time
async def test_with_a_timeout_of_0_concurrent_callers_share_a_batch() -> None:
    pipeline = NumbersPipeline()
    async with MicroBatchPredictor(pipeline, batch_wait_timeout_s=0) as micro:
        await asyncio.gather(*map(micro.predict, "01234"))
        await micro.predict("5")
    assert pipeline.batches == [["0", "1", "2", "3", "4"], ["5"]]


@pytest.mark.parametrize("rate_per_s", [50, 400, 900, 3_000])
@pytest.mark.parametrize(
    ("size", "wait_s", "max_queue"),
    [(1, 0.005, 1000), (4, 0.005, 1000), (8, 0.02, 1000), (8, 0, 1000), (1, 0, 3), (8, 0.01, 8)],
)
def test_batches_form_and_requests_are_refused_as_in_the_simulation(
    rate_per_s: float, size: int, wait_s: float, max_queue: int
) -> None:
    arrivals = poisson(rate_per_s, 200, seed=size)
    cost, policy = CostModel(0.004, 0.0005), BatchingPolicy(size, wait_s, max_queue)
    pipeline = NumbersPipeline(cost.service_s)
    accepted: list[float] = []

    async def main() -> None:
        async def arrive(arrival_s: float) -> None:
            await asyncio.sleep(arrival_s)
            with suppress(QueueFullError):
                await micro.predict("1")
                accepted.append(arrival_s)

        async with MicroBatchPredictor(
            pipeline, max_batch_size=size, batch_wait_timeout_s=wait_s, max_queue=max_queue
        ) as micro:
            await asyncio.gather(*map(arrive, arrivals.tolist()))

    run(main())
    simulated = simulate(arrivals, cost, policy)
    assert sorted(accepted) == simulated.arrivals_s.tolist()
    assert (simulated.refused == 0) or max_queue < 1000
    assert (simulated.refused > 0) or max_queue == 1000 or rate_per_s < 900
    sizes = [len(batch) for batch in pipeline.batches]
    assert sizes == simulated.batch_sizes.tolist()
    assert np.repeat(pipeline.started_s, sizes) == pytest.approx(simulated.started_s, abs=1e-9)


@in_virtual_time
async def test_texts_sent_together_are_answered_in_order_or_the_first_error_is_raised() -> None:
    pipeline = NumbersPipeline(fails_on={"9": ValueError("nine")})
    async with MicroBatchPredictor(pipeline, max_batch_size=2) as micro:
        answers = await send_together(micro, ["3", "1", "2"])
        assert [one.probabilities[0] for one in answers] == [3, 1, 2]
        assert pipeline.batches == [["3", "1"], ["2"]]
        with pytest.raises(ValueError, match="nine"):
            await send_together(micro, ["1", "2", "9"])
        with pytest.raises(TypeError, match="one str"):
            await send_together(micro, "123")
        with pytest.raises(TypeError, match=r"got list of 1\. For many texts use BatchPredictor"):
            await micro.predict(["1"])  # type: ignore[arg-type]
        assert await send_together(micro, []) == []


@in_virtual_time
async def test_the_text_of_a_caller_that_gives_up_is_not_computed() -> None:
    pipeline = NumbersPipeline()
    async with MicroBatchPredictor(pipeline, max_batch_size=3, batch_wait_timeout_s=1) as micro:
        one, two = await ask(micro, "1", "2")
        one.cancel()
        others = [two, *await ask(micro, "3", "4")]
        await asyncio.wait(others)
        assert one.cancelled()
        assert numbers_of(others) == "2 3 4"
        began_s = asyncio.get_running_loop().time()
        (five,) = await ask(micro, "5")
        await asyncio.sleep(0.5)
        (six,) = await ask(micro, "6")
        five.cancel()
        await six
        assert pipeline.batches == [["2", "3", "4"], ["6"]]
        assert pipeline.started_s == [0, began_s + 1.5]  # the timeout of the next text counts


@pytest.mark.parametrize("fails_on", ["1", "none"])
@in_virtual_time
async def test_a_caller_may_give_up_while_its_batch_runs(fails_on: str) -> None:
    pipeline = NumbersPipeline(fails_on={fails_on: ValueError()})
    async with MicroBatchPredictor(pipeline, max_batch_size=2) as micro:
        one, two = await ask(micro, "1", "2")
        assert pipeline.batches
        one.cancel()
        await asyncio.wait([one, two])
        assert one.cancelled()
        assert (two.exception() is None) == (fails_on == "none")


@in_virtual_time
async def test_a_full_queue_rejects_texts_until_a_caller_gives_up() -> None:
    async with MicroBatchPredictor(NumbersPipeline(), max_batch_size=2, max_queue=3) as micro:
        tasks = await ask(micro, *"12")  # running
        tasks += await ask(micro, *"345")
        with pytest.raises(QueueFullError, match=r"3 are waiting\. .* raise max_queue"):
            await micro.predict("6")
        tasks.pop().cancel()
        tasks.append(asyncio.create_task(micro.predict("7")))
        await asyncio.wait(tasks)
        assert numbers_of(tasks) == "1 2 3 4 7"


@in_virtual_time
async def test_the_sizes_of_the_latest_batches_are_kept() -> None:
    micro = MicroBatchPredictor(NumbersPipeline(), max_batch_size=2, max_queue=3_000)
    async with micro:
        await asyncio.gather(*(micro.predict("1") for _ in range(2_005)))
    assert micro.batch_sizes == (2,) * 999 + (1,)
    assert repr(micro).startswith("MicroBatchPredictor(NumbersPipeline, max_batch_size=2, batch_wa")


@in_virtual_time
async def test_each_caller_of_a_failing_batch_gets_its_error_and_later_batches_succeed() -> None:
    error = ValueError("broken")
    pipeline = NumbersPipeline(fails_on={"2": error})
    async with MicroBatchPredictor(pipeline, max_batch_size=2) as micro:
        tasks = await ask(micro, *"1234")
        await asyncio.wait(tasks)
        assert [task.exception() for task in tasks[:2]] == [error, error]
        assert numbers_of(tasks[2:]) == "3 4"


class FixedPipeline:
    """Returns an array of a fixed shape and number, regardless of the texts."""

    def __init__(self, *shape: int, number: float = 0.0) -> None:
        self._rows = np.full(shape, number, dtype=np.float32)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._rows


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        (FixedPipeline(1, 3), "one row per text, got 1 for a batch of 2"),
        (FixedPipeline(2, 2), "not enough values to unpack"),
        (FixedPipeline(2, 3, number=np.nan), "must return numbers, got NaN for '1'"),
    ],
)
@in_virtual_time
async def test_rows_must_match_the_batch(pipeline: FixedPipeline, message: str) -> None:
    async with MicroBatchPredictor(pipeline, max_batch_size=2) as micro:
        for task in await ask(micro, "1", "2"):
            with pytest.raises(ValueError, match=message):
                await task


@pytest.mark.parametrize(
    "error", [StopIteration(), SystemExit(3), asyncio.CancelledError(), CancelledError()], ids=repr
)
@in_real_time
async def test_an_exception_that_would_stop_the_loop_is_wrapped(error: BaseException) -> None:
    pipeline = NumbersPipeline(fails_on={"1": error})
    async with MicroBatchPredictor(pipeline, max_batch_size=1) as micro:
        with pytest.raises(RuntimeError, match=f"raised {type(error).__name__}") as raised:
            await micro.predict("1")
        assert raised.value.__cause__ is error
        await micro.predict("2")


def test_the_model_runs_in_a_thread_and_does_not_block_the_loop() -> None:
    loop_has_run = threading.Event()

    class WaitingPipeline(NumbersPipeline):
        def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
            assert loop_has_run.wait(60)
            return super().probabilities(texts)

    async def main() -> None:
        async with MicroBatchPredictor(WaitingPipeline(), max_batch_size=1) as micro:
            (task,) = await ask(micro, "1")
            assert len(threads()) == 1
            asyncio.get_running_loop().call_soon(loop_has_run.set)
            assert (await task).probabilities == (1, 0, 0)
        assert threads() == []

    run_for_real(main())


def test_callers_get_the_error_if_no_thread_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def main() -> None:
        async with MicroBatchPredictor(NumbersPipeline(), max_batch_size=2) as micro:
            with monkeypatch.context() as patch:
                patch.setattr(threading.Thread, "start", fail)
                got = await asyncio.gather(*map(micro.predict, "1234"), return_exceptions=True)
                assert [str(error) for error in got] == ["can't start new thread"] * 4
            assert (await micro.predict("5")).probabilities == (5, 0, 0)

    run_for_real(main())


@in_virtual_time
async def test_closing_by_call_or_by_an_error_runs_all_waiting_texts_immediately() -> None:
    pipeline = NumbersPipeline()
    micro = MicroBatchPredictor(pipeline, max_batch_size=2, batch_wait_timeout_s=100)
    tasks = await ask(micro, *"12345")
    await micro.aclose()
    await settle()
    assert pipeline.batches == [["1", "2"], ["3", "4"], ["5"]]
    assert pipeline.started_s == [0, 1, 2]
    assert numbers_of(tasks) == "1 2 3 4 5"
    with pytest.raises(ZeroDivisionError):
        async with MicroBatchPredictor(pipeline, batch_wait_timeout_s=100) as micro:
            tasks = await ask(micro, "6")
            raise ZeroDivisionError
    await settle()
    assert numbers_of(tasks) == "6"
    assert pipeline.started_s == [0, 1, 2, 3]


@in_virtual_time
async def test_calls_during_and_after_closing_are_rejected() -> None:
    micro = MicroBatchPredictor(NumbersPipeline(), max_batch_size=1)
    await ask(micro, "1")
    closing = asyncio.create_task(micro.aclose())
    await settle()
    assert not closing.done()
    for _ in range(2):
        with pytest.raises(PredictorClosedError, match="Create a new one and send"):
            await micro.predict("2")
        await closing


def test_a_predictor_may_be_closed_twice_concurrently_and_again_later() -> None:
    async def main() -> None:
        pipeline = NumbersPipeline(fails_on={"1": ValueError()})
        micro = MicroBatchPredictor(pipeline, max_batch_size=1)
        one, two = await ask(micro, "1", "2")
        await asyncio.gather(micro.aclose(), micro.aclose())
        await micro.aclose()
        await settle()
        assert isinstance(one.exception(), ValueError)
        assert numbers_of([two]) == "2"

    run(main())
    run(MicroBatchPredictor(NumbersPipeline()).aclose())


@in_virtual_time
async def test_if_closing_is_cancelled_only_the_running_batch_finishes() -> None:
    micro = MicroBatchPredictor(NumbersPipeline(), max_batch_size=1)
    one, two, three = await ask(micro, *"123")
    closing = asyncio.create_task(micro.aclose())
    await settle()
    closing.cancel()
    await asyncio.wait([closing, two, three])
    assert closing.cancelled() and not one.done()
    for rejected in (two, three):
        with pytest.raises(PredictorClosedError, match="closing was canceled"):
            await rejected
    assert (await one).probabilities == (1, 0, 0)
    await micro.aclose()


def test_calls_from_another_event_loop_are_rejected_without_harm_to_the_first() -> None:
    micro = MicroBatchPredictor(NumbersPipeline(), max_batch_size=1)

    def elsewhere() -> None:
        for call in (micro.predict("2"), micro.aclose()):
            with pytest.raises(RuntimeError, match="one predictor per event loop"):
                asyncio.run(call)

    async def main() -> None:
        (task,) = await ask(micro, "1")
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join(60)
        await asyncio.gather(task, micro.predict("3"))

    run(main())
    run(micro.aclose())


def test_an_event_loop_may_end_while_a_batch_runs(caplog: pytest.LogCaptureFixture) -> None:
    release = threading.Event()

    class HeldPipeline(NumbersPipeline):
        def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
            assert release.wait(60)
            return super().probabilities(texts)

    micro = MicroBatchPredictor(HeldPipeline(), max_batch_size=1)
    run_for_real(ask(micro, "1", "2"))
    release.set()
    run_for_real(micro.aclose())
    assert (threads(), caplog.records) == ([], [])


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"max_batch_size": 0}, ValueError, "max_batch_size must be an integer ≥ 1, got 0"),
        ({"max_batch_size": 8.0}, TypeError, "max_batch_size must be an integer ≥ 1, got float"),
        ({"max_queue": 7}, ValueError, "at least max_batch_size=8, got 7"),
        ({"batch_wait_timeout_s": math.nan}, ValueError, "finite number of seconds ≥ 0, got nan"),
        ({"batch_wait_timeout_s": "5ms"}, TypeError, "batch_wait_timeout_s must .* got str"),
    ],
)
def test_invalid_settings_are_rejected(
    settings: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        MicroBatchPredictor(NumbersPipeline(), **settings)


def test_importing_micro_batching_loads_neither_numpy_nor_torch() -> None:
    modules = modules_after("import lessons_lib.pipeline.inference.microbatch")
    assert modules.isdisjoint({"numpy", "torch"})


CALLERS = 10_000


class Text(str):
    """A text that can have a weak reference."""


class BatchFailedError(Exception):
    """Contains the texts of the batch that failed."""


class UnreliablePipeline:
    """The textbook pipeline, but every tenth batch fails on average."""

    def __init__(self, pipeline: SentimentPipeline, seed: int) -> None:
        self._pipeline, self._random = pipeline, random.Random(seed)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._random.random() < 0.1:
            raise BatchFailedError([str(text) for text in texts])
        return self._pipeline.probabilities(texts)


async def ask_all(
    micro: MicroBatchPredictor, texts: Sequence[str], chance: random.Random
) -> list[Any]:
    """Start all callers together, and let a tenth of them give up at random moments."""
    tasks = [asyncio.create_task(micro.predict(text)) for text in texts]
    quitters = chance.sample(tasks, CALLERS // 10)
    while quitters:
        for _ in range(min(chance.randrange(40), len(quitters))):
            quitters.pop().cancel()
        await asyncio.sleep(0)
    return await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("seed", [0, 1])
def test_each_of_ten_thousand_callers_gets_its_own_result_and_nothing_is_left_behind(
    seed: int,
) -> None:
    chance = random.Random(seed)
    texts = [Text(f"{chance.choice(demo_texts())} {n}") for n in range(CALLERS)]
    unreliable = UnreliablePipeline(PIPELINE, seed)
    micro = MicroBatchPredictor(unreliable, max_batch_size=32, max_queue=CALLERS)

    async def main() -> list[Any]:
        async with micro:
            got = await ask_all(micro, texts, chance)
        assert len(asyncio.all_tasks()) <= 2  # this one, and the one that waits for it
        return got

    got = run_for_real(main())
    answered = [n for n, each in enumerate(got) if isinstance(each, Prediction)]
    failed = [n for n, each in enumerate(got) if isinstance(each, BatchFailedError)]
    cancelled = [n for n, each in enumerate(got) if isinstance(each, asyncio.CancelledError)]
    assert len(answered) + len(failed) + len(cancelled) == CALLERS
    assert 0 < len(cancelled) <= CALLERS // 10 and len(answered) > CALLERS // 2
    assert failed and all(texts[n] in got[n].args[0] for n in failed)
    expected = BatchPredictor(PIPELINE).predict([texts[n] for n in answered])
    assert [got[n].label for n in answered] == [prediction.label for prediction in expected]
    difference = np.array([got[n].probabilities for n in answered]) - [
        prediction.probabilities for prediction in expected
    ]
    assert np.abs(difference).max() < 1e-6
    assert max(micro.batch_sizes) == 32 and len(micro.batch_sizes) < CALLERS / 16
    alive = [weakref.ref(text) for text in texts]
    texts.clear()
    got.clear()
    gc.collect()
    assert threads() == []
    assert [reference() for reference in alive if reference() is not None] == []
