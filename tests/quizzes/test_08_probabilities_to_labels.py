from __future__ import annotations

import math
import re
from ast import literal_eval
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.quiz.question import (
    ChoiceQuestion,
    NumberQuestion,
    Row,
    SingleQuestion,
)
from lessons_lib.text.label import LABELS
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    bank,
    cases,
    choices_test,
    code_block,
    columns_test,
    inline_code,
    key_of,
    letters_of_true,
    letters_saying,
    many_texts,
    notebook_names,
    numbers_test,
    outcome,
    outcomes,
    pipeline,
    run_stem,
    trust_test,
)

NAME = "08_probabilities_to_labels"
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


def can_be_probabilities(question: ChoiceQuestion, row: Row) -> set[str]:
    lists = {
        letter: literal_eval(*inline_code(one.text)) for letter, one in question.options.items()
    }
    return {
        letter
        for letter, numbers in lists.items()
        if min(numbers) >= 0 and math.isclose(sum(numbers), 1)
    }


def softmax_keeps(question: ChoiceQuestion, row: Row) -> set[str]:
    always = dict.fromkeys(("sum to one", "above 0.5", "below zero", "highest", "Twice"), True)
    for logits in any_logits():
        shares, doubled = softmax(logits), softmax(logits * [2, 1, 1])
        always["sum to one"] &= math.isclose(shares.sum(), 1)
        always["above 0.5"] &= bool(shares.max() > 0.5)
        always["below zero"] &= bool(shares.min() >= 0)
        always["highest"] &= shares.argmax() == logits.argmax()
        always["Twice"] &= math.isclose(doubled[0], 2 * shares[0])
    return letters_of_true(question, always)


def five_added(question: ChoiceQuestion, row: Row) -> set[str]:
    always = dict.fromkeys(("three become larger", "closer", "highest one", "as they are"), True)
    for logits in any_logits():
        before, after = softmax(logits), run_stem(question, logits=logits)["probabilities"]
        always["three become larger"] &= bool((after > before + 1e-9).all())
        always["closer"] &= bool(np.ptp(after) < np.ptp(before) - 1e-9)
        always["highest one"] &= bool(after.max() > before.max() + 1e-9)
        always["as they are"] &= np.allclose(after, before)
    return letters_of_true(question, always)


def label_of_three(question: ChoiceQuestion, row: Row) -> set[str]:
    (label,) = outcome(code_block(question.stem).strip(), notebook_names())
    return letters_saying(question, label)


def labels_of_a_batch(question: ChoiceQuestion, row: Row) -> set[str]:
    return letters_saying(question, ", ".join(run_stem(question)["labels"]))


def label_from_logits(question: ChoiceQuestion, row: Row) -> set[str]:
    logits = np.array(
        [float(one.replace("−", "-")) for one in re.findall(r"−\d\.\d", question.stem)]
    )
    (label,) = pipeline().decide(softmax(logits)[np.newaxis].astype(np.float32))
    assert label == LABELS[logits.argmax()]  # it can be told before softmax
    return {letter for letter, one in question.options.items() if one.text.startswith(label)}


def keep_the_place(question: ChoiceQuestion, row: Row) -> set[str]:
    letters: set[str] = set(question.options)
    for logits in any_logits():
        found = outcomes(question, notebook_names() | {"logits": logits})
        letters &= {letter for letter, value in found.items() if value.argmax() == logits.argmax()}
    return letters


def label_of_a_tie(question: ChoiceQuestion, row: Row) -> set[str]:
    (label,) = outcome(code_block(question.stem).strip(), notebook_names())
    return {letter for letter, one in question.options.items() if one.text.startswith(label)}


def raised_threshold(question: ChoiceQuestion, row: Row) -> set[str]:
    rng = np.random.default_rng(0)
    always = dict.fromkeys(("More texts", "Every label", "another label", "No more texts"), True)
    for count in rng.integers(1, 30, size=300):
        probabilities = rng.dirichlet((0.4, 0.4, 0.4), size=count)
        top, labels = probabilities.max(axis=1), probabilities.argmax(axis=1)
        right = rng.random(count) < top
        always["More texts"] &= bool(right[top >= 0.8].sum() > right[top >= 0.6].sum())
        always["Every label"] &= bool(right[top >= 0.8].all())
        changed = labels[top >= 0.8] != labels[top >= 0.6][top[top >= 0.6] >= 0.8]
        always["another label"] &= bool(changed.any())
        always["No more texts"] &= bool((top >= 0.8).sum() <= (top >= 0.6).sum())
    return letters_of_true(question, always)


CHOICES: dict[str, Computed] = {
    "which-are-probabilities": can_be_probabilities,
    "what-softmax-keeps": softmax_keeps,
    "five-added-to-every-logit": five_added,
    "label-of-three-probabilities": label_of_three,
    "labels-of-a-batch": labels_of_a_batch,
    "label-from-logits": label_from_logits,
    "changes-that-keep-the-place": keep_the_place,
    "label-of-a-tie": label_of_a_tie,
    "threshold-is-raised": raised_threshold,
}

HIGHEST = [0.92, 0.55, 0.71, 0.48, 0.83]


def positive_by_softmax(row: dict[str, Any]) -> float:
    return round(float(softmax(np.array([row[label] for label in LABELS]))[2]), 2)


def ratio_by_softmax(row: dict[str, Any]) -> float:
    shares = softmax(np.array([0.7, -0.3, 0.7 + row["gap"]]))
    return round(float(shares[2] / shares[0]), 2)


def held_back(row: dict[str, Any]) -> int:
    return sum(not one >= row["threshold"] for one in HIGHEST)


NUMBERS: dict[str, Number] = {
    "softmax-by-hand": positive_by_softmax,
    "gap-of-logits-to-ratio": ratio_by_softmax,
    "texts-for-a-person": held_back,
    "right-among-the-accepted": lambda row: row["n_right"] / row["n_accepted"],
}

COLUMNS: dict[str, Columns] = {
    "softmax-by-hand": lambda row: {
        "power": round(math.exp(row["positive"]), 2),
        "powers": "{:g}, {:g} and {:g}".format(
            *(round(math.exp(row[label]), 2) for label in LABELS)
        ),
        "sum_of_powers": round(sum(math.exp(row[one]) for one in LABELS), 2),
        "probability": round(row["power"] / row["sum_of_powers"], 2),
        "plain_share": round(row["positive"] / sum(row[one] for one in LABELS), 2),
    },
    "gap-of-logits-to-ratio": lambda row: {
        "ratio": round(math.exp(row["gap"]), 2),
        "twice_gap": 2 * row["gap"],
    },
    "texts-for-a-person": lambda row: {
        "n_held_back": 5 - row["n_accepted"],
        "n_accepted": sum(one >= row["threshold"] for one in HIGHEST),
    },
    "right-among-the-accepted": lambda row: {
        "of_all": row["n_right"] / row["n_texts"],
        "share_accepted": row["n_accepted"] / row["n_texts"],
        "share_right": row["of_all"] / row["share_accepted"],
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, NUMBERS)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


def test_the_letters_of_the_town_hall_are_those_of_the_stem() -> None:
    for question, _ in (one.values for one in cases(NAME, ["texts-for-a-person"])):
        assert isinstance(question, NumberQuestion)
        assert run_stem(question)["highest"] == HIGHEST


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, NUMBERS, COLUMNS)


# The model quiz


def _model_quiz(place: int) -> SingleQuestion:
    question = [one for one in bank(NAME).questions if "model-quiz" in one.tags][place]
    assert isinstance(question, SingleQuestion)
    return question


def test_the_bank_ends_with_the_three_questions_of_the_model_quiz() -> None:
    tagged = ["model-quiz" in question.tags for question in bank(NAME).questions]
    assert tagged == [False] * (len(tagged) - 3) + [True] * 3


def test_the_model_quiz_asks_first_for_the_main_difference() -> None:
    question = _model_quiz(0)
    assert question.answer is not None
    right = question.options[question.answer].text
    assert "many texts at once" in right
    assert "one text immediately" in right


def test_inference_turns_the_features_of_each_text_into_three_probabilities() -> None:
    question = _model_quiz(1)
    ids = pipeline().encode(pipeline().preprocess(many_texts(10)))
    vectors = pipeline().lookup(ids)
    probabilities = pipeline().infer(vectors, ids)
    assert (vectors.shape, probabilities.shape) == ((10, 20, 50), (10, 3))
    assert probabilities.sum(axis=1) == pytest.approx(1)
    claims = {"tokens": False, "vector": False, "sorted": False, "three probabilities": True}
    assert letters_of_true(question, claims) == key_of(question)


def test_the_training_trace_shows_gains_that_shrink() -> None:
    question = _model_quiz(2)
    table = re.findall(r"\| (\d+) \| ([\d.]+) \| ([\d.]+) \|", question.stem)
    loss, accuracy = (np.array([float(one[place]) for one in table]) for place in (1, 2))
    assert loss.tolist() == [1.20, 0.80, 0.50, 0.35, 0.30]
    assert accuracy.tolist() == [0.45, 0.65, 0.78, 0.85, 0.88]
    falls, rises = -np.diff(loss), np.diff(accuracy)
    gets_better = bool((falls > 0).all() and (rises > 0).all())
    shrinks = bool((np.diff(falls) < 0).all() and (np.diff(rises) < 0).all())
    claims = {
        "by less and less": gets_better and shrinks,
        "by equal amounts": gets_better and np.allclose(np.diff(falls), 0),
        "lowest in epoch 7": loss.argmin() == 3,
        "gets worse": not gets_better,
    }
    assert letters_of_true(question, claims) == key_of(question)
    shown = [f"{-change:.2f}" for change in np.diff(loss)] + [f"{change:.2f}" for change in rises]
    assert re.findall(r"0\.\d\d", " ".join(one.text for one in question.solution)) == shown
