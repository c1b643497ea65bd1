"""A batch that fails: who gets which error, and that nobody else is touched."""

from __future__ import annotations

import asyncio
import gc
import threading
import traceback
import weakref
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.inference.microbatch import MicroBatchPredictor
from lessons_lib.inference.prediction import Pipeline
from tests.inference.microbatch_bench import HeldPipeline, ask, lose, numbers_of, run, settle


class Text(str):
    """A text that a weak reference can follow."""


class TwoArgumentsError(Exception):
    """Built from two arguments, kept as one: calling the class with its `args` fails."""

    def __init__(self, code: int, place: str) -> None:
        super().__init__(f"code {code} at {place}")


class ReworkedError(Exception):
    """Built from one argument and kept as another: a copy would say something else."""

    def __init__(self, code: object) -> None:
        super().__init__(f"code {code}")


def errors_of(error: BaseException) -> list[BaseException]:
    """Return what the two callers of a batch get when its pipeline raises this."""

    async def main() -> list[BaseException]:
        pipeline = HeldPipeline(fails_on={"2": error})
        async with MicroBatchPredictor(pipeline, max_batch_size=2) as micro:
            got = await asyncio.gather(*map(micro.predict, "12"), return_exceptions=True)
            (after, _) = tasks = await ask(micro, "3", "4")
            await asyncio.wait(tasks)
            assert numbers_of([after]) == ["3"]
        return [each for each in got if isinstance(each, BaseException)]

    return run(main())


def test_each_caller_of_a_failing_batch_gets_the_error_as_its_own_and_later_batches_are_fine() -> (
    None
):
    original = ValueError("broken", 7)
    original.add_note("seen on a Monday")
    one, two = errors_of(original)
    assert one is not two
    for got in (one, two):
        assert type(got) is ValueError and got.args == ("broken", 7)
        got.add_note("mine")
        assert got.__notes__ == ["seen on a Monday", "mine"]


def test_the_traceback_leads_from_the_caller_into_the_pipeline_and_does_not_grow() -> None:
    for got in errors_of(ValueError("broken")):
        names = [frame.name for frame in traceback.extract_tb(got.__traceback__)]
        assert names.count("predict") == names.count("probabilities") == 1


def test_the_cause_of_an_error_comes_with_it() -> None:
    original, cause = ValueError("broken"), KeyError("deep")
    original.__cause__ = cause
    assert [got.__cause__ for got in errors_of(original)] == [cause, cause]


@pytest.mark.parametrize("error", [TwoArgumentsError(3, "here"), ReworkedError(3)])
def test_an_error_without_a_true_copy_reaches_the_callers_as_it_is(error: Exception) -> None:
    assert errors_of(error) == [error, error]


@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt(),
        SystemExit(3),
        asyncio.CancelledError(),
        StopIteration(),
        GeneratorExit(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_would_stop_a_loop_reaches_its_callers_as_an_ordinary_error(
    error: BaseException,
) -> None:
    for got in errors_of(error):
        assert type(got) is RuntimeError
        assert f"got {type(error).__name__} for this batch" in str(got)
        assert got.__cause__ is error


def test_a_caller_that_vanished_leaves_no_complaint_about_its_error() -> None:
    async def main() -> None:
        pipeline = HeldPipeline(fails_on={"1": ValueError("broken")})
        async with MicroBatchPredictor(pipeline, max_batch_size=1) as micro:
            lose(micro, "1")
        assert pipeline.batches == [["1"]]

    run(main())


class CarelessPipeline:
    """Gives a fixed number of rows, whatever it is asked."""

    def __init__(self, rows: int, columns: int = 3) -> None:
        self._answer = np.zeros((rows, columns), dtype=np.float32)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._answer


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_pipeline_that_gives_not_one_row_per_text_is_an_error_for_the_batch(rows: int) -> None:
    async def main() -> None:
        async with MicroBatchPredictor(CarelessPipeline(rows), max_batch_size=2) as micro:
            got = await asyncio.gather(*map(micro.predict, "12"), return_exceptions=True)
        for error in got:
            assert isinstance(error, ValueError)
            assert str(error) == (
                f"A pipeline gives one row per text, got {rows} for a batch of 2. "
                "Mend CarelessPipeline."
            )

    run(main())


def test_a_pipeline_with_two_classes_is_an_error_for_the_batch() -> None:
    async def main() -> None:
        async with MicroBatchPredictor(CarelessPipeline(1, 2), max_batch_size=1) as micro:
            with pytest.raises(ValueError, match="unpack"):
                await micro.predict("1")

    run(main())


def test_if_no_thread_can_be_started_the_callers_get_that_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def main() -> None:
        async with MicroBatchPredictor(HeldPipeline(), max_batch_size=2) as micro:
            with monkeypatch.context() as patch:
                patch.setattr(threading.Thread, "start", refuse)
                got = await asyncio.gather(*map(micro.predict, "1234"), return_exceptions=True)
                assert [str(error) for error in got] == ["can't start new thread"] * 4
            tasks = await ask(micro, "5", "6")
            await asyncio.wait(tasks)
            assert numbers_of(tasks) == ["5", "6"]

    run(main())


class FollowedError(Exception):
    """An error that a weak reference can follow."""


class FailingPipeline:
    """Raises a new error for each batch."""

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise FollowedError


@pytest.mark.parametrize("pipeline", [FailingPipeline(), CarelessPipeline(1)])
def test_nothing_keeps_an_answered_text_or_an_error_alive(pipeline: Pipeline) -> None:
    async def main() -> None:
        micro = MicroBatchPredictor(pipeline, max_batch_size=1)
        text = Text("1")
        alive: list[weakref.ref[object]] = [weakref.ref(text)]
        try:
            await micro.predict(text)
        except FollowedError as error:
            alive.append(weakref.ref(error))
        await micro.aclose()
        await settle()
        del text
        assert [reference() for reference in alive] == [None] * len(alive)

    gc.collect()
    gc.disable()  # Gone without a collection: so there was no cycle.
    try:
        run(main())
    finally:
        gc.enable()
