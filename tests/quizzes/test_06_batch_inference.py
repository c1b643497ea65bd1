from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.prediction import Prediction
from lessons_lib.model.network import SentimentNet
from lessons_lib.quiz.question import ChoiceQuestion, Row
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    OneLabel,
    Recorded,
    choices_test,
    code_block,
    columns_test,
    inline_code,
    letters_of_true,
    many_texts,
    notebook_names,
    numbers_test,
    outcome,
    outcomes,
    pipeline,
    run_stem,
    trust_test,
)

NAME = "06_batch_inference"


def answer_by_place(question: ChoiceQuestion, row: Row) -> set[str]:
    names = run_stem(question)
    alone = BatchPredictor(pipeline()).predict(["Noisy hall"])[0].probabilities
    return {
        letter
        for letter, value in outcomes(question, names).items()
        if isinstance(value, Prediction) and value.probabilities == pytest.approx(alone, abs=1e-6)
    }


def accepts(question: ChoiceQuestion, row: Row) -> set[str]:
    found = outcomes(question, notebook_names())
    assert all(isinstance(value, list | TypeError) for value in found.values())
    return {letter for letter, value in found.items() if isinstance(value, list)}


def same_text_twice(question: ChoiceQuestion, row: Row) -> set[str]:
    always = {"two items": True, "surer": True, "same label": True, "different labels": True}
    for behind in (pipeline(), OneLabel()):
        first, second, third = run_stem(question, batch=BatchPredictor(behind))["predictions"]
        always["two items"] = False  # the line above took three
        always["surer"] &= max(third.probabilities) > max(first.probabilities) + 1e-6
        always["same label"] &= third.label == first.label
        always["different labels"] &= second.label != first.label
    return letters_of_true(question, always)


def none_inside(question: ChoiceQuestion, row: Row) -> set[str]:
    given = outcome(code_block(question.stem).strip(), notebook_names())
    count = len(given) if isinstance(given, list) else None
    claims = {
        "three predictions": count == 3,
        "four predictions": count == 4,
        "two predictions": count == 2,
        "names index 2": isinstance(given, TypeError) and "index 2" in str(given),
    }
    assert inline_code(question.quick_check)[0] in str(given)
    return letters_of_true(question, claims)


def encoded_ids(question: ChoiceQuestion, row: Row) -> set[str]:
    notes = many_texts(int(row["n_texts"]))
    ids = pipeline().encode(pipeline().preprocess(notes))
    return {letter for letter, shape in outcomes(question, {}).items() if shape == ids.shape}


def batch_of_32(question: ChoiceQuestion, row: Row) -> set[str]:
    names = run_stem(question, texts=many_texts(32))
    pairs = {letter: inline_code(option.text) for letter, option in question.options.items()}
    return {
        letter
        for letter, (said, value) in pairs.items()
        if outcome(said, names) == outcome(value, names)
    }


def last_pass(question: ChoiceQuestion, row: Row) -> set[str]:
    recorded = Recorded()
    predictor = BatchPredictor(recorded, batch_size=int(row["batch_size"]))
    predictor.predict(many_texts(int(row["n_texts"])))
    return {
        letter for letter, shape in outcomes(question, {}).items() if shape == recorded.shapes[-1]
    }


def after_the_mean(question: ChoiceQuestion, row: Row) -> set[str]:
    ids = torch.ones((512, 20), dtype=torch.int64)
    pooled = SentimentNet(2).pool(torch.zeros((512, 20, 50)), ids)
    return {letter for letter, shape in outcomes(question, {}).items() if shape == pooled.shape}


def batch_size_decides(question: ChoiceQuestion, row: Row) -> set[str]:
    recorded = Recorded()
    predictions = BatchPredictor(recorded, batch_size=32).predict(many_texts(100))
    alike = BatchPredictor(OneLabel(), batch_size=32).predict(many_texts(100))
    long_text = " ".join(["word"] * 40)
    claims = {
        "one call may hold": len(predictions) <= 32,
        "share one pass": max(n for n, _ in recorded.shapes) == 32,
        "tokens of each text": len(pipeline().preprocess([long_text])[0]) == 32,
        "same label": [one.label for one in alike].count(alike[0].label) <= 32,
    }
    return letters_of_true(question, claims)


def smaller_batch_size(question: ChoiceQuestion, row: Row) -> set[str]:
    recorded = Recorded(), Recorded()
    large, small = (
        BatchPredictor(one, batch_size=size).predict(many_texts(10_000))
        for one, size in zip(recorded, (500, 50), strict=True)
    )
    before, after = (np.array([one.probabilities for one in run]) for run in (large, small))
    changed = {
        "number of passes": len(recorded[0].shapes) != len(recorded[1].shapes),
        "number of predictions": len(large) != len(small),
        "order": not np.allclose(before, after, atol=1e-6),
        "memory": recorded[0].shapes[0] != recorded[1].shapes[0],
        "labels": [one.label for one in large] != [one.label for one in small],
    }
    return letters_of_true(question, changed)


CHOICES: dict[str, Computed] = {
    "batch-answer-by-place": answer_by_place,
    "batch-accepts": accepts,
    "batch-same-text-twice": same_text_twice,
    "batch-none-inside": none_inside,
    "shape-of-encoded-ids": encoded_ids,
    "statements-about-a-batch-of-32": batch_of_32,
    "shape-of-the-last-pass": last_pass,
    "shape-after-the-mean": after_the_mean,
    "what-batch-size-decides": batch_size_decides,
    "what-a-smaller-batch-size-changes": smaller_batch_size,
}


def count_letters(row: dict[str, Any]) -> int:
    return len(BatchPredictor(pipeline()).predict(list(row["word"])))


def count_passes(row: dict[str, Any]) -> int:
    counted = OneLabel()
    BatchPredictor(counted, batch_size=row["batch_size"]).predict(many_texts(row["n_texts"]))
    return counted.passes


def measure_megabytes(row: dict[str, Any]) -> float:
    texts = many_texts(row["batch_size"])
    vectors = pipeline().lookup(pipeline().encode(pipeline().preprocess(texts)))
    return vectors.nbytes / 1e6


def add_up_time(row: dict[str, Any]) -> float:
    """Go through the archive chunk by chunk, as a stopwatch would."""
    left, total_ms = row["n_texts"], 0.0
    while left > 0:
        carried = min(left, row["batch_size"])
        total_ms += row["fixed_ms"] + carried * row["text_ms"]
        left -= carried
    return total_ms


NUMBERS: dict[str, Number] = {
    "batch-of-letters": count_letters,
    "passes-of-an-archive": count_passes,
    "megabytes-of-a-pass": measure_megabytes,
    "time-of-an-archive": add_up_time,
}

COLUMNS: dict[str, Columns] = {
    "batch-of-letters": lambda row: {"n_letters": len(row["word"])},
    "shape-of-encoded-ids": lambda row: {},
    "shape-of-the-last-pass": lambda row: {
        "n_full": row["n_texts"] // row["batch_size"],
        "n_done": row["n_full"] * row["batch_size"],
        "n_left": row["n_texts"] % row["batch_size"],
    },
    "passes-of-an-archive": lambda row: {
        "n_full": row["n_texts"] // row["batch_size"],
        "n_left": row["n_texts"] % row["batch_size"],
        "n_passes": math.ceil(row["n_texts"] / row["batch_size"]),
    },
    "megabytes-of-a-pass": lambda row: {
        "n_numbers": row["batch_size"] * 20 * 50,
        "n_bytes": row["batch_size"] * 20 * 50 * 4,
        "megabytes": row["batch_size"] * 20 * 50 * 4 / 1e6,
        "at_one_byte": row["batch_size"] * 20 * 50 / 1e6,
        "of_one_token": row["batch_size"] * 50 * 4 / 1e6,
    },
    "time-of-an-archive": lambda row: {
        "n_passes": math.ceil(row["n_texts"] / row["batch_size"]),
        "passes_ms": row["n_passes"] * row["fixed_ms"],
        "texts_ms": row["n_texts"] * row["text_ms"],
        "total_ms": row["passes_ms"] + row["texts_ms"],
        "one_by_one_ms": row["n_texts"] * (row["fixed_ms"] + row["text_ms"]),
        "one_pass_ms": row["fixed_ms"] + row["texts_ms"],
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, NUMBERS)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, NUMBERS, COLUMNS)
