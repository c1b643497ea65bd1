"""A labeler for `map_batches`: the predictions of `BatchPredictor`, as columns."""

import numpy as np
import pytest

from lessons_lib.annexes.cluster.deployment import sentiment_app
from lessons_lib.annexes.cluster.experiments import SlowLabeler
from lessons_lib.annexes.cluster.labeler import Labeler
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.text.label import LABELS

TEXTS = ["I love it", "", "an awful film"]


def test_labels_and_probabilities_are_added_to_the_columns() -> None:
    batch = {"id": np.arange(3), "text": np.array(TEXTS, dtype=object)}
    labeled = Labeler()(batch)
    assert list(labeled) == ["id", "text", "label", "negative", "neutral", "positive"]
    assert labeled["id"].tolist() == [0, 1, 2]
    for row, expected in enumerate(BatchPredictor(FoldedPipeline.load()).predict(TEXTS)):
        assert labeled["label"][row] == expected.label
        figures = [round(probability, 6) for probability in expected.probabilities]
        assert [labeled[str(one)][row] for one in LABELS] == figures


def test_the_texts_are_in_the_column_that_is_named() -> None:
    batch = {"text": ["an awful film"], "review": ["I love it"]}
    assert Labeler(column="review")(batch)["label"].tolist() == ["positive"]


def test_an_empty_batch_gets_empty_columns() -> None:
    labeled = Labeler()({"text": np.array([], dtype=object)})
    assert {len(column) for column in labeled.values()} == {0}


def test_a_slow_labeler_gives_the_same_labels_and_its_process() -> None:
    batch = {"text": np.array(TEXTS, dtype=object)}
    slow = SlowLabeler(work_ms=1)(batch)
    assert len(set(slow.pop("process").tolist())) == 1
    assert {name: column.tolist() for name, column in slow.items()} == {
        name: column.tolist() for name, column in Labeler()(batch).items()
    }


def test_the_deployment_names_the_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lessons_lib.extras.importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match="The deployment needs the extra `scale`"):
        sentiment_app()
