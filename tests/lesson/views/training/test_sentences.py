"""The sentences about a training run."""

from __future__ import annotations

import math

import pytest

from lessons_lib.lesson.views.training.view import (
    Knobs,
    best_in_words,
    best_row,
    knobs_in_words,
    rate_in_words,
    stopped_in_words,
    training_summary,
)
from lessons_lib.pipeline.model.trace import EpochRow


def rows(*losses: tuple[float, float]) -> list[EpochRow]:
    """Return a row for each training and held-out loss."""
    return [
        EpochRow(epoch, train, 0.6, held_out, 0.5)
        for epoch, (train, held_out) in enumerate(losses, start=1)
    ]


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        (
            [(0.9, 0.9), (0.7, 0.8), (0.5, 0.81), (0.3, 0.9)],
            "Overfitting from epoch 3 on: the held-out loss rises again, from 0.800 to 0.900, "
            "while the training loss keeps falling, to 0.300. Epoch 2 was the best time to stop.",
        ),
        (
            [(0.9, 0.9), (0.8, 0.85), (0.7, 0.8)],
            "Still improving: the held-out loss was still falling at the end, from 0.900 to 0.800. "
            "More epochs may help.",
        ),
        (
            [(0.9, 0.9), (0.8, 0.801), (0.7, 0.8), (0.69, 0.8)],
            "The held-out loss has leveled off near 0.800; it was lowest after epoch 3. "
            "More epochs would help little or lead to overfitting.",
        ),
        (
            [(0.8, 1.0)],
            "After one epoch, the held-out loss is 1.000, below the 1.10 of a guess. "
            "One epoch can't show a trend; train for more.",
        ),
        (
            [(0.8, 0.9), (0.9, 0.9), (1.0, 1.0)],
            "The steps are too large: even the training loss rises, from 0.800 to 1.000.",
        ),
        (
            [(1.6, 2.1), (2.9, 3.9), (5.3, 8.0)],
            "The held-out loss never fell below 1.10, the loss of a guess; the lowest was 2.10. "
            "The training loss also rises, from 1.600 to 5.300, so the steps are too large.",
        ),
        (
            [(1.3, 1.3), (0.9, 1.2), (0.4, 1.5)],
            "The held-out loss never fell below 1.10, the loss of a guess; the lowest was 1.20. "
            "The training loss did, and ended at 0.40: the model memorized its training texts and "
            "learned little that applies to others.",
        ),
        (
            [(1.5, 1.5), (1.3, 1.4), (1.2, 1.3)],
            "The held-out loss never fell below 1.10, the loss of a guess; the lowest was 1.30. "
            "It is still falling, so more epochs may help.",
        ),
        (
            [(1.5, 1.3), (1.3, 1.4), (1.2, 1.4)],
            "The held-out loss never fell below 1.10, the loss of a guess; the lowest was 1.30.",
        ),
        (
            [(0.9, 0.9), (0.5, 0.7), (0.6, 0.8)],
            "The held-out loss was lowest after epoch 2 and has risen since, from 0.700 to 0.800. "
            "The training loss has risen too, so the steps are too large to settle.",
        ),
    ],
)
def test_the_sentence_follows_from_the_losses(
    losses: list[tuple[float, float]], sentence: str
) -> None:
    assert training_summary(rows(*losses)) == sentence


@pytest.mark.parametrize("broken", [math.nan, math.inf])
@pytest.mark.parametrize("side", [0, 1])
def test_a_loss_that_is_not_finite_is_reported_with_its_epoch(broken: float, side: int) -> None:
    bad = (broken, 1.0) if side == 0 else (1.0, broken)
    assert training_summary(rows((0.9, 0.9), bad, (0.8, 0.8))) == (
        "Training diverged: after epoch 2, the loss was no longer a number. "
        "The steps are too large."
    )


def test_the_best_row_is_finite_and_the_first_in_a_tie() -> None:
    assert best_row(rows((1, math.nan), (1, 0.8), (1, 0.8))).epoch == 2  # type: ignore[union-attr]
    diverged = rows((1, math.nan), (1, math.inf))
    assert best_row(diverged) is None
    assert best_in_words(diverged) == "the held-out loss was never a number"


def test_a_stopped_run_reports_how_far_it_got() -> None:
    assert stopped_in_words([], 10, "Stopped").startswith("Stopped before the first epoch ended")
    sentence = stopped_in_words(rows((0.9, 0.9), (0.8, 0.8)), 10, "The kernel was interrupted")
    assert sentence.startswith("The kernel was interrupted after 2 epochs of 10. Still improving")


def test_settings_are_described_with_the_name_of_the_learning_rate() -> None:
    names = {"as shipped": 0.0005}
    assert knobs_in_words(Knobs(0.0005, 10, ready_made=True, seed=0), names, 10) == (
        "learning rate 0.0005 (as shipped), 10 epochs, ready-made vectors, seed 0"
    )
    assert knobs_in_words(Knobs(0.3, 1, ready_made=False, seed=7), names, 1) == (
        "learning rate 0.3, 1 epoch, random vectors, seed 7"
    )
    assert knobs_in_words(Knobs(0.3, 15, ready_made=True, seed=0), names, 4) == (
        "learning rate 0.3, 4 of 15 epochs, ready-made vectors, seed 0"
    )


@pytest.mark.parametrize(("rate", "shown"), [(1.0, "1"), (1e-5, "0.00001"), (0.0015, "0.0015")])
def test_a_learning_rate_has_no_exponent(rate: float, shown: str) -> None:
    assert rate_in_words(rate) == shown
