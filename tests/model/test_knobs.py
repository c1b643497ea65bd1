"""The knobs: what each of them changes, and how a run is ended from outside."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lessons_lib.embedding.table import DIMENSIONS, EmbeddingTable
from lessons_lib.model.knobs import LEARNING_RATES, KnobTraining
from lessons_lib.model.network import SentimentNet
from lessons_lib.model.trace import EpochRow, TrainingTrace
from lessons_lib.model.training import Recipe, train
from lessons_lib.text.corpus import Corpus, LabelledText
from lessons_lib.text.label import Label
from lessons_lib.text.vocabulary import Vocabulary


def rated(text: str, rating: float) -> LabelledText:
    return LabelledText(text, Label.from_rating(rating), rating, "test")


CORPUS = Corpus(
    train=[rated("good", 3), rated("bad", -3), rated("table", 0)] * 10,
    validation=[rated("good", 3), rated("bad", -3)],
    test=[],
)
WORDS = Vocabulary(["good", "bad", "table"])
VECTORS = np.random.default_rng(0).normal(0, 0.1, (len(WORDS), DIMENSIONS)).astype(np.float32)
VECTORS[0] = 0
TABLE = EmbeddingTable(VECTORS, WORDS)
SETTING = {"learning_rate": 0.001, "epochs": 3, "ready_made": True, "seed": 0}


class Enough(Exception):
    pass


@pytest.fixture
def training() -> KnobTraining:
    return KnobTraining(CORPUS, TABLE)


def run(training: KnobTraining, **changes: object) -> TrainingTrace:
    return training(**(SETTING | changes))  # type: ignore[arg-type]


def test_a_setting_trains_as_the_recipe_with_its_learning_rate_would(
    training: KnobTraining,
) -> None:
    net = SentimentNet(len(WORDS), table=TABLE.vectors, seed=0)
    expected = train(net, CORPUS, WORDS, epochs=3, recipe=Recipe(learning_rate=0.001))
    assert run(training) == expected


@pytest.mark.parametrize(
    "change", [{"learning_rate": 0.1}, {"ready_made": False}, {"seed": 1}], ids=str
)
def test_each_knob_changes_the_figures(training: KnobTraining, change: dict[str, object]) -> None:
    assert run(training, **change) != run(training)


def test_more_epochs_go_on_where_fewer_end(training: KnobTraining) -> None:
    assert run(training, epochs=5).rows[:3] == run(training).rows


def test_every_run_starts_anew(training: KnobTraining) -> None:
    assert run(training) == run(training)
    assert np.array_equal(TABLE.vectors, VECTORS)


def test_each_epoch_is_told(training: KnobTraining) -> None:
    told: list[EpochRow] = []
    trace = run(training, on_epoch=told.append)
    assert tuple(told) == trace.rows


def test_a_step_can_end_the_training_before_its_first_epoch_is_over(
    training: KnobTraining,
) -> None:
    told: list[EpochRow] = []

    def stop() -> None:
        raise Enough

    with pytest.raises(Enough):
        run(training, on_epoch=told.append, on_step=stop)
    assert told == []


def test_what_a_step_returns_changes_nothing(training: KnobTraining) -> None:
    assert run(training, on_step=lambda: 1) == run(training)


def test_a_learning_rate_far_too_large_still_gives_figures(training: KnobTraining) -> None:
    trace = run(training, learning_rate=LEARNING_RATES["far too large"], ready_made=False)
    assert all(math.isfinite(row.held_out_loss) for row in trace)


def test_the_shipped_learning_rate_is_that_of_the_recipe() -> None:
    assert LEARNING_RATES["as shipped"] == Recipe().learning_rate
    assert list(LEARNING_RATES.values()) == sorted(LEARNING_RATES.values())


def test_the_note_counts_the_numbers_that_are_trained(training: KnobTraining) -> None:
    numbers = len(WORDS) * DIMENSIONS + 3 * DIMENSIONS + 3
    assert f"learns from 30 texts and trains {numbers} numbers" in training.note
