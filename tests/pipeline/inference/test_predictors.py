from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.prediction import load_model
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.inference.textbook import HeavierPipeline, SentimentPipeline
from lessons_lib.pipeline.text.corpus import demo_texts, load_corpus
from lessons_lib.pipeline.text.label import LABELS, Label

PIPELINE = SentimentPipeline.load()


class LengthPipeline:
    """A pipeline that records each chunk's size and longest text; longer is more positive."""

    def __init__(self) -> None:
        self.chunks: list[int] = []
        self.longest: list[int] = []

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.chunks.append(len(texts))
        self.longest.append(max(map(len, texts)))
        shares = [(0.5 / len(text), 0.5 / len(text), 1 - 1 / len(text)) for text in texts]
        return np.array(shares, dtype=np.float32).reshape(-1, 3)


@pytest.mark.parametrize(
    ("value", "got"), [(["a"], "list of 1"), (("a", "b"), "tuple of 2"), (None, "None"), (3, "int")]
)
def test_real_time_accepts_one_string_and_suggests_batch_for_others(value: Any, got: str) -> None:
    with pytest.raises(TypeError, match=rf"got {got}\. For many texts use BatchPredictor"):
        RealTimePredictor(LengthPipeline()).predict(value)


@pytest.mark.parametrize("method", ["predict", "labels", "stream"])
@pytest.mark.parametrize("value", ["one text", b"bytes", bytearray(b"x"), 3])
def test_batch_rejects_one_text_and_suggests_real_time(method: str, value: object) -> None:
    with pytest.raises(TypeError, match=r"got one \w+\. For one text use RealTimePredictor"):
        getattr(BatchPredictor(LengthPipeline()), method)(value)


@pytest.mark.parametrize("method", ["predict", "labels"])
@pytest.mark.parametrize(
    "value", [None, 3, {"a": "b"}, {"a"}, (x for x in "ab"), np.array("a"), np.array([["a"]])]
)
def test_batch_accepts_only_ordered_sequences(method: str, value: object) -> None:
    with pytest.raises(TypeError, match="takes many texts"):
        getattr(BatchPredictor(LengthPipeline()), method)(value)


@pytest.mark.parametrize("method", ["predict", "labels", "stream"])
def test_the_keys_of_a_table_are_never_used_as_texts(method: str) -> None:
    label = getattr(BatchPredictor(LengthPipeline()), method)
    with pytest.raises(TypeError, match=r"list\(texts.values\(\)\)"):
        label({"a": "b"})
    for table in (pd.DataFrame({"text": ["a", "b"]}), np.array([["a"]])):
        with pytest.raises(TypeError, match="one column"):
            label(table)


@pytest.mark.parametrize("other", [None, 3, b"x", 1.5, ["x"], float("nan")])
def test_the_error_for_another_type_states_its_index(other: Any) -> None:
    batch = BatchPredictor(LengthPipeline(), batch_size=2)
    for method in (batch.predict, batch.labels):
        with pytest.raises(TypeError, match="at index 2"):
            method(["a", "b", other, "d"])
    stream = batch.stream(iter(["a", "b", "c", other]))
    assert [next(stream), next(stream)]
    with pytest.raises(TypeError, match="at index 3"):
        next(stream)


@pytest.mark.parametrize(
    "texts",
    [
        ["a", "bb", "ccc"],
        np.array(["a", "bb", "ccc"], dtype=object),
        pd.Series(["a", "bb", "ccc"], index=[7, 5, 9]),
    ],
    ids=["list", "array", "series"],
)
def test_batch_returns_one_prediction_per_text_in_order(texts: Sequence[str]) -> None:
    predictions = BatchPredictor(LengthPipeline()).predict(texts)
    assert isinstance(predictions, list)
    assert [p.probabilities[2] for p in predictions] == pytest.approx([0, 1 / 2, 2 / 3])


@pytest.mark.parametrize("empty", [[], (), np.array([], dtype=str), pd.Series([], dtype=str)])
def test_no_texts_give_no_predictions(empty: Sequence[str]) -> None:
    batch = BatchPredictor(PIPELINE)
    assert batch.predict(empty) == []
    assert batch.labels(empty).shape == (0,)
    assert list(batch.stream(iter(empty))) == []


@pytest.mark.parametrize(("n", "chunks"), [(1, [1]), (4, [4]), (5, [4, 1]), (9, [4, 4, 1])])
def test_texts_run_in_chunks_of_the_batch_size(n: int, chunks: list[int]) -> None:
    pipeline = LengthPipeline()
    batch = BatchPredictor(pipeline, batch_size=4)
    texts = ["x"] * n
    for run in (batch.predict, batch.labels, lambda texts: list(batch.stream(texts))):
        pipeline.chunks.clear()
        run(texts)
        assert pipeline.chunks == chunks


class OneRowPipeline:
    """Returns one row, regardless of the number of texts."""

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[0.2, 0.3, 0.5]], dtype=np.float32)


class OneNumberPipeline(OneRowPipeline):
    """Also returns one class number."""

    def class_numbers(self, texts: Sequence[str]) -> NDArray[np.int64]:
        return np.array([2])


@pytest.mark.parametrize("kind", [OneRowPipeline, OneNumberPipeline])
@pytest.mark.parametrize("method", ["predict", "labels", "stream"])
def test_a_pipeline_must_return_one_row_per_text(method: str, kind: type[OneRowPipeline]) -> None:
    with pytest.raises(ValueError, match="one row per text, got 1 for a batch of 3"):
        list(getattr(BatchPredictor(kind()), method)(["a", "b", "c"]))


class BrokenPipeline:
    """Returns NaN for the classes that a text names."""

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [[np.nan if name in text else 1 / 3 for name in LABELS] for text in texts]
        return np.array(rows, dtype=np.float32)


@pytest.mark.parametrize("name", LABELS)
def test_a_label_is_never_decided_from_nan(name: str) -> None:
    batch, realtime = BatchPredictor(BrokenPipeline()), RealTimePredictor(BrokenPipeline())
    text = f"a {name} {'x' * 100}"
    for run in (batch.predict, batch.labels, lambda texts: list(batch.stream(texts))):
        with pytest.raises(ValueError, match=f"got NaN for '{text[:59]}…'"):
            run(["fine", text, "fine"])
    with pytest.raises(ValueError, match=r"probabilities must be three numbers, got .*nan"):
        realtime.predict(text)
    assert realtime.predict("fine").label is Label.NEGATIVE


def test_a_stream_reads_one_chunk_at_a_time() -> None:
    read = []

    def texts() -> Iterator[str]:
        for n in range(100):
            read.append(n)
            yield "x" * (n + 1)

    stream = BatchPredictor(LengthPipeline(), batch_size=10).stream(texts())
    assert read == []
    next(stream)
    assert len(read) == 10


def test_a_batch_size_is_a_positive_integer_or_that_of_the_pipeline() -> None:
    any_size: Any
    for any_size, error in ((0, ValueError), (2.0, TypeError)):
        with pytest.raises(error, match="batch_size must be an integer ≥ 1"):
            BatchPredictor(LengthPipeline(), batch_size=any_size)
    pipelines = SentimentPipeline.load(), FoldedPipeline.load(), LengthPipeline()
    assert [BatchPredictor(one).batch_size for one in pipelines] == [512, 4096, 512]
    any_size = np.int64(8)
    batch = BatchPredictor(pipelines[1], batch_size=any_size)
    assert (type(batch.batch_size), batch.batch_size) == (int, 8)
    assert repr(batch) == "BatchPredictor(FoldedPipeline, batch_size=8)"


TEXTS_OF_ALL_LENGTHS = ["I really love sunny days", "Awful", "It rains", "I love it so", "Bad day"]


def test_texts_sorted_by_length_get_their_answers_in_the_callers_order() -> None:
    texts, folded = TEXTS_OF_ALL_LENGTHS, FoldedPipeline.load()
    plain = BatchPredictor(folded).predict(texts)
    by_length = BatchPredictor(folded, batch_size=2, sort_by_length=True)
    assert [one.label for one in by_length.predict(texts)] == [one.label for one in plain]
    assert by_length.labels(texts).tolist() == [one.label.number for one in plain]
    assert len({one.label for one in plain}) > 1


def test_texts_sorted_by_length_share_a_pass_with_the_next_longer_ones() -> None:
    pipeline = LengthPipeline()
    BatchPredictor(pipeline, batch_size=2, sort_by_length=True).predict(TEXTS_OF_ALL_LENGTHS)
    assert pipeline.longest == [7, 12, 24]


class EvenPipeline:
    """Returns equal probabilities for the classes that a text names by their first letters."""

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [[0.4 if name[:3] in text else 0.2 for name in LABELS] for text in texts]
        return np.array(rows, dtype=np.float32)


def test_the_first_of_equal_probabilities_wins_in_every_mode() -> None:
    texts = {"neg neu": "negative", "neg pos": "negative", "neu pos": "neutral", "": "negative"}
    batch, realtime = BatchPredictor(EvenPipeline()), RealTimePredictor(EvenPipeline())
    labels = list(texts.values())
    assert [realtime.predict(text).label for text in texts] == labels
    assert [one.label for one in batch.predict([*texts])] == labels
    assert [LABELS[number] for number in batch.labels([*texts])] == labels


def test_a_model_is_loaded_by_its_name() -> None:
    assert load_model("small") is FoldedPipeline.load()
    assert isinstance(load_model("heavier"), HeavierPipeline)
    with pytest.raises(ValueError, match="must be small, heavier or transformer, got 'large'"):
        load_model("large")


@pytest.mark.parametrize("batch_size", [1, 7, 512, 10_000])
def test_batch_and_real_time_agree(batch_size: int) -> None:
    archive = load_corpus().archive() if batch_size == 512 else demo_texts()
    batch = BatchPredictor(PIPELINE, batch_size=batch_size)
    together = batch.predict(archive)
    alone = [RealTimePredictor(PIPELINE).predict(text) for text in archive]
    assert [p.label for p in together] == [p.label for p in alone]
    difference = np.array([p.probabilities for p in together]) - [p.probabilities for p in alone]
    assert np.abs(difference).max() < 1e-6
    assert [LABELS[number] for number in batch.labels(archive)] == [p.label for p in together]
