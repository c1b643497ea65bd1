from __future__ import annotations

import asyncio
from typing import Any

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.microbatch import MicroBatchPredictor
from lessons_lib.inference.prediction import Prediction
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.practice.course import course
from lessons_lib.quiz.question import ChoiceQuestion, Row
from lessons_lib.text.preprocess import preprocess
from lessons_lib.timing.arrivals import all_at_once
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.simulate import BatchingPolicy, simulate
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    choices_test,
    columns_test,
    letters_of_true,
    letters_saying,
    many_texts,
    numbers_test,
    outcomes,
    pipeline,
    trust_test,
)
from tests.quizzes.stem_figures import unexplained_columns

NAME = "01_concept"
PASS = CostModel(fixed_s=0.02, per_text_s=0.001)
AT_ONCE, BRIEFLY = BatchingPolicy(1, 0.0), BatchingPolicy(16, 0.05)


def together(texts: list[str]) -> list[Prediction]:
    """Return the answers of a micro-batcher to callers who ask at the same moment."""

    async def ask() -> list[Prediction]:
        async with MicroBatchPredictor(pipeline()) as micro:
            return await asyncio.gather(*map(micro.predict, texts))

    return asyncio.run(ask())


def true_of_every_mode(question: ChoiceQuestion, row: Row) -> set[str]:
    texts = many_texts(6)
    before = pipeline().probabilities(texts)
    answers = {
        "batch": BatchPredictor(pipeline()).predict(texts),
        "real-time": [RealTimePredictor(pipeline()).predict(text) for text in texts],
        "micro-batching": together(texts),
    }
    labels = {mode: [one.label for one in given] for mode, given in answers.items()}
    alone = simulate([0.0], PASS, AT_ONCE)
    loud = [RealTimePredictor(pipeline()).predict(text.upper() + "!").label for text in texts]
    claims = {
        "label of its own": all(len(given) == len(texts) for given in answers.values()),
        "waits for other": bool(alone.queue_ms[0]),
        "learns from each": bool((pipeline().probabilities(texts) != before).any()),
        "same label": len(set(map(tuple, labels.values()))) == 1,
        "becomes tokens": loud == labels["real-time"],  # tokens have no capitals and no signs
    }
    return letters_of_true(question, claims)


def stage_before_the_model(question: ChoiceQuestion, row: Row) -> set[str]:
    titles = [stage.title for stage in course().stages]
    place = titles.index("Text preprocessing") + 1
    assert titles[place + 1].startswith("Model inference")
    return letters_saying(question, titles[place])


def preprocessed(question: ChoiceQuestion, row: Row) -> set[str]:
    text = question.stem.split("*")[1]
    return {letter for letter, value in outcomes(question, {}).items() if value == preprocess(text)}


def shapes_into_the_model(question: ChoiceQuestion, row: Row) -> set[str]:
    shapes = {stage.slug: stage.shape_in for stage in course().stages}
    return letters_saying(question, f"{shapes['realtime']}, then {shapes['batch']}")


def stages_that_give_numbers(question: ChoiceQuestion, row: Row) -> set[str]:
    trace = pipeline().trace(many_texts(1)[0])
    claims = {
        "Input text data": not isinstance(trace.text, str),
        "Text preprocessing": not isinstance(trace.tokens[0], str),
        "Feature extraction": trace.vectors.dtype.kind == "f",
        "Model inference": isinstance(trace.prediction.probabilities[0], float),
        "Output predictions": not isinstance(trace.prediction.label, str),
    }
    return letters_of_true(question, claims)


def answers_first(question: ChoiceQuestion, row: Row) -> set[str]:
    hour_s = 3600.0
    asked = [0.0, *(hour_s + step for step in range(200))]
    policies = {
        "waits for 100": BatchingPolicy(100, 10 * hour_s),
        "wait of 50 ms": BRIEFLY,
        "starts at once": AT_ONCE,
        "on the hour": BatchingPolicy(1000, hour_s / 2),  # half an hour away, say
    }
    waits = {say: simulate(asked, PASS, policy).latency_ms[0] for say, policy in policies.items()}
    return letters_of_true(
        question, {say: wait == min(waits.values()) for say, wait in waits.items()}
    )


def after_the_change(question: ChoiceQuestion, row: Row) -> set[str]:
    texts = many_texts(4)
    crowd, lone = all_at_once(160), [0.0]
    rates = [simulate(crowd, PASS, policy).texts_per_s for policy in (AT_ONCE, BRIEFLY)]
    waits = [simulate(lone, PASS, policy).p50_ms for policy in (AT_ONCE, BRIEFLY)]
    one_by_one = [RealTimePredictor(pipeline()).predict(text) for text in texts]
    claims = {
        "get better": [one.label for one in together(texts)] != [one.label for one in one_by_one],
        "More texts": rates[1] > rates[0],
        "whole batch": not all(isinstance(one, Prediction) for one in together(texts)),
        "a bit later": waits[1] > waits[0],
    }
    return letters_of_true(question, claims)


CHOICES: dict[str, Computed] = {
    "true-of-every-mode": true_of_every_mode,
    "stage-before-the-model": stage_before_the_model,
    "what-preprocessing-gives": preprocessed,
    "where-the-modes-part": shapes_into_the_model,
    "stages-that-give-numbers": stages_that_give_numbers,
    "first-answer-for-a-lone-text": answers_first,
    "from-realtime-to-micro-batching": after_the_change,
}


def count_numbers(row: dict[str, Any]) -> int:
    ids = pipeline().encode(pipeline().preprocess(many_texts(row["n_texts"])))
    return pipeline().lookup(ids).size


def milliseconds_saved(row: dict[str, Any]) -> float:
    cost = CostModel(row["fixed_ms"] / 1000, row["text_ms"] / 1000)
    work = all_at_once(row["n_texts"])
    one_by_one, shared = (
        simulate(work, cost, BatchingPolicy(size, 0.0)).finished_s[-1]
        for size in (1, row["n_texts"])
    )
    return 1000 * float(one_by_one - shared)


NUMBERS: dict[str, Number] = {
    "numbers-after-features": count_numbers,
    "milliseconds-saved-by-sharing": milliseconds_saved,
}

COLUMNS: dict[str, Columns] = {
    "numbers-after-features": lambda row: {
        "n_numbers": row["n_texts"] * 20 * 50,
        "one_place": row["n_texts"] * 50,
        "no_features": row["n_texts"] * 20,
    },
    "milliseconds-saved-by-sharing": lambda row: {
        "n_saved": row["n_texts"] - 1,
        "saved_ms": row["n_saved"] * row["fixed_ms"],
        "all_fixed_ms": row["n_texts"] * row["fixed_ms"],
        "one_by_one_ms": row["n_texts"] * (row["fixed_ms"] + row["text_ms"]),
        "together_ms": row["fixed_ms"] + row["n_texts"] * row["text_ms"],
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, NUMBERS)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


def test_what_a_row_holds_is_given_in_the_stem_or_computed() -> None:
    assert unexplained_columns(NAME, COLUMNS) == {}


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, NUMBERS, COLUMNS)
