"""The transformer as a pipeline: the same interfaces as the others, and the same answers."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
import pytest

from lessons_lib.cli import main
from lessons_lib.extras import PACKAGES, ExtraMissingError
from lessons_lib.pipeline.embedding import sealed_file
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor, send_together
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.inference.textbook import HeavierPipeline
from lessons_lib.pipeline.inference.transformer import (
    MOST_PIECES,
    TransformerPipeline,
    load_heavier,
    load_transformer,
)
from lessons_lib.pipeline.model.evaluation import evaluation_of
from lessons_lib.pipeline.model.minilm import load_transformer_head
from lessons_lib.pipeline.model.transformer_files import TRANSFORMER_VARIABLE
from lessons_lib.pipeline.text.corpus import demo_texts, load_corpus
from lessons_lib.pipeline.text.label import LABELS
from tests.pipeline.model.everyday_sentences import read_sentences

with_transformer = pytest.mark.extras("transformer")
ODD = ["", " ", "!!!", "😀", "word " * 500, "\x00", "İstanbul", "a\nb", "日本語", "\ud800"]


@pytest.fixture(scope="module")
def transformer() -> TransformerPipeline:
    return TransformerPipeline.load()


@with_transformer
def test_all_modes_and_batch_sizes_give_the_same_answers(transformer: TransformerPipeline) -> None:
    texts = demo_texts()[:40]
    expected = transformer.probabilities(texts)
    assert expected.shape == (40, 3)
    assert expected.dtype == np.float32
    np.testing.assert_allclose(expected.sum(axis=1), 1, atol=1e-6)

    async def micro() -> list[tuple[float, float, float]]:
        async with MicroBatchPredictor(transformer, max_batch_size=8) as predictor:
            return [one.probabilities for one in await send_together(predictor, texts)]

    realtime = RealTimePredictor(transformer)
    answers = {
        "default": BatchPredictor(transformer).predict(texts),
        "all": BatchPredictor(transformer, batch_size=40).predict(texts),
        "sorted": BatchPredictor(transformer, batch_size=7, sort_by_length=True).predict(texts),
        "stream": list(BatchPredictor(transformer).stream(iter(texts))),
        "real-time": [realtime.predict(text) for text in texts],
    }
    tables = {name: [one.probabilities for one in given] for name, given in answers.items()}
    tables["micro-batching"] = asyncio.run(micro())
    for name, table in tables.items():
        np.testing.assert_allclose(table, expected, atol=1e-5, err_msg=name)
    for is_sorted in (False, True):
        batch = BatchPredictor(transformer, sort_by_length=is_sorted)
        assert batch.labels(texts).tolist() == expected.argmax(axis=1).tolist()


@with_transformer
def test_a_batch_is_padded_to_its_longest_text_up_to_128(transformer: TransformerPipeline) -> None:
    ids, mask = transformer.encode(["I love sunny days", "great"])
    assert ids.tolist() == [[101, 1045, 2293, 11559, 2420, 102], [101, 2307, 102, 0, 0, 0]]
    assert mask.sum(axis=1).tolist() == [6, 3]
    assert transformer.encode(["word " * 500])[0].shape == (1, MOST_PIECES)
    assert transformer.encode([])[0].shape == (0, 0)


@with_transformer
def test_odd_texts_get_probabilities(transformer: TransformerPipeline) -> None:
    rows = transformer.probabilities([text for text in ODD if text != "\ud800"])
    assert np.isfinite(rows).all()
    assert transformer.probabilities([]).shape == (0, 3)
    for text in ODD:
        assert RealTimePredictor(transformer).predict(text).label in LABELS


@with_transformer
@pytest.mark.parametrize("value", ["one text", [1], [None], ["a", b"b"]])
def test_anything_but_many_strings_is_refused(
    value: Sequence[str], transformer: TransformerPipeline
) -> None:
    with pytest.raises(TypeError, match="str"):
        transformer.probabilities(value)


@with_transformer
def test_while_it_is_in_use_loading_returns_the_same_one(transformer: TransformerPipeline) -> None:
    assert TransformerPipeline.load() is transformer
    assert load_heavier() is transformer
    assert load_transformer() is transformer
    assert repr(transformer) == "TransformerPipeline(MiniLM(6 layers, 384 features) -> 3 classes)"


@with_transformer
def test_everyday_sentences_are_labeled_no_worse(transformer: TransformerPipeline) -> None:
    texts, labels = zip(*read_sentences(), strict=True)
    numbers = np.array([label.number for label in labels])
    right = {
        type(one).__name__: int((BatchPredictor(one).labels(texts) == numbers).sum())
        for one in (FoldedPipeline.load(), transformer)
    }
    assert right["TransformerPipeline"] >= right["FoldedPipeline"], right


@pytest.mark.slow
@with_transformer
def test_the_reported_score_is_that_of_the_test_split(transformer: TransformerPipeline) -> None:
    import torch

    texts = load_corpus().test
    predictor = BatchPredictor(transformer, batch_size=16, sort_by_length=True)
    rows = np.log([one.probabilities for one in predictor.predict([one.text for one in texts])])
    classes = torch.tensor([one.label.number for one in texts])
    score = evaluation_of(torch.from_numpy(rows), classes)
    assert score.macro_f1 == pytest.approx(load_transformer_head().provenance["test"]["macro_f1"])


@pytest.fixture
def without_tokenizers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PACKAGES, "transformer", ("no_such_package",))
    monkeypatch.setattr(sealed_file, "_IN_USE", WeakValueDictionary())


@pytest.mark.usefixtures("without_tokenizers")
def test_without_the_extra_one_line_says_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ExtraMissingError, match=r'-m pip install -e "\.\[transformer\]"'):
        TransformerPipeline.load()
    assert load_transformer() is None
    line = capsys.readouterr().out
    assert line.startswith("The transformer needs the extra `transformer` (no_such_package")
    assert line.count("\n") == 1
    assert isinstance(load_heavier(), HeavierPipeline)
    assert main(["predict", "--model", "transformer", "a text"]) == 1
    assert "needs the extra `transformer`" in capsys.readouterr().err


@with_transformer
def test_without_the_weights_one_line_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(TRANSFORMER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(sealed_file, "_IN_USE", WeakValueDictionary())
    assert load_transformer() is None
    assert "Run `lessons prepare --transformer` once" in capsys.readouterr().out
    assert isinstance(load_heavier(), HeavierPipeline)


@with_transformer
def test_the_command_labels_with_it(
    transformer: TransformerPipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "--model", "transformer", "I love sunny days"]) == 0
    first, *rows = capsys.readouterr().out.splitlines()
    assert first == "positive"
    shown = [float(row.split()[1]) for row in rows[:3]]
    expected = transformer.probabilities(["I love sunny days"])[0]
    np.testing.assert_allclose(shown, expected, atol=6e-4)
