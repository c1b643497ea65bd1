"""The textbook pipeline stage by stage, a heavier one, and the jobs that are timed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from numpy.typing import NDArray

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline
from lessons_lib.inference.jobs import (
    folded_stages,
    in_batches,
    jobs_by_mode,
    one_by_one,
    textbook_stages,
)
from lessons_lib.inference.pipeline import HeavierPipeline, SentimentPipeline
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.model.checkpoint import CheckpointError, load_checkpoint
from lessons_lib.model.network import SentimentNet
from lessons_lib.text.corpus import demo_texts
from lessons_lib.text.preprocess import preprocess
from lessons_lib.text.vocabulary import Vocabulary

ODD_TEXTS = ["", "?!…", "😀", "x" * 100_000, "слово 言葉 word", "a\0b", "\ud800 good", "\u202egood"]


def by_hand(text: str) -> NDArray[np.float64]:
    """The model in plain numpy, one word at a time: the reference for everything below."""
    model = load_checkpoint()
    rows = [model.embedding[model.vocabulary.id_of(token)] for token in preprocess(text)]
    pooled = np.mean(rows, axis=0) if rows else np.zeros(50)
    powers = np.exp(model.head_weight @ pooled + model.head_bias)
    return np.asarray(powers / powers.sum(), dtype=np.float64)


def test_probabilities_are_those_computed_by_hand(pipeline: SentimentPipeline) -> None:
    expected = np.array([by_hand(text) for text in demo_texts()])
    assert pipeline.probabilities(demo_texts()) == pytest.approx(expected, abs=1e-5)


@given(st.text())
def test_any_text_gets_probabilities_that_sum_to_one(text: str) -> None:
    probabilities = ANY_PIPELINE.probabilities([text])
    assert probabilities.shape == (1, 3)
    assert probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert probabilities[0] == pytest.approx(by_hand(text), abs=1e-5)


ANY_PIPELINE = SentimentPipeline.load()


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
def test_odd_texts_get_a_prediction(pipeline: SentimentPipeline, text: str) -> None:
    assert pipeline.probabilities([text])[0].sum() == pytest.approx(1, abs=1e-6)
    assert pipeline.trace(text).prediction.label in {"negative", "neutral", "positive"}


def test_the_stages_one_by_one_return_what_the_whole_returns(pipeline: SentimentPipeline) -> None:
    texts = demo_texts()[:7]
    ids = pipeline.encode(pipeline.preprocess(texts))
    vectors = pipeline.lookup(ids)
    probabilities = pipeline.infer(vectors, ids)
    assert (ids.shape, vectors.shape, probabilities.shape) == ((7, 20), (7, 20, 50), (7, 3))
    assert probabilities == pytest.approx(pipeline.probabilities(texts), abs=1e-6)
    labels = ["negative", "neutral", "positive"]
    assert pipeline.decide(probabilities) == [labels[i] for i in probabilities.argmax(axis=1)]


def test_no_texts_go_through_every_stage(pipeline: SentimentPipeline) -> None:
    ids = pipeline.encode(pipeline.preprocess([]))
    assert ids.shape == (0, 20)
    assert pipeline.infer(pipeline.lookup(ids), ids).shape == (0, 3)
    assert pipeline.probabilities([]).shape == (0, 3)


@pytest.mark.parametrize("method", ["preprocess", "probabilities"])
def test_one_string_is_no_list_of_texts(pipeline: SentimentPipeline, method: str) -> None:
    with pytest.raises(TypeError, match=r"many texts .* got one str"):
        getattr(pipeline, method)("hello")


def test_the_shares_and_the_bias_add_up_to_the_logits(pipeline: SentimentPipeline) -> None:
    for text in (*demo_texts(), *ODD_TEXTS):
        trace = pipeline.trace(text)
        assert trace.shares.shape == (len(trace.tokens), 3)
        assert trace.shares.sum(axis=0) + trace.bias == pytest.approx(trace.logits, abs=1e-4)


def test_a_trace_holds_every_value_on_the_way(pipeline: SentimentPipeline) -> None:
    trace = pipeline.trace("I love blorptastic days!")
    assert trace.tokens == ["i", "love", "blorptastic", "days"]
    assert trace.ids.tolist() == pipeline.vocabulary.encode(trace.tokens)
    assert trace.ids[2] == 1 and not trace.vectors[4:].any()
    assert trace.pooled == pytest.approx(trace.vectors[:4].mean(axis=0), abs=1e-6)
    powers = np.exp(trace.logits)
    assert trace.prediction.probabilities == pytest.approx(powers / powers.sum(), abs=1e-6)


def test_a_trace_gives_what_batch_and_real_time_give(pipeline: SentimentPipeline) -> None:
    texts = [*demo_texts(), *ODD_TEXTS]
    together = BatchPredictor(pipeline).predict(texts)
    for text, of_batch in zip(texts, together, strict=True):
        traced, alone = pipeline.trace(text).prediction, RealTimePredictor(pipeline).predict(text)
        assert traced.label == alone.label == of_batch.label
        assert traced.probabilities == pytest.approx(alone.probabilities, abs=1e-6)
        assert traced.probabilities == pytest.approx(of_batch.probabilities, abs=1e-6)


def test_invalid_parts_are_refused(tmp_path: object, pipeline: SentimentPipeline) -> None:
    with pytest.raises(ValueError, match="got"):
        SentimentPipeline(SentimentNet(5), Vocabulary(["one"]))
    with pytest.raises(CheckpointError, match=r"nowhere\.safetensors"):
        SentimentPipeline.load(tmp_path / "nowhere.safetensors")  # type: ignore[operator]
    ids = pipeline.encode(pipeline.preprocess(demo_texts()[:2]))
    with pytest.raises(ValueError, match=r"got \(2, 20, 50\) and \(1, 20\)"):
        pipeline.infer(pipeline.lookup(ids), ids[:1])


def test_predicting_and_training_change_no_pipeline(pipeline: SentimentPipeline) -> None:
    pipeline.probabilities(demo_texts())
    assert torch.is_grad_enabled()
    shipped = load_checkpoint()
    net = SentimentNet.from_checkpoint(shipped)
    made = SentimentPipeline(net.train(), shipped.vocabulary)
    before = made.probabilities(demo_texts())
    with torch.no_grad():
        net.embedding.weight.mul_(2)
    assert net.training
    assert np.array_equal(made.probabilities(demo_texts()), before)


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


def test_the_number_of_passes_must_be_a_positive_integer(pipeline: SentimentPipeline) -> None:
    with pytest.raises(ValueError, match="passes must be an integer ≥ 1, got 0"):
        HeavierPipeline(pipeline, passes=0)
    for passes in (1.5, True):
        with pytest.raises(TypeError, match="passes must be an integer"):
            HeavierPipeline(pipeline, passes=passes)  # type: ignore[arg-type]


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


class CountingSizes:
    """A pipeline that notes the size of each batch it is given."""

    def __init__(self, pipeline: FoldedPipeline) -> None:
        self._pipeline = pipeline
        self.sizes: list[int] = []

    def probabilities(self, texts: list[str]) -> np.ndarray:
        self.sizes.append(len(texts))
        return self._pipeline.probabilities(texts)


@pytest.fixture
def counting() -> CountingSizes:
    return CountingSizes(FoldedPipeline.load())


def test_lanes_warm_up_and_then_run_one_step_at_a_time(counting: Any) -> None:
    texts = demo_texts()[:9]
    lane = one_by_one(counting, texts, step=4)
    assert counting.sizes == [1] * 4  # the warm-up
    counting.sizes.clear()
    assert list(lane) == [4, 8, 9]
    assert counting.sizes == [1] * 9
    counting.sizes.clear()
    lane = in_batches(counting, texts, batch_size=4)
    assert counting.sizes == [4]  # the warm-up
    counting.sizes.clear()
    assert next(lane) == 4
    assert counting.sizes == [4]
    assert list(lane) == [8, 9]
    assert counting.sizes == [4, 4, 1]


def test_a_step_without_a_text_is_refused(pipeline: SentimentPipeline) -> None:
    with pytest.raises(ValueError, match="step must be an integer ≥ 1, got 0"):
        one_by_one(pipeline, demo_texts(), step=0)
    with pytest.raises(ValueError, match="must be an integer ≥ 1, got 0"):
        in_batches(pipeline, demo_texts(), batch_size=0)
    with pytest.raises(TypeError, match="step must be an integer"):
        one_by_one(pipeline, demo_texts(), step=1.5)  # type: ignore[arg-type]
