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
from tests.inference.microbatch_bench import run_for_real, threads

CALLERS = 10_000


class Text(str):
    """A text that a weak reference can follow."""


class BatchFailedError(Exception):
    """Holds the texts of the batch that failed."""


class UnreliablePipeline:
    """The real one, but a batch fails now and then."""

    def __init__(self, pipeline: SentimentPipeline, seed: int) -> None:
        self._pipeline, self._random = pipeline, random.Random(seed)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._random.random() < 0.1:
            raise BatchFailedError([str(text) for text in texts])
        return self._pipeline.probabilities(texts)


async def asked_by_all(
    micro: MicroBatchPredictor, texts: Sequence[str], chance: random.Random
) -> list[Any]:
    """Let all ask at once and a tenth of them give up, at moments up to the end."""
    tasks = [asyncio.create_task(micro.predict(text)) for text in texts]
    quitters = chance.sample(tasks, CALLERS // 10)
    while quitters:
        for _ in range(min(chance.randrange(40), len(quitters))):
            quitters.pop().cancel()
        await asyncio.sleep(0)
    return await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("seed", [0, 1])
def test_each_of_ten_thousand_gets_its_own_answer_or_error_and_nothing_is_left_behind(
    pipeline: SentimentPipeline, seed: int
) -> None:
    chance = random.Random(seed)
    texts = [Text(f"{chance.choice(demo_texts())} {n}") for n in range(CALLERS)]

    unreliable = UnreliablePipeline(pipeline, seed)
    micro = MicroBatchPredictor(unreliable, max_batch_size=32, max_queue=CALLERS)

    async def main() -> list[Any]:
        async with micro:
            got = await asked_by_all(micro, texts, chance)
        assert len(asyncio.all_tasks()) <= 2  # this one, and the guard that waits for it
        return got

    got = run_for_real(main())
    answered = [n for n, each in enumerate(got) if isinstance(each, Prediction)]
    failed = [n for n, each in enumerate(got) if isinstance(each, BatchFailedError)]
    cancelled = [n for n, each in enumerate(got) if isinstance(each, asyncio.CancelledError)]
    assert len(answered) + len(failed) + len(cancelled) == CALLERS
    assert 0 < len(cancelled) <= CALLERS // 10 and len(answered) > CALLERS // 2
    assert failed and all(texts[n] in got[n].args[0] for n in failed)
    expected = BatchPredictor(pipeline).predict([texts[n] for n in answered])
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
