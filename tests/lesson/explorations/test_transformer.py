"""The experiments of notebook 15, on stored figures and on a pipeline without weights."""

from collections.abc import Sequence
from weakref import WeakValueDictionary

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.classroom.widgets.explore.explore import Table
from lessons_lib.extras import PACKAGES
from lessons_lib.lesson.explorations.own_texts import show_two_models, two_labels
from lessons_lib.lesson.notebooks.heavy import (
    LARGE_MODEL,
    PRICED_SIZES,
    SMALL_MODEL,
    compare_models,
    prices,
    read_engines,
    read_prices,
    time_batch_sizes,
    time_engines,
    time_equal_texts,
    time_long_text,
    time_one_text,
    time_sorting,
    with_long_text,
    word_pieces,
)
from lessons_lib.pipeline.embedding import sealed_file
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.prediction import Pipeline
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.stored import Measured, gain_of_engine

TEXTS = ["a", "bb", "ccc", "dddd", "eeeee", "ffffff", "ggggggg", "hhhhhhhh", "iiiiiiiii"]
COSTS = {SMALL_MODEL: CostModel(0.009, 0.001), LARGE_MODEL: CostModel(0.004, 0.008)}


class Neutral:
    """Labels every text neutral."""

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([0.1, 0.8, 0.1], dtype=np.float32), (len(texts), 1))


def test_without_the_transformer_every_experiment_returns_stored_figures() -> None:
    times = time_batch_sizes, time_equal_texts, time_long_text, time_sorting, time_engines
    runs = [one(None, TEXTS) for one in times]
    mixed = word_pieces(None, with_long_text(TEXTS))
    for run in (*runs, word_pieces(None, TEXTS * 15), mixed):
        assert not run.is_live
        assert run.note.startswith("Stored figures, not from this machine.")
    assert list(runs[0].values) == ["1", "8", "32", "128"]
    assert len(mixed.values["pieces"]) == 8
    assert min(len(each) for each in runs[2].values.values()) >= 3
    assert "more than 3,000 times" in compare_models(time_one_text(None, []))


def test_the_long_text_replaces_one_of_the_eight_shortest() -> None:
    mixed = with_long_text(list(reversed(TEXTS)))
    assert len(mixed) == 8
    assert mixed[4] == " ".join(reversed(TEXTS))
    assert [*mixed[:4], *mixed[5:]] == [*TEXTS[:4], *TEXTS[5:8]]


def test_prices_are_fitted_and_the_most_that_a_batch_can_save_is_computed() -> None:
    figures = Measured(
        {
            f"{name} {size}": [cost.service_s(size)] * 3
            for name, cost in COSTS.items()
            for size in PRICED_SIZES
        },
        "",
        is_live=True,
    )
    for name, cost in prices(figures).items():
        assert cost.fixed_s == pytest.approx(COSTS[name].fixed_s)
        assert cost.per_text_s == pytest.approx(COSTS[name].per_text_s)
    first, second = read_prices(figures).splitlines()
    assert first == (
        "small model: 9.0 ms per call + 1.0 ms per text, so batches are at most 10 times as fast"
    )
    assert "at most 1.5 times" in second


def test_a_price_per_text_of_zero_has_no_limit() -> None:
    values = {f"{name} {size}": [0.01] for name in COSTS for size in PRICED_SIZES}
    lines = read_prices(Measured(values, "", is_live=True)).splitlines()
    assert all(line.endswith(" per text") for line in lines)


def test_the_models_are_compared_by_their_stated_scores_and_a_rounded_down_ratio() -> None:
    small, large, ratio = compare_models(
        Measured({SMALL_MODEL: [5e-6] * 3, LARGE_MODEL: [0.0094] * 3}, "", is_live=True)
    ).splitlines()
    assert small == "small model: macro-F1 0.64, accuracy 0.68"
    assert large == "transformer: macro-F1 0.67, accuracy 0.70"
    assert ratio == "the transformer takes 9.4 ms per text, more than 1,000 times as long"


def test_two_models_label_a_text_side_by_side() -> None:
    models: dict[str, Pipeline] = {SMALL_MODEL: FoldedPipeline.load(), LARGE_MODEL: Neutral()}
    sentence, table = two_labels(models, "I love it")
    assert sentence == "The small model says positive, and the transformer says neutral."
    assert isinstance(table, Table)
    assert [row[2] for row in table.rows] == ["0.100", "0.800", "0.100"]
    (only,) = two_labels(models, "  ")
    assert only == "Type a few words, and the model will label them."


def test_without_the_transformer_the_small_model_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PACKAGES, "transformer", ("no_such_package",))
    monkeypatch.setattr(sealed_file, "_IN_USE", WeakValueDictionary())
    note = "The transformer is not on this machine, so only the small model answers."
    assert show_two_models().about["note"] == note


def test_engines_are_compared_by_speed_and_by_changed_labels() -> None:
    seconds = {"torch": 0.02, "onnxruntime": 0.01, "onnxruntime, int8": 0.005}
    ways = ("one by one", "in eights", "eights, sorted")
    values = {f"{one}, {way}": [s, s, 9.0] for one, s in seconds.items() for way in ways}
    changed = {f"{one}, changed labels": [float(n), 128.0] for n, one in enumerate(seconds)}
    lines = read_engines(Measured(values | changed, "", is_live=True)).splitlines()
    assert lines[2].split() == ["onnxruntime", "100", "100", "100", "1", "of", "128"]
    assert gain_of_engine(values) == pytest.approx(4)
    assert gain_of_engine(values, "onnxruntime") == pytest.approx(2)
