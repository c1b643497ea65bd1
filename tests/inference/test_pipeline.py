from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from numpy.typing import NDArray

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.pipeline import SentimentPipeline
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


def test_the_stages_called_one_by_one_give_what_the_whole_gives(
    pipeline: SentimentPipeline,
) -> None:
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


def test_the_shares_of_the_tokens_and_the_bias_add_up_to_the_logits(
    pipeline: SentimentPipeline,
) -> None:
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


def test_a_pipeline_needs_a_row_for_each_word() -> None:
    with pytest.raises(ValueError, match="got"):
        SentimentPipeline(SentimentNet(5), Vocabulary(["one"]))


def test_a_missing_checkpoint_is_said(tmp_path: object) -> None:
    with pytest.raises(CheckpointError, match=r"nowhere\.safetensors"):
        SentimentPipeline.load(tmp_path / "nowhere.safetensors")  # type: ignore[operator]


def test_predicting_leaves_no_gradients_behind(pipeline: SentimentPipeline) -> None:
    pipeline.probabilities(demo_texts())
    assert torch.is_grad_enabled()


def test_training_a_net_further_does_not_change_a_pipeline_made_of_it() -> None:
    shipped = load_checkpoint()
    net = SentimentNet.from_checkpoint(shipped)
    pipeline = SentimentPipeline(net.train(), shipped.vocabulary)
    before = pipeline.probabilities(demo_texts())
    with torch.no_grad():
        net.embedding.weight.mul_(2)
    assert net.training
    assert np.array_equal(pipeline.probabilities(demo_texts()), before)


def test_vectors_need_an_id_each(pipeline: SentimentPipeline) -> None:
    ids = pipeline.encode(pipeline.preprocess(demo_texts()[:2]))
    with pytest.raises(ValueError, match=r"got \(2, 20, 50\) and \(1, 20\)"):
        pipeline.infer(pipeline.lookup(ids), ids[:1])
