"""What is said of a training: each sentence from rows whose story is known."""

from __future__ import annotations

import math

import pytest

from lessons_lib.model.trace import EpochRow
from lessons_lib.widgets.training.view import (
    Knobs,
    best_in_words,
    best_row,
    knobs_in_words,
    rate_in_words,
    stopped_in_words,
    what_was_seen,
)


def rows(*losses: tuple[float, float]) -> list[EpochRow]:
    """Return a row for each training and held-out loss."""
    return [
        EpochRow(epoch, train, 0.6, held_out, 0.5)
        for epoch, (train, held_out) in enumerate(losses, start=1)
    ]


def test_overfitting_is_told_from_the_epoch_after_the_best_one_on() -> None:
    seen = what_was_seen(rows((0.9, 0.9), (0.7, 0.8), (0.5, 0.81), (0.3, 0.9)))
    assert seen == (
        "Overfitting from epoch 3 on: the held-out loss rises again, from 0.800 to 0.900, while "
        "the training loss falls on to 0.300. Epoch 2 was the time to stop."
    )


def test_a_held_out_loss_that_still_falls_asks_for_more_epochs() -> None:
    seen = what_was_seen(rows((0.9, 0.9), (0.8, 0.85), (0.7, 0.8)))
    assert seen.startswith("Still improving: the held-out loss falls to the last, from 0.900 to")
    assert seen.endswith("More epochs may help.")


def test_a_held_out_loss_at_rest_asks_for_no_more() -> None:
    seen = what_was_seen(rows((0.9, 0.9), (0.8, 0.801), (0.7, 0.8), (0.69, 0.8)))
    assert seen.startswith("The held-out loss has come to rest near 0.800; it was lowest after ep")


def test_one_epoch_tells_of_no_direction() -> None:
    assert "below the 1.10 of a guess. One epoch tells of no direc" in what_was_seen(rows((0.8, 1)))


@pytest.mark.parametrize("broken", [math.nan, math.inf])
@pytest.mark.parametrize("side", [0, 1])
def test_a_loss_that_is_no_number_is_told_with_its_epoch(broken: float, side: int) -> None:
    bad = (broken, 1.0) if side == 0 else (1.0, broken)
    seen = what_was_seen(rows((0.9, 0.9), bad, (0.8, 0.8)))
    assert seen == (
        "It diverged: after epoch 2 the loss was no number any more. The steps are too large."
    )


def test_a_training_loss_that_rises_is_a_matter_of_the_steps() -> None:
    seen = what_was_seen(rows((0.8, 0.9), (0.9, 0.9), (1.0, 1.0)))
    assert seen == ("The steps are too large: the training loss itself rises, from 0.800 to 1.000.")


def test_never_below_a_guess_and_rising_is_told_as_both() -> None:
    seen = what_was_seen(rows((1.6, 2.1), (2.9, 3.9), (5.3, 8.0)))
    assert seen.startswith(
        "The held-out loss never got below 1.10, that of a guess: at best it was"
    )
    assert seen.endswith("from 1.600 to 5.300: the steps are too large.")


def test_below_a_guess_on_training_texts_alone_is_learning_by_heart() -> None:
    seen = what_was_seen(rows((1.3, 1.3), (0.9, 1.2), (0.4, 1.5)))
    assert "The training loss did, and ends at 0.40: the model learnt its own texts" in seen


def test_above_a_guess_but_falling_asks_for_more_epochs() -> None:
    seen = what_was_seen(rows((1.5, 1.5), (1.3, 1.4), (1.2, 1.3)))
    assert seen.endswith("at best it was 1.30. It is still falling: more epochs may help.")


def test_a_held_out_loss_that_rises_with_the_training_loss_is_no_overfitting() -> None:
    seen = what_was_seen(rows((0.9, 0.9), (0.5, 0.7), (0.6, 0.8)))
    assert "so has the training loss: the steps are too large to settle." in seen
    assert "Overfitting" not in seen


def test_nothing_is_said_of_nothing() -> None:
    assert what_was_seen([]) == ""
    assert best_row([]) is None
    assert best_in_words([]) == "no held-out loss that is a number"


def test_the_best_row_is_the_first_of_equals_and_never_one_without_a_number() -> None:
    assert best_row(rows((1, math.nan), (1, 0.8), (1, 0.8))).epoch == 2  # type: ignore[union-attr]
    assert best_row(rows((1, math.nan), (1, math.inf))) is None


def test_a_stopped_run_says_how_far_it_came() -> None:
    assert stopped_in_words([], 10, "Stopped").startswith("Stopped before the first epoch was ov")
    said = stopped_in_words(rows((0.9, 0.9), (0.8, 0.8)), 10, "The kernel was interrupted")
    assert said.startswith("The kernel was interrupted after 2 epochs of 10. Still improving")


def test_a_setting_is_told_with_the_name_of_its_learning_rate() -> None:
    names = {"as shipped": 0.0005}
    assert knobs_in_words(Knobs(0.0005, 10, ready_made=True, seed=0), names, 10) == (
        "learning rate 0.0005 (as shipped), 10 epochs, ready-made vectors, seed 0"
    )
    assert knobs_in_words(Knobs(0.3, 1, ready_made=False, seed=7), names, 1) == (
        "learning rate 0.3, 1 epoch, vectors by chance, seed 7"
    )


def test_a_setting_of_a_run_that_was_cut_short_says_how_far_it_came() -> None:
    said = knobs_in_words(Knobs(0.3, 15, ready_made=True, seed=0), {}, 4)
    assert said == "learning rate 0.3, 4 of 15 epochs, ready-made vectors, seed 0"


@pytest.mark.parametrize(("rate", "shown"), [(1.0, "1"), (1e-5, "0.00001"), (0.0015, "0.0015")])
def test_a_learning_rate_is_written_out(rate: float, shown: str) -> None:
    assert rate_in_words(rate) == shown
