from __future__ import annotations

import numpy as np
import pytest

from lessons_lib.inference.folded import FoldedPipeline
from lessons_lib.inference.jobs import (
    folded_stages,
    in_batches,
    jobs_by_mode,
    one_by_one,
    textbook_stages,
)
from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.text.corpus import demo_texts


def test_the_textbook_stages_are_those_of_the_pipeline(pipeline: SentimentPipeline) -> None:
    texts = demo_texts()[:9]
    stages = textbook_stages(pipeline, texts)
    assert list(stages) == ["preprocess", "encode", "lookup", "infer", "decide"]
    assert np.allclose(stages["infer"](), pipeline.probabilities(texts))  # type: ignore[arg-type]
    assert stages["decide"]() == pipeline.decide(pipeline.probabilities(texts))


def test_the_folded_stages_lead_to_its_class_numbers() -> None:
    folded, texts = FoldedPipeline.load(), demo_texts()[:9]
    stages = folded_stages(folded, texts)
    assert list(stages) == ["encode", "score"]
    logits = np.asarray(stages["score"]())
    assert np.array_equal(logits.argmax(axis=0), folded.class_numbers(texts))


def test_both_modes_give_all_predictions_in_order(pipeline: SentimentPipeline) -> None:
    texts = demo_texts()[:9]
    jobs = jobs_by_mode(pipeline, texts)
    assert list(jobs) == ["real-time", "batch"]
    alone, together = jobs["real-time"](), jobs["batch"]()
    assert [one.label for one in alone] == [one.label for one in together]  # type: ignore[attr-defined]


class Counting:
    """A pipeline that notes the size of each batch it is given."""

    def __init__(self, pipeline: FoldedPipeline) -> None:
        self._pipeline = pipeline
        self.sizes: list[int] = []

    def probabilities(self, texts: list[str]) -> np.ndarray:
        self.sizes.append(len(texts))
        return self._pipeline.probabilities(texts)


@pytest.fixture
def counting() -> Counting:
    return Counting(FoldedPipeline.load())


def test_texts_one_by_one_are_counted_in_steps_and_each_is_run_alone(counting: Counting) -> None:
    texts = demo_texts()[:9]
    lane = one_by_one(counting, texts, step=4)  # type: ignore[arg-type]
    assert counting.sizes == [1] * 4  # the warm-up
    counting.sizes.clear()
    assert list(lane) == [4, 8, 9]
    assert counting.sizes == [1] * 9


def test_texts_in_batches_are_counted_and_each_batch_is_run_together(counting: Counting) -> None:
    texts = demo_texts()[:9]
    lane = in_batches(counting, texts, batch_size=4)  # type: ignore[arg-type]
    assert counting.sizes == [4]  # the warm-up
    counting.sizes.clear()
    assert list(lane) == [4, 8, 9]
    assert counting.sizes == [4, 4, 1]


def test_a_lane_does_one_step_each_time_it_is_asked(counting: Counting) -> None:
    lane = in_batches(counting, demo_texts()[:9], batch_size=4)  # type: ignore[arg-type]
    counting.sizes.clear()
    assert next(lane) == 4
    assert counting.sizes == [4]


def test_a_step_without_a_text_is_refused(pipeline: SentimentPipeline) -> None:
    with pytest.raises(ValueError, match="step must be an integer ≥ 1, got 0"):
        one_by_one(pipeline, demo_texts(), step=0)
    with pytest.raises(ValueError, match="must be an integer ≥ 1, got 0"):
        in_batches(pipeline, demo_texts(), batch_size=0)
    with pytest.raises(TypeError, match="step must be an integer"):
        one_by_one(pipeline, demo_texts(), step=1.5)  # type: ignore[arg-type]
