"""The keys of "Training" and "Probabilities to labels", computed by running."""

import math
import re
from ast import literal_eval
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from lessons_lib.classroom.quiz.question import ChoiceQuestion, Question, Row
from lessons_lib.pipeline.model.trace import EpochRow, TrainingTrace
from lessons_lib.pipeline.text.label import LABELS, Label
from lessons_lib.pipeline.text.vocabulary import UNK
from tests.lesson.quizzes import answer_key as key


def loss_of(probabilities: Sequence[Sequence[float]], classes: Sequence[int]) -> float:
    """Return torch's own cross-entropy of probabilities: an independent reference for −ln p."""
    logits = torch.tensor(probabilities, dtype=torch.float64).log()
    return float(functional.cross_entropy(logits, torch.tensor(classes)))


def accuracy_of(probabilities: Sequence[Sequence[float]], classes: Sequence[int]) -> float:
    winners = torch.tensor(probabilities).argmax(dim=1)
    return float((winners == torch.tensor(classes)).double().mean())


def trace_of(question: Question) -> list[list[float]]:
    """Return the rows of a trace in the stem: epoch, loss and perhaps accuracy."""
    return [[float(cell) for cell in cells] for cells in key.table_of_stem(question)]


def loss_of_an_even_guess(question: ChoiceQuestion, row: Row) -> key.Claims:
    loss = loss_of([[1 / 3, 1 / 3, 1 / 3]], [1])
    return {f"About {shown}": f"{loss:.2f}" == shown for shown in ("0.33", "0.67", "1.10", "3.00")}


def what_a_training_trace_supports(question: ChoiceQuestion, row: Row) -> key.Claims:
    trace = trace_of(question)
    better = [after[1] < one[1] and after[2] > one[2] for one, after in pairwise(trace)]
    *_, fifth, seventh, tenth = trace
    wrong_in_100 = round(100 * (1 - tenth[2]))
    loss_in_100 = round(100 * tenth[1])
    assert f"{wrong_in_100} of 100 new" in question.options["B"].text
    assert f"{loss_in_100} of 100 training" in question.options["C"].text
    return {
        "From each row to the next": all(better),
        "100 new texts": "new texts" in question.stem,
        "100 training texts": wrong_in_100 == loss_in_100,
        "falls by less": seventh[1] - tenth[1] < fifth[1] - seventh[1],
    }


def loss_falls_accuracy_stays(question: ChoiceQuestion, row: Row) -> key.Claims:
    """Compare ten texts before and after: the same labels win, with other probabilities."""
    classes = [0] * 10
    before = [[0.6, 0.2, 0.2]] * 7 + [[0.2, 0.5, 0.3]] * 3
    after = [[0.7, 0.2, 0.1]] * 7 + [[0.3, 0.4, 0.3]] * 3
    falls = loss_of(after, classes) < loss_of(before, classes)
    stays = accuracy_of(after, classes) == accuracy_of(before, classes) == pytest.approx(0.7)
    happens = falls and stays
    return {
        "Nothing can": not happens,
        "share of wrong labels": loss_of(before, classes) == pytest.approx(0.3),
        "stopped learning": not falls,
        "more probable": happens,
    }


def worse_than_an_even_guess(question: ChoiceQuestion, row: Row) -> key.Claims:
    """Recompute the quick check, and replace its wrong texts: only they cause the high loss."""
    classes = [0] * 100
    right, wrong, mild = [0.7, 0.15, 0.15], [0.15, 0.8, 0.05], [0.3, 0.4, 0.3]
    texts = [right] * 45 + [wrong] * 55
    guess = loss_of([[1 / 3] * 3] * 100, classes)
    assert f"{loss_of(texts, classes):.2f}" == "1.20"
    assert accuracy_of(texts, classes) == 0.45
    return {
        "counts wrong labels": loss_of(texts, classes) == pytest.approx(55 / 100),
        "some wrong labels": loss_of([right] * 45 + [mild] * 55, classes) < guess,
        "some correct labels": loss_of([right], [0]) > guess,
        "losses above 1.10": loss_of(texts, classes) <= guess,
    }


def epoch_to_keep(row: dict[str, Any]) -> int:
    """Ask the trace that training returns; only the held-out loss turns, and only once."""
    training, held_out = key.decimals(row["training"]), key.decimals(row["held_out"])
    losses = enumerate(zip(training, held_out, strict=True), 1)
    rows = [EpochRow(epoch, one, 0.5, other, 0.5) for epoch, (one, other) in losses]
    best = TrainingTrace(rows).best_epoch()
    assert training == sorted(training, reverse=True)
    assert held_out[:best] == sorted(held_out[:best], reverse=True)
    assert held_out[best - 1 :] == sorted(held_out[best - 1 :])
    return best


def loss_of_one_prediction(row: dict[str, Any]) -> float:
    return loss_of([key.decimals(row["probabilities"])], [Label(row["label"]).number])


def first_rise(losses: Sequence[float]) -> int:
    return next(epoch for epoch, (one, after) in enumerate(pairwise(losses), 2) if after > one)


Figures = NDArray[np.float64]


def softmax(logits: Figures) -> Figures:
    """Softmax in plain Python, one number at a time."""
    total = math.fsum(math.exp(logit) for logit in logits)
    return np.array([math.exp(logit) / total for logit in logits])


def any_logits() -> Iterator[Figures]:
    """Yield three different logits between −3 and 3, many times, some of them close together."""
    rng = np.random.default_rng(0)
    for scale in (0.1, 1.0, 3.0):
        yield from rng.uniform(-scale, scale, size=(200, 3))


def which_are_probabilities(question: ChoiceQuestion, row: Row) -> set[str]:
    lists = {
        letter: literal_eval(*key.inline_code(one.text)) for letter, one in question.options.items()
    }
    return key.letters_where(
        lists, lambda numbers: min(numbers) >= 0 and math.isclose(sum(numbers), 1)
    )


def what_softmax_keeps(question: ChoiceQuestion, row: Row) -> key.Claims:
    always = dict.fromkeys(("sum to one", "above 0.5", "below zero", "highest", "Twice"), True)
    for logits in any_logits():
        shares, doubled = softmax(logits), softmax(logits * [2, 1, 1])
        always["sum to one"] &= math.isclose(shares.sum(), 1)
        always["above 0.5"] &= bool(shares.max() > 0.5)
        always["below zero"] &= bool(shares.min() >= 0)
        always["highest"] &= shares.argmax() == logits.argmax()
        always["Twice"] &= math.isclose(doubled[0], 2 * shares[0])
    return always


def five_added_to_every_logit(question: ChoiceQuestion, row: Row) -> key.Claims:
    always = dict.fromkeys(("three become larger", "closer", "highest one", "the same"), True)
    for logits in any_logits():
        before, after = softmax(logits), key.run_stem(question, logits=logits)["probabilities"]
        always["three become larger"] &= bool((after > before + 1e-9).all())
        always["closer"] &= bool(np.ptp(after) < np.ptp(before) - 1e-9)
        always["highest one"] &= bool(after.max() > before.max() + 1e-9)
        always["the same"] &= np.allclose(after, before)
    return always


def labels_of_a_batch(question: ChoiceQuestion, row: Row) -> set[str]:
    return key.letters_saying(question, ", ".join(key.run_stem(question)["labels"]))


def label_from_logits(question: ChoiceQuestion, row: Row) -> set[str]:
    logits = np.array(
        [float(one.replace("−", "-")) for one in re.findall(r"−\d\.\d", question.stem)]
    )
    (label,) = key.pipeline().decide(softmax(logits)[np.newaxis].astype(np.float32))
    assert label == LABELS[logits.argmax()]  # softmax does not change it
    return key.letters_where(question.options, lambda one: one.text.startswith(label))


def threshold_is_raised(question: ChoiceQuestion, row: Row) -> key.Claims:
    rng = np.random.default_rng(0)
    always = dict.fromkeys(("more texts", "Every label", "different label", "or fewer"), True)
    for count in rng.integers(1, 30, size=300):
        probabilities = rng.dirichlet((0.4, 0.4, 0.4), size=count)
        top, labels = probabilities.max(axis=1), probabilities.argmax(axis=1)
        right = rng.random(count) < top
        always["more texts"] &= bool(right[top >= 0.8].sum() > right[top >= 0.6].sum())
        always["Every label"] &= bool(right[top >= 0.8].all())
        changed = labels[top >= 0.8] != labels[top >= 0.6][top[top >= 0.6] >= 0.8]
        always["different label"] &= bool(changed.any())
        always["or fewer"] &= bool((top >= 0.8).sum() <= (top >= 0.6).sum())
    return always


def negation_in_a_mean(question: ChoiceQuestion, row: Row) -> key.Claims:
    """Trace the text of the stem, and compare what its first word adds to another text."""
    bad, good, long = (
        key.pipeline().trace(text)
        for text in ("not bad", "not good", "The food was not bad at all")
    )
    assert bad.prediction.label is Label.NEGATIVE and bad.probabilities[0] > 0.99
    assert bad.shares[:, 0].min() > 0 > bad.shares[:, 2].max()  # both words, as the solution says
    reverse, last = key.pipeline().trace("bad not"), key.pipeline().trace("bad")
    assert reverse.probabilities == pytest.approx(bad.probabilities)
    return {
        "no vector for": bad.ids[0] == UNK,
        "the same amounts": np.array_equal(bad.shares[0], good.shares[0]),
        "only uses the last": np.allclose(bad.logits, last.logits),
        "too short": long.prediction.label is not Label.NEGATIVE,
    }


def texts_with_equal_probabilities(question: ChoiceQuestion, row: Row) -> set[str]:
    pairs = {
        letter: key.pipeline().probabilities(re.findall(r"\*([^*]+)\*", one.text))
        for letter, one in question.options.items()
    }
    return key.letters_where(pairs, lambda rows: np.allclose(rows[0], rows[1], atol=1e-6))


def cheapest_threshold(question: ChoiceQuestion, row: Row) -> key.Claims:
    costs = {cells[0]: int(cells[1]) + 4 * int(cells[2]) for cells in key.table_of_stem(question)}
    for threshold, cost in costs.items():
        (option,) = [one for one in question.options.values() if threshold in one.text]
        assert f"${cost:,}" in option.feedback
    least = min(costs.values())
    return {one: cost == least for one, cost in costs.items()}


def classes_in_another_order(question: ChoiceQuestion, row: Row) -> key.Claims:
    meant = np.eye(3, dtype=np.float32)  # sure of negative, of neutral, of positive
    told = key.pipeline().decide(meant[:, ::-1].copy())
    right = [one is label for one, label in zip(told, LABELS, strict=True)]
    return {
        "Neutral ones are correct": right == [False, True, False],
        "All of them are wrong": not any(right),
        "All of them are correct": all(right),
        "None is returned": len(told) == 0,
    }


def softmax_by_hand(row: dict[str, Any]) -> float:
    return round(float(softmax(np.array([row[label] for label in LABELS]))[2]), 2)


COLUMNS: dict[str, key.Columns] = {
    "epoch-to-keep": lambda row: {
        "last": len(key.decimals(row["training"])),
        "first_rise": first_rise(key.decimals(row["held_out"])),
        "lowest": f"{min(key.decimals(row['held_out'])):.2f}",
    },
    "loss-of-one-prediction": lambda row: {
        "p": key.decimals(row["probabilities"])[Label(row["label"]).number],
        "of_highest": round(-math.log(max(key.decimals(row["probabilities"]))), 2),
        "to_one": 1 - row["p"],
        "base_ten": round(-math.log10(row["p"]), 2),
    },
    "softmax-by-hand": lambda row: {
        "power": round(math.exp(row["positive"]), 2),
        "powers": "{:g}, {:g} and {:g}".format(
            *(round(math.exp(row[label]), 2) for label in LABELS)
        ),
        "sum_of_powers": round(sum(math.exp(row[one]) for one in LABELS), 2),
        "plain_share": round(row["positive"] / sum(row[one] for one in LABELS), 2),
    },
}
