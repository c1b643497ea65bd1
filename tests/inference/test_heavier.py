from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.inference.pipeline import HeavierPipeline, SentimentPipeline
from lessons_lib.model.checkpoint import load_checkpoint
from lessons_lib.model.network import SentimentNet
from lessons_lib.text.corpus import demo_texts


def test_the_answers_stay_the_same(pipeline: SentimentPipeline) -> None:
    texts = demo_texts()[:9]
    heavier = HeavierPipeline(pipeline, passes=3).probabilities(texts)
    assert heavier == pytest.approx(pipeline.probabilities(texts), abs=1e-6)


def test_the_model_really_runs_that_often() -> None:
    class Counting(SentimentPipeline):
        runs = 0

        def infer(
            self, vectors: NDArray[np.float32], ids: NDArray[np.int64]
        ) -> NDArray[np.float32]:
            self.runs += 1
            return super().infer(vectors, ids)

    checkpoint = load_checkpoint()
    counting = Counting(SentimentNet.from_checkpoint(checkpoint), checkpoint.vocabulary)
    HeavierPipeline(counting, passes=7).probabilities(["good"])
    assert counting.runs == 7


def test_at_least_one_pass_is_run(pipeline: SentimentPipeline) -> None:
    with pytest.raises(ValueError, match="passes must be an integer ≥ 1, got 0"):
        HeavierPipeline(pipeline, passes=0)


@pytest.mark.parametrize("passes", [1.5, True])
def test_a_pass_is_run_a_whole_number_of_times(pipeline: SentimentPipeline, passes: int) -> None:
    with pytest.raises(TypeError, match="passes must be an integer"):
        HeavierPipeline(pipeline, passes=passes)
