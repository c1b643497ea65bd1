from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np
import pytest

from lessons_lib.embedding.table import EmbeddingTable
from lessons_lib.quiz.question import ChoiceQuestion, Row
from lessons_lib.text.preprocess import preprocess
from lessons_lib.text.vocabulary import Vocabulary
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    choices_test,
    columns_test,
    letters_of_true,
    many_texts,
    notebook_names,
    numbers_test,
    pipeline,
    run_stem,
    trust_test,
)
from tests.quizzes.stem_figures import unexplained_columns, values_of_options

NAME = "04_embeddings"


def shape_of_a_lookup(question: ChoiceQuestion, row: Row) -> set[str]:
    ids = pipeline().encode(pipeline().preprocess(many_texts(int(row["n"]))))
    shape = pipeline().lookup(ids).shape
    found = values_of_options(question, {})
    return {letter for letter, value in found.items() if value == shape}


def one_word_in_two_texts(question: ChoiceQuestion, row: Row) -> set[str]:
    texts = ["what a light bag", "turn the light on"]
    assert all(text in question.stem for text in texts)
    token_lists = pipeline().preprocess(texts)
    vectors = pipeline().lookup(pipeline().encode(token_lists))
    first, second = (
        block[tokens.index("light")] for block, tokens in zip(vectors, token_lists, strict=True)
    )
    equal = bool((first == second).all())
    claims = {
        "two meanings": not equal,
        "two places": not equal,
        "are close": not equal and np.allclose(first, second, atol=0.1),
        "are equal": equal,
    }
    return letters_of_true(question, claims)


def lines_that_are_true(question: ChoiceQuestion, row: Row) -> set[str]:
    names = notebook_names() | {"table": pipeline().table}
    if "```python" in question.stem:
        names = run_stem(question)
    found = values_of_options(question, names)
    return {letter for letter, value in found.items() if value is True}


def line_for_the_masked_mean(question: ChoiceQuestion, row: Row) -> set[str]:
    names = run_stem(question)
    assert len(names["tokens"]) == 4
    pooled = pipeline().trace("I love sunny days").pooled
    return {
        letter
        for letter, value in values_of_options(question, names).items()
        if value.shape == pooled.shape and np.allclose(value, pooled, atol=1e-6)
    }


def mean_without_tokens(question: ChoiceQuestion, row: Row) -> set[str]:
    pooled = pipeline().trace("?!").pooled
    unknown = pipeline().table.vectors[1]
    claims = {
        "50 times `nan`": bool(np.isnan(pooled).all()),
        "vector of *unknown*": bool((pooled == unknown).all()) and bool(unknown.any()),
        "50 zeros": pooled.shape == (50,) and not pooled.any(),
        "No numbers": pooled.size == 0,
    }
    return letters_of_true(question, claims)


def same_mean(question: ChoiceQuestion, row: Row) -> set[str]:
    letters = set()
    for letter, pair in values_of_options(question, {}).items():
        first, second = (pipeline().trace(text).pooled for text in pair)
        if np.allclose(first, second, atol=1e-6):
            letters.add(letter)
    return letters


CHOICES: dict[str, Computed] = {
    "shape-of-a-lookup": shape_of_a_lookup,
    "one-word-in-two-texts": one_word_in_two_texts,
    "calls-of-lookup": lines_that_are_true,
    "what-nearest-returns": lines_that_are_true,
    "line-for-the-masked-mean": line_for_the_masked_mean,
    "mean-of-a-text-without-tokens": mean_without_tokens,
    "pair-with-the-same-mean": same_mean,
}


def count_numbers(row: dict[str, Any]) -> int:
    return pipeline().lookup(pipeline().encode(pipeline().preprocess(many_texts(row["n"])))).size


def factor_without_mask(row: dict[str, Any]) -> float:
    text = " ".join(["sunny"] * row["tokens"])
    trace = pipeline().trace(text)
    plain = trace.vectors.mean(axis=0)
    return float(np.abs(trace.pooled).sum() / np.abs(plain).sum())


def first_refused(row: dict[str, Any]) -> int:
    vocabulary = Vocabulary(f"word{number}" for number in range(row["n"]))
    table = EmbeddingTable(np.zeros((len(vocabulary), 50), dtype=np.float32), vocabulary)
    for number in range(row["n"] + 10):
        try:
            table.lookup(np.array([number]))
        except ValueError:
            return number
    raise ValueError("the table refused no id")


def cosine(row: dict[str, Any]) -> float:
    """Compare the angles of the two arrows, without any product."""
    angles = [math.atan2(y, x) for x, y in map(ast.literal_eval, (row["a"], row["b"]))]
    return math.cos(angles[0] - angles[1])


NUMBERS: dict[str, Number] = {
    "numbers-in-a-block": count_numbers,
    "how-much-too-small": factor_without_mask,
    "first-id-that-is-refused": first_refused,
    "cosine-of-two-short-vectors": cosine,
}


def products(row: dict[str, Any]) -> str:
    pairs = zip(ast.literal_eval(row["a"]), ast.literal_eval(row["b"]), strict=True)
    return " + ".join(f"{first} × {second}" for first, second in pairs)


COLUMNS: dict[str, Columns] = {
    "shape-of-a-lookup": lambda row: {"n_ids": row["n"] * 20},
    "numbers-in-a-block": lambda row: {
        "numbers": row["n"] * 20 * 50,
        "n_ids": row["n"] * 20,
        "one_a_text": row["n"] * 50,
        "one_text": 20 * 50,
    },
    "how-much-too-small": lambda row: {
        "factor": 20 / row["tokens"],
        "padding": 20 - row["tokens"],
        "upside_down": row["tokens"] / 20,
    },
    "first-id-that-is-refused": lambda row: {
        "rows": len(Vocabulary(f"word{number}" for number in range(row["n"]))),
        "last": row["rows"] - 1,
        "refused": row["rows"],
    },
    "cosine-of-two-short-vectors": lambda row: {
        "dot_sum": products(row),
        "dot": int(np.dot(ast.literal_eval(row["a"]), ast.literal_eval(row["b"]))),
        "length_a": math.hypot(*ast.literal_eval(row["a"])),
        "length_b": math.hypot(*ast.literal_eval(row["b"])),
        "cosine": round(row["dot"] / (row["length_a"] * row["length_b"]), 2),
        "over_the_sum": round(row["dot"] / (row["length_a"] + row["length_b"]), 2),
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, NUMBERS, rounding=0.005)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


def test_what_a_row_holds_is_given_in_the_stem_or_computed() -> None:
    assert unexplained_columns(NAME, COLUMNS) == {}


@pytest.mark.parametrize("word", ["light", "sunny", "coffee", "good", "tea"])
def test_the_words_of_the_questions_are_in_the_shipped_table(word: str) -> None:
    assert preprocess(word) == [word]
    assert word in pipeline().vocabulary


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, NUMBERS, COLUMNS)
