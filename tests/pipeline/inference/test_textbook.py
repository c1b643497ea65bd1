"""The textbook pipeline stage by stage, a heavier one, and the jobs that are timed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.embedding.sealed_file import SealedFileError
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.jobs import (
    folded_stages,
    jobs_by_batch_size,
    jobs_by_mode,
    lanes,
    textbook_stages,
)
from lessons_lib.pipeline.inference.textbook import HeavierPipeline, SentimentPipeline
from lessons_lib.pipeline.model.checkpoint import SHIPPED, load_checkpoint
from lessons_lib.pipeline.model.network import SentimentNet
from lessons_lib.pipeline.text.corpus import demo_texts
from lessons_lib.pipeline.text.preprocess import preprocess
from lessons_lib.pipeline.text.vocabulary import Vocabulary
from lessons_lib.pipeline.timing.cost import CostModel

PIPELINE = SentimentPipeline.load()

ODD_TEXTS = ["", "?!…", "😀", "x" * 100_000, "слово 言葉 word", "a\0b", "\ud800 good", "\u202egood"]


def by_hand(text: str) -> NDArray[np.float64]:
    """Compute probabilities in numpy, one word at a time: the reference for the tests below."""
    model = load_checkpoint()
    rows = [model.embedding[model.vocabulary.id_of(token)] for token in preprocess(text)]
    pooled = np.mean(rows, axis=0) if rows else np.zeros(50)
    powers = np.exp(model.head_weight @ pooled + model.head_bias)
    return np.asarray(powers / powers.sum(), dtype=np.float64)


def test_probabilities_are_those_computed_by_hand() -> None:
    texts = [*demo_texts(), *ODD_TEXTS]
    expected = np.array([by_hand(text) for text in texts])
    assert PIPELINE.probabilities(texts) == pytest.approx(expected, abs=1e-5)


def test_the_stages_together_give_its_probabilities() -> None:
    for n in (0, 7):
        texts = demo_texts()[:n]
        ids = PIPELINE.encode(PIPELINE.preprocess(texts))
        vectors = PIPELINE.lookup(ids)
        probabilities = PIPELINE.infer(vectors, ids)
        assert (ids.shape, vectors.shape, probabilities.shape) == ((n, 20), (n, 20, 50), (n, 3))
        assert probabilities == pytest.approx(PIPELINE.probabilities(texts), abs=1e-6)
        labels = ["negative", "neutral", "positive"]
        assert PIPELINE.decide(probabilities) == [labels[i] for i in probabilities.argmax(axis=1)]


def test_the_shares_and_the_bias_add_up_to_the_logits() -> None:
    for text in (*demo_texts(), *ODD_TEXTS):
        trace = PIPELINE.trace(text)
        assert trace.shares.shape == (len(trace.tokens), 3)
        assert trace.shares.sum(axis=0) + trace.bias == pytest.approx(trace.logits, abs=1e-4)


def test_a_trace_contains_every_intermediate_value() -> None:
    trace = PIPELINE.trace("I love blorptastic days!")
    assert trace.tokens == ["i", "love", "blorptastic", "days"]
    assert trace.ids.tolist() == PIPELINE.vocabulary.encode(trace.tokens)
    assert trace.ids[2] == 1 and not trace.vectors[4:].any()
    assert trace.pooled == pytest.approx(trace.vectors[:4].mean(axis=0), abs=1e-6)
    powers = np.exp(trace.logits)
    assert trace.prediction.probabilities == pytest.approx(powers / powers.sum(), abs=1e-6)


def test_a_trace_agrees_with_a_batch() -> None:
    texts = [*demo_texts(), *ODD_TEXTS]
    for text, in_batch in zip(texts, BatchPredictor(PIPELINE).predict(texts), strict=True):
        traced = PIPELINE.trace(text).prediction
        assert traced.label == in_batch.label
        assert sum(traced.probabilities) == pytest.approx(1, abs=1e-6)
        assert traced.probabilities == pytest.approx(in_batch.probabilities, abs=1e-6)


def test_parts_that_do_not_match_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="got"):
        SentimentPipeline(SentimentNet(5), Vocabulary(["one"]))
    with pytest.raises(SealedFileError, match=r"nowhere\.safetensors"):
        SentimentPipeline.load(tmp_path / "nowhere.safetensors")
    ids = PIPELINE.encode(PIPELINE.preprocess(demo_texts()[:2]))
    with pytest.raises(ValueError, match=r"got \(2, 20, 50\) and \(1, 20\)"):
        PIPELINE.infer(PIPELINE.lookup(ids), ids[:1])
    for method in (PIPELINE.preprocess, PIPELINE.probabilities):
        with pytest.raises(TypeError, match=r"many texts .* got one str"):
            method("hello")


def test_predicting_and_more_training_change_no_pipeline() -> None:
    PIPELINE.probabilities(demo_texts())
    assert torch.is_grad_enabled()
    shipped = load_checkpoint()
    net = SentimentNet.from_checkpoint(shipped)
    copied = SentimentPipeline(net.train(), shipped.vocabulary)
    before = copied.probabilities(demo_texts())
    with torch.no_grad():
        net.embedding.weight.mul_(2)
    assert net.training
    assert np.array_equal(copied.probabilities(demo_texts()), before)


def test_a_heavier_pipeline_takes_as_long_as_its_cost_says() -> None:
    class Slow(SentimentPipeline):
        now_s = 0.0

        def infer(
            self, vectors: NDArray[np.float32], ids: NDArray[np.int64]
        ) -> NDArray[np.float32]:
            Slow.now_s += 0.001  # however many texts
            return super().infer(vectors, ids)

    checkpoint, texts = load_checkpoint(), demo_texts()
    slow = Slow(SentimentNet.from_checkpoint(checkpoint), checkpoint.vocabulary)
    cost = CostModel(fixed_s=0.0095, per_text_s=0.0055)
    heavier = HeavierPipeline(slow, cost=cost, clock=lambda: Slow.now_s)
    for size, seconds in ((0, 0.001), (1, 0.015), (9, 0.059)):
        Slow.now_s = 0.0
        found = heavier.probabilities(texts[:size])
        assert Slow.now_s == pytest.approx(seconds)
        assert found == pytest.approx(PIPELINE.probabilities(texts[:size]), abs=1e-6)
    assert "stored rate" in repr(HeavierPipeline(PIPELINE))


def test_the_textbook_stages_are_those_of_the_pipeline() -> None:
    texts = demo_texts()[:9]
    stages = textbook_stages(PIPELINE, texts)
    assert list(stages) == ["preprocess", "encode", "lookup", "infer", "decide"]
    assert np.allclose(stages["infer"](), PIPELINE.probabilities(texts))  # type: ignore[arg-type]
    assert stages["decide"]() == PIPELINE.decide(PIPELINE.probabilities(texts))


def test_the_folded_stages_end_with_the_logits_of_its_class_numbers() -> None:
    folded, texts = FoldedPipeline.load(), demo_texts()[:9]
    stages = folded_stages(folded, texts)
    assert list(stages) == ["encode", "score"]
    logits = np.asarray(stages["score"]())
    assert np.array_equal(logits.argmax(axis=0), folded.class_numbers(texts))


@pytest.mark.parametrize("kind", [SentimentPipeline, FoldedPipeline])
def test_a_shipped_pipeline_is_shared(kind: type[SentimentPipeline | FoldedPipeline]) -> None:
    first = kind.load()
    assert kind.load() is first
    assert kind.load(Path(str(shipped_asset(SHIPPED)))) is not first


def test_all_timed_jobs_label_all_texts_with_as_many_in_a_pass_as_they_say() -> None:
    pipeline, texts = CountingPipeline(), demo_texts()[:9]
    by_mode = jobs_by_mode(pipeline, texts)
    alone, together = by_mode["real-time"](), by_mode["batch"]()
    assert [one.label for one in alone] == [one.label for one in together]  # type: ignore[attr-defined]
    jobs = jobs_by_batch_size(pipeline, texts, batch_sizes=(2, 9))
    first, second = jobs[2](), jobs[9]()
    assert np.array_equal(first, second)  # type: ignore[arg-type]
    assert pipeline.sizes == [1] * 9 + [9] + [2, 2, 2, 2, 1] + [9]


class CountingPipeline:
    """The folded pipeline, with the size of each batch that it ran."""

    batch_size = 40

    def __init__(self) -> None:
        self._pipeline, self.sizes = FoldedPipeline.load(), list[int]()

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.sizes.append(len(texts))
        return self._pipeline.probabilities(texts)


def test_lanes_warm_up_and_then_run_one_step_at_a_time() -> None:
    counting = CountingPipeline()
    both = lanes(counting, demo_texts())
    assert counting.sizes == [1] * 64 + [40]  # the warm-up
    counting.sizes.clear()
    assert list(both["real-time"]) == [64, 100]
    assert counting.sizes == [1] * 100
    counting.sizes.clear()
    assert next(both["batch"]) == 40
    assert counting.sizes == [40]
    assert list(both["batch"]) == [80, 100]
    assert counting.sizes == [40, 40, 20]
