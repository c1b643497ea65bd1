"""The sentences about a training run: which case it is, and which figures it names."""

import math

import pytest

from lessons_lib.lesson.views.training import (
    Knobs,
    best_row,
    rate_in_words,
    run_in_words,
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


NO_BETTER = "never fell below 1.10, the loss of a guess. "


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ([(0.9, 0.9), (0.7, 0.8), (0.5, 0.81), (0.3, 0.9)], "Overfitting from epoch 3 on"),
        ([(0.9, 0.9), (0.8, 0.85), (0.7, 0.8)], "Still improving: the held-out loss fell to 0.800"),
        ([(0.9, 0.9), (0.8, 0.801), (0.7, 0.8), (0.69, 0.8)], "leveled off near 0.800; it was"),
        ([(0.8, 1.0)], "After one epoch, the held-out loss is 1.000, below the 1.10 of a guess"),
        ([(0.8, 0.9), (0.9, 0.9), (1.0, 1.0)], "too large: even the training loss rises, from 0.8"),
        ([(1.6, 2.1), (2.9, 3.9), (5.3, 8.0)], f"{NO_BETTER}The training loss rises"),
        ([(1.3, 1.3), (0.9, 1.2), (0.4, 1.5)], f"{NO_BETTER}The training loss did, and ended at"),
        ([(1.5, 1.5), (1.3, 1.4), (1.2, 1.3)], f"{NO_BETTER}It is still falling"),
        ([(1.5, 1.3), (1.3, 1.4), (1.2, 1.4)], NO_BETTER.rstrip()),
        ([(0.9, 0.9), (0.5, 0.7), (0.6, 0.8)], "lowest after epoch 2 and has risen since, from 0."),
    ],
)
def test_the_case_follows_from_the_losses(losses: list[tuple[float, float]], words: str) -> None:
    assert words in training_summary(rows(*losses))


@pytest.mark.parametrize("bad", [(math.nan, 1.0), (1.0, math.nan), (math.inf, 1.0)])
def test_a_loss_that_is_not_finite_is_reported_with_its_epoch(bad: tuple[float, float]) -> None:
    sentence = training_summary(rows((0.9, 0.9), bad, (0.8, 0.8)))
    assert sentence.startswith("Training diverged: after epoch 2")


def test_the_best_row_is_finite_and_the_first_in_a_tie() -> None:
    assert best_row(rows((1, math.nan), (1, 0.8), (1, 0.8))).epoch == 2  # type: ignore[union-attr]
    assert best_row(rows((1, math.nan), (1, math.inf))) is None


def test_a_stopped_run_reports_how_far_it_got() -> None:
    assert stopped_in_words([], 10, "Stopped").startswith("Stopped before the first epoch ended")
    sentence = stopped_in_words(rows((0.9, 0.9), (0.8, 0.8)), 10, "The kernel was interrupted")
    assert sentence.startswith("The kernel was interrupted after 2 epochs of 10. Still improving")


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        (Knobs(0.0005, 2), "learning rate 0.0005 (as shipped), 2 epochs, ready-made vectors, "),
        (Knobs(0.3, 4, False, 7), "learning rate 0.3, 2 of 4 epochs, random vectors, seed 7. "),
    ],
)
def test_a_run_is_described_by_its_settings_and_its_best_epoch(knobs: Knobs, words: str) -> None:
    described = run_in_words(knobs, {"as shipped": 0.0005}, rows((0.9, 0.9), (0.8, 0.8)))
    assert described.startswith(words)
    assert described.endswith("0.800, after epoch 2; held-out accuracy then 0.500.")
    diverged = run_in_words(knobs, {}, rows((1, math.nan), (1, math.inf)))
    assert diverged.endswith("The held-out loss was never a number.")


@pytest.mark.parametrize(("rate", "shown"), [(1.0, "1"), (1e-5, "0.00001"), (0.0015, "0.0015")])
def test_a_learning_rate_has_no_exponent(rate: float, shown: str) -> None:
    assert rate_in_words(rate) == shown
