from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from lessons_lib.pipeline.embedding.sealed_file import SealedFileError
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.model.checkpoint import Checkpoint
from lessons_lib.pipeline.text.corpus import demo_texts, load_corpus
from lessons_lib.pipeline.text.vocabulary import Vocabulary

FOLDED = FoldedPipeline.load()
TEXTBOOK = SentimentPipeline.load()
WORDS = st.sampled_from(["good", "bad", "Not", "terrible!", "x" * 50, "\0", "\ud800", "😀", "é"])
any_text = st.text() | st.lists(WORDS | st.text(max_size=6), max_size=30).map(" ".join)


def test_both_paths_agree_on_the_whole_corpus() -> None:
    corpus = load_corpus()
    rated = (*corpus.train, *corpus.validation, *corpus.test)
    texts = [one.text for one in rated] + demo_texts()
    expected = TEXTBOOK.probabilities(texts)
    assert np.abs(FOLDED.probabilities(texts) - expected).max() < 1e-5
    assert np.array_equal(FOLDED.class_numbers(texts), expected.argmax(axis=1))


@given(st.lists(any_text, max_size=8))
@example([])
@example([""])
@example(["", "good", ""])
def test_both_paths_agree_on_any_texts(texts: list[str]) -> None:
    expected = TEXTBOOK.probabilities(texts)
    assert FOLDED.probabilities(texts) == pytest.approx(expected, abs=1e-5)
    assert FOLDED.class_numbers(texts).tolist() == expected.argmax(axis=1).tolist()


@given(any_text)
@example("")
def test_one_text_has_the_same_probabilities_alone_and_in_a_batch(text: str) -> None:
    alone = FOLDED.probabilities_of(text)
    assert alone == pytest.approx(FOLDED.probabilities([text])[0], abs=1e-6)
    assert sum(alone) == pytest.approx(1, abs=1e-12)


def test_the_predictors_use_the_fast_paths_of_the_folded_pipeline() -> None:
    class OnlyFastPaths(FoldedPipeline):
        def probabilities(self, texts: object) -> NoReturn:
            raise AssertionError("the slow path")

    fast = OnlyFastPaths.load()
    assert RealTimePredictor(fast).predict("good").label == "positive"
    assert BatchPredictor(fast).labels(["good"]).tolist() == [2]


def test_probabilities_do_not_overflow_when_the_model_is_certain() -> None:
    checkpoint = Checkpoint(
        embedding=np.full((3, 50), 1e6, np.float32),
        head_weight=np.vstack([np.full(50, sign, np.float32) for sign in (1, 0, -1)]),
        head_bias=np.zeros(3, np.float32),
        vocabulary=Vocabulary(["sure"]),
        provenance={},
    )
    sure = FoldedPipeline(checkpoint)
    assert sure.probabilities_of("sure") == (1.0, 0.0, 0.0)
    assert sure.probabilities(["sure"]).tolist() == [[1.0, 0.0, 0.0]]


def test_other_types_and_a_missing_checkpoint_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(SealedFileError, match=r"gone\.safetensors"):
        FoldedPipeline.load(tmp_path / "gone.safetensors")
    with pytest.raises(TypeError, match=r"one text \(str\), got list"):
        FOLDED.probabilities_of(["hello"])  # type: ignore[arg-type]
    for method in (FOLDED.probabilities, FOLDED.class_numbers, FOLDED.encode):
        with pytest.raises(TypeError, match=r"many texts .* got one str"):
            method("hello")
