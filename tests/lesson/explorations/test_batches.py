"""What a learner finds out about batches: passes, padding, last digits, and one comment."""

import random
from collections.abc import Sequence
from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.classroom.widgets.explore.explore import ShownPart, Table
from lessons_lib.lesson.explorations.batches import (
    Differences,
    comment_shown,
    compare_predictions,
    padding_shown,
    pass_sizes,
    passes_shown,
)
from lessons_lib.pipeline.inference.batch import BatchPredictor, padded_lengths
from lessons_lib.pipeline.inference.prediction import Prediction


class Recorder:
    """Remembers the size of each pass; its rows depend on it if `shift` says so."""

    def __init__(self, shift: float = 0.0) -> None:
        self.passes: list[int] = []
        self._shift = shift

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.passes.append(len(texts))
        row = np.array([0.4, 0.3, 0.3], dtype=np.float32)
        if len(texts) > 1:
            row += np.array([-self._shift, self._shift, 0], dtype=np.float32)
        return np.tile(row, (len(texts), 1))


def table_of(parts: Sequence[ShownPart]) -> tuple[str, Table]:
    sentence, table = parts
    assert isinstance(sentence, str)
    assert isinstance(table, Table)
    return sentence, table


@pytest.mark.parametrize("n_texts", [0, 1, 7, 8, 9, 64])
@pytest.mark.parametrize("batch_size", [1, 8, 100])
def test_the_pass_sizes_are_those_of_the_predictor(n_texts: int, batch_size: int) -> None:
    pipeline = Recorder()
    BatchPredictor(pipeline, batch_size=batch_size).predict(["text"] * n_texts)
    assert pass_sizes(n_texts, batch_size) == pipeline.passes


def test_passes_and_memory_of_an_archive() -> None:
    sentence, table = table_of(passes_shown(10_000, 512))
    assert sentence == "20 passes of 512 texts. The last one carries only 272."
    assert passes_shown(100, 10_000)[0] == "1 pass of 100 texts."
    assert [row[:2] for row in table.rows] == [
        ("ids", "(512, 20)"),
        ("vectors", "(512, 20, 50)"),
        ("probabilities", "(512, 3)"),
    ]
    vectors = np.zeros((512, 20, 50), dtype=np.float32)
    assert table.rows[1][2] == f"{vectors.nbytes / 1e6:.1f} MB"
    assert [row[2] for row in passes_shown(1, 1)[1].rows] == ["160 B", "4.0 kB", "12 B"]  # type: ignore[union-attr]
    assert table.bars is not None
    assert table.bars[1] == pytest.approx(512 / 10_000)


@pytest.mark.parametrize("seed", range(20))
def test_sorting_never_costs_slots_and_a_batch_of_one_needs_no_padding(seed: int) -> None:
    rng = random.Random(seed)
    lengths = [rng.randint(0, 60) for _ in range(rng.randint(1, 80))]
    size = rng.randint(1, 30)
    in_order, each = (sum(padded_lengths(one, size)) for one in (sorted(lengths), lengths))
    assert sum(lengths) <= in_order <= each <= max(lengths) * len(lengths)


def test_one_long_text_makes_its_batch_expensive() -> None:
    sentence, table = table_of(padding_shown([10] * 64, 32, 400))
    counts = [int(row[1].replace(",", "")) for row in table.rows]
    assert counts == [64 * 400, 32 * 10 + 32 * 400, 32 * 10 + 32 * 400]
    assert sentence == "Sorting by length saves 0 % of the slots here."
    _, table = table_of(padding_shown([10, 20] * 32, 32, 0))
    assert [row[1] for row in table.rows] == ["1,280", "1,280", "960"]
    assert [row[2] for row in table.rows] == ["25 %", "25 %", "0 %"]


def test_last_digits_are_compared_with_the_first_run() -> None:
    texts = ["a text"] * 10
    runs = {
        "one by one": BatchPredictor(Recorder(1e-7), batch_size=1),
        "in pairs": BatchPredictor(Recorder(1e-7), batch_size=2),
        "other": BatchPredictor(Recorder(0.2), batch_size=4),
        "the same": BatchPredictor(Recorder(), batch_size=4),
    }
    found = compare_predictions(runs, texts)
    assert list(found) == ["in pairs", "other", "the same"]
    assert (found["in pairs"].predictions, found["in pairs"].labels) == (10, 0)
    assert (found["other"].predictions, found["other"].labels) == (10, 10)
    assert found["other"].largest == pytest.approx(0.2)
    assert found["the same"] == Differences(0, 0, 0.0)
    expected = "1 prediction changed by at most 1.2e-07, 0 labels flipped"
    assert str(Differences(1, 0, 1.2e-7)) == expected


def answer(negative: float) -> Prediction:
    return Prediction.from_probabilities((negative, 0.95 - negative, 0.05))


@pytest.mark.parametrize(
    ("negative", "warn_from", "sentence"),
    [
        (0.7, 0.7, "Before you send it: this may sound unfriendly (negative with 0.70)."),
        (0.6, 0.7, "No warning (negative with 0.60)."),
        (0.1, 0.7, "No warning (neutral with 0.85)."),
    ],
)
def test_the_box_warns_before_sending(negative: float, warn_from: float, sentence: str) -> None:
    clock = count(0, 0.25).__next__
    parts = comment_shown("Some text", warn_from, lambda text: answer(negative), clock)
    shown, table = table_of(parts)
    assert shown == f"{sentence} The call took 250 ms."
    assert [row[0] for row in table.rows] == ["negative", "neutral", "positive"]
    assert table.bars == answer(negative).probabilities


def test_a_comment_without_words_makes_no_call() -> None:
    called: list[str] = []

    def predict(text: str) -> Prediction:
        called.append(text)
        return answer(0.5)

    assert comment_shown(" … ", 0.7, predict) == [
        "Write a comment first. There are no words in it yet."
    ]
    assert called == []
