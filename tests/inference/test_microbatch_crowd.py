"""Ten thousand callers at once: some give up, some batches fail, and the rest get their answers."""

from __future__ import annotations

import asyncio
import gc
import random
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.microbatch import MicroBatchPredictor
from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.inference.prediction import Prediction
from lessons_lib.text.corpus import demo_texts
from tests.inference.microbatch_bench import run, threads

CALLERS = 10_000


class Text(str):
    """A text that a weak reference can follow."""


class BatchFailedError(Exception):
    """Holds the texts of the batch that failed."""


class UnreliablePipeline:
    """The real one, but a batch fails now and then."""

    def __init__(self, pipeline: SentimentPipeline, seed: int) -> None:
        self._pipeline = pipeline
        self._random = random.Random(seed)
        self.failed = 0

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._random.random() < 0.1:
            self.failed += 1
            raise BatchFailedError([str(text) for text in texts])
        return self._pipeline.probabilities(texts)


def crowd(seed: int) -> list[Text]:
    """Return a text per caller, each different, made of the demo texts."""
    chance = random.Random(seed)
    return [Text(f"{chance.choice(demo_texts())} {n}") for n in range(CALLERS)]


async def asked_by_all(
    micro: MicroBatchPredictor, texts: Sequence[str], chance: random.Random
) -> list[Any]:
    """Let all ask at once and a tenth of them give up, at moments up to the end."""
    tasks = [asyncio.create_task(micro.predict(text)) for text in texts]
    quitters = chance.sample(tasks, CALLERS // 10)
    while quitters:
        for _ in range(chance.randrange(40)):
            if quitters:
                quitters.pop().cancel()
        await asyncio.sleep(0)
    return await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_each_of_ten_thousand_gets_its_own_answer_or_its_own_error(
    pipeline: SentimentPipeline, seed: int
) -> None:
    texts = crowd(seed)
    unreliable = UnreliablePipeline(pipeline, seed)

    async def main() -> tuple[list[Any], MicroBatchPredictor]:
        async with MicroBatchPredictor(unreliable, max_batch_size=32, max_queue=CALLERS) as micro:
            return await asked_by_all(micro, texts, random.Random(seed)), micro

    got, micro = run(main())
    answered = [n for n, each in enumerate(got) if isinstance(each, Prediction)]
    failed = [n for n, each in enumerate(got) if isinstance(each, BatchFailedError)]
    cancelled = [n for n, each in enumerate(got) if isinstance(each, asyncio.CancelledError)]
    assert len(answered) + len(failed) + len(cancelled) == CALLERS
    assert 0 < len(cancelled) <= CALLERS // 10 and len(answered) > CALLERS // 2
    assert failed and unreliable.failed
    for n in failed:
        assert texts[n] in got[n].args[0]
    assert len({id(got[n]) for n in failed}) == len(failed)
    expected = BatchPredictor(pipeline).predict([texts[n] for n in answered])
    assert [got[n].label for n in answered] == [prediction.label for prediction in expected]
    difference = np.array([got[n].probabilities for n in answered]) - [
        prediction.probabilities for prediction in expected
    ]
    assert np.abs(difference).max() < 1e-6
    assert max(micro.batch_sizes) == 32 and micro.batches < CALLERS / 16


def test_ten_thousand_leave_nothing_behind(pipeline: SentimentPipeline) -> None:
    texts = crowd(0)
    alive = [weakref.ref(text) for text in texts]
    micro = MicroBatchPredictor(
        UnreliablePipeline(pipeline, 0), max_batch_size=32, max_queue=CALLERS
    )

    async def main() -> None:
        loop = asyncio.get_running_loop()
        await asked_by_all(micro, texts, random.Random(0))
        await micro.aclose()
        texts.clear()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert len(others) <= 1  # The guard that waits for this.
        scheduled: list[asyncio.TimerHandle] = loop._scheduled  # type: ignore[attr-defined]
        assert sum(not timer.cancelled() for timer in scheduled) <= 1
        assert (micro.texts_waiting, threads()) == (0, [])

    run(main())
    gc.collect()
    assert [reference() for reference in alive if reference() is not None] == []
