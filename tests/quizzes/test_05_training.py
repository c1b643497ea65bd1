from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch.nn import functional

from lessons_lib.model.trace import EpochRow, TrainingTrace
from lessons_lib.quiz.question import ChoiceQuestion, Question, Row
from lessons_lib.text.label import Label
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    cases,
    choices_test,
    columns_test,
    letters_of_true,
    numbers_test,
    run_stem,
    trust_test,
)
from tests.quizzes.stem_figures import (
    decimals,
    table_of_stem,
    unexplained_columns,
    values_of_options,
)

NAME = "05_training"


def loss_of(probabilities: Sequence[Sequence[float]], classes: Sequence[int]) -> float:
    """Return torch's own cross-entropy of probabilities: an independent reference for −ln p."""
    logits = torch.tensor(probabilities, dtype=torch.float64).log()
    return float(functional.cross_entropy(logits, torch.tensor(classes)))


def loss_of_right_labels(probabilities: Sequence[float]) -> float:
    """Return the loss of texts whose right labels have these probabilities."""
    return loss_of([[p, 1 - p] for p in probabilities], [0] * len(probabilities))


def accuracy_of(probabilities: Sequence[Sequence[float]], classes: Sequence[int]) -> float:
    winners = torch.tensor(probabilities).argmax(dim=1)
    return float((winners == torch.tensor(classes)).double().mean())


def trace_of(question: Question) -> list[list[float]]:
    """Return the rows of a trace in the stem: epoch, loss and perhaps accuracy."""
    return [[float(cell) for cell in cells] for cells in table_of_stem(question)]


def largest_fall(question: ChoiceQuestion, row: Row) -> set[str]:
    falls = {
        f"From epoch {before[0]:.0f} to epoch {after[0]:.0f}": before[1] - after[1]
        for before, after in pairwise(trace_of(question))
    }
    steepest = max(falls.values())
    return letters_of_true(question, {phrase: fall == steepest for phrase, fall in falls.items()})


def even_guess(question: ChoiceQuestion, row: Row) -> set[str]:
    loss = loss_of([[1 / 3, 1 / 3, 1 / 3]], [1])
    return letters_of_true(
        question,
        {f"About {shown}": f"{loss:.2f}" == shown for shown in ("0.33", "0.67", "1.10", "3.00")},
    )


def trace_supports(question: ChoiceQuestion, row: Row) -> set[str]:
    trace = trace_of(question)
    better = [after[1] < one[1] and after[2] > one[2] for one, after in pairwise(trace)]
    *_, fifth, seventh, tenth = trace
    wrong_in_100 = round(100 * (1 - tenth[2]))
    loss_in_100 = round(100 * tenth[1])
    assert f"{wrong_in_100} of 100 new" in question.options["B"].text
    assert f"{loss_in_100} of 100 training" in question.options["C"].text
    claims = {
        "From each row to the next": all(better),
        "100 new texts": "new texts" in question.stem,
        "100 training texts": wrong_in_100 == loss_in_100,
        "falls by less": seventh[1] - tenth[1] < fifth[1] - seventh[1],
    }
    return letters_of_true(question, claims)


def falls_and_stays(question: ChoiceQuestion, row: Row) -> set[str]:
    """Lay ten texts out before and after: the same labels win, with other probabilities."""
    classes = [0] * 10
    before = [[0.6, 0.2, 0.2]] * 7 + [[0.2, 0.5, 0.3]] * 3
    after = [[0.7, 0.2, 0.1]] * 7 + [[0.3, 0.4, 0.3]] * 3
    falls = loss_of(after, classes) < loss_of(before, classes)
    stays = accuracy_of(after, classes) == accuracy_of(before, classes) == pytest.approx(0.7)
    happens = falls and stays
    claims = {
        "Nothing can": not happens,
        "share of wrong labels": loss_of(before, classes) == pytest.approx(0.3),
        "stopped learning": not falls,
        "more probable": happens,
    }
    return letters_of_true(question, claims)


def worse_than_a_guess(question: ChoiceQuestion, row: Row) -> set[str]:
    """Mend either kind of confident text: only the wrong ones carry the high loss."""
    classes = [0] * 20
    right, wrong, mild = [0.9, 0.05, 0.05], [0.05, 0.9, 0.05], [0.3, 0.4, 0.3]
    texts = [right] * 9 + [wrong] * 11
    guess = loss_of([[1 / 3] * 3] * 20, classes)
    happens = loss_of(texts, classes) > guess and accuracy_of(texts, classes) == 0.45
    without_wrong = loss_of([right] * 9 + [mild] * 11, classes)
    claims = {
        "counts wrong labels": loss_of(texts, classes) == pytest.approx(11 / 20),
        "Some wrong labels": happens and without_wrong < guess,
        "Some right labels": loss_of([right], [0]) > guess,
        "no loss above 1.10": loss_of(texts, classes) <= guess,
    }
    return letters_of_true(question, claims)


def expressions_for_the_loss(question: ChoiceQuestion, row: Row) -> set[str]:
    names = run_stem(question)
    found = values_of_options(question, names)
    return {
        letter for letter, value in found.items() if torch.isclose(value, names["loss"], atol=1e-6)
    }


CHOICES: dict[str, Computed] = {
    "largest-fall-of-a-loss": largest_fall,
    "loss-of-an-even-guess": even_guess,
    "what-a-training-trace-supports": trace_supports,
    "loss-falls-accuracy-stays": falls_and_stays,
    "worse-than-an-even-guess": worse_than_a_guess,
    "expressions-for-the-loss": expressions_for_the_loss,
}


def count_wrong(row: dict[str, Any]) -> int:
    """Lay out each text: right ones first, as many as the accuracy says."""
    is_right = [place < round(row["n"] * row["accuracy"]) for place in range(row["n"])]
    assert sum(is_right) / len(is_right) == row["accuracy"]
    return is_right.count(False)


def mean_fall(row: dict[str, Any]) -> float:
    moves = len(range(row["first"], row["last"]))
    return float(row["first_loss"] - row["last_loss"]) / moves


def epoch_to_keep(row: dict[str, Any]) -> int:
    """Ask the trace that training returns."""
    losses = zip(decimals(row["training"]), decimals(row["held_out"]), strict=True)
    rows = [EpochRow(epoch, one, 0.5, other, 0.5) for epoch, (one, other) in enumerate(losses, 1)]
    return TrainingTrace(tuple(rows)).best_epoch()


def one_loss(row: dict[str, Any]) -> float:
    return loss_of([decimals(row["probabilities"])], [Label(row["label"]).number])


NUMBERS: dict[str, Number] = {
    "wrong-texts-behind-an-accuracy": count_wrong,
    "mean-fall-for-each-epoch": mean_fall,
    "epoch-to-keep": epoch_to_keep,
    "loss-of-one-prediction": one_loss,
    "mean-loss-of-two-texts": lambda row: loss_of_right_labels([row["p"], row["q"]]),
}


def first_rise(losses: Sequence[float]) -> int:
    return next(epoch for epoch, (one, after) in enumerate(pairwise(losses), 2) if after > one)


COLUMNS: dict[str, Columns] = {
    "which-accuracy-to-expect": lambda row: {
        "mean": (row["train"] + row["held_out"]) / 2,
        "gap": row["train"] - row["held_out"],
    },
    "wrong-texts-behind-an-accuracy": lambda row: {
        "right": row["n"] * row["accuracy"],
        "wrong": row["n"] - row["right"],
        "wrong_in_100": 100 * (1 - row["accuracy"]),
    },
    "mean-fall-for-each-epoch": lambda row: {
        "whole_fall": row["first_loss"] - row["last_loss"],
        "between": row["last"] - row["first"],
        "points": row["between"] + 1,
        "fall": row["whole_fall"] / row["between"],
        "by_points": round(row["whole_fall"] / row["points"], 3),
        "by_last": round(row["whole_fall"] / row["last"], 3),
    },
    "epoch-to-keep": lambda row: {
        "last": len(decimals(row["training"])),
        "best": epoch_to_keep(row),
        "first_rise": first_rise(decimals(row["held_out"])),
        "lowest": f"{min(decimals(row['held_out'])):.2f}",
    },
    "loss-of-one-prediction": lambda row: {
        "p": decimals(row["probabilities"])[Label(row["label"]).number],
        "loss": round(-math.log(row["p"]), 2),
        "of_highest": round(-math.log(max(decimals(row["probabilities"]))), 2),
        "to_one": 1 - row["p"],
        "base_ten": round(-math.log10(row["p"]), 2),
    },
    "mean-loss-of-two-texts": lambda row: {
        "mean": (row["p"] + row["q"]) / 2,
        "loss_p": round(-math.log(row["p"]), 2),
        "loss_q": round(-math.log(row["q"]), 2),
        "sum": round(-math.log(row["p"] * row["q"]), 2),
        "loss": round(-math.log(row["p"] * row["q"]) / 2, 2),
        "of_the_mean": round(-math.log(row["mean"]), 2),
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, NUMBERS, rounding=0.005)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


@pytest.mark.parametrize(("question", "row"), cases(NAME, ["epoch-to-keep"]))
def test_the_held_out_loss_turns_once_while_the_training_loss_only_falls(
    question: Question, row: dict[str, Any]
) -> None:
    training, held_out = decimals(row["training"]), decimals(row["held_out"])
    best = epoch_to_keep(row)
    assert training == sorted(training, reverse=True)
    assert held_out[:best] == sorted(held_out[:best], reverse=True)
    assert held_out[best - 1 :] == sorted(held_out[best - 1 :])


def test_what_a_row_holds_is_given_in_the_stem_or_computed() -> None:
    assert unexplained_columns(NAME, COLUMNS) == {}


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, NUMBERS, COLUMNS)
