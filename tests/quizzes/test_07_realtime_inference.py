from __future__ import annotations

import statistics
from typing import Any

import numpy as np
import pytest

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.prediction import Prediction
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.quiz.question import ChoiceQuestion, Row
from lessons_lib.text.corpus import demo_texts
from lessons_lib.text.preprocess import preprocess
from lessons_lib.text.vocabulary import PAD
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    OneLabel,
    cases,
    choices_test,
    code_block,
    columns_test,
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

NAME = "07_realtime_inference"


def call_result(question: ChoiceQuestion, row: Row) -> set[str]:
    answer = run_stem(question, RealTimePredictor=RealTimePredictor)["answer"]
    claims = {
        "list that holds": isinstance(answer, list),
        "no list around": isinstance(answer, Prediction),
        "One string": isinstance(answer, str),
        "four labels": isinstance(answer, list),
    }
    return letters_of_true(question, claims)


def mended_calls(question: ChoiceQuestion, row: Row) -> set[str]:
    names = notebook_names() | {"reviews": ["Slow lift"]}
    with pytest.raises(TypeError, match="got list of 1"):
        run_stem(question)
    found = outcomes(question, names)
    assert all(isinstance(value, Prediction | TypeError) for value in found.values())
    return {letter for letter, value in found.items() if isinstance(value, Prediction)}


def calls_with_this_message(question: ChoiceQuestion, row: Row) -> set[str]:
    shown = " ".join(question.stem.split("```text")[1].split("```")[0].split())
    return {
        letter
        for letter, value in outcomes(question, notebook_names()).items()
        if f"{type(value).__name__}: {value}" == shown
    }


def refused(question: ChoiceQuestion, row: Row) -> set[str]:
    found = outcomes(question, notebook_names())
    return {letter for letter, value in found.items() if isinstance(value, TypeError)}


def same_label(question: ChoiceQuestion, row: Row) -> set[str]:
    letters: set[str] = set(question.options)
    for text in demo_texts():
        names = notebook_names() | {"text": text}
        label = outcome("realtime.predict(text).label", names)
        letters &= {letter for letter, value in outcomes(question, names).items() if value == label}
    return letters


def vectors_of_one_text(question: ChoiceQuestion, row: Row) -> set[str]:
    shape = run_stem(question)["vectors"].shape
    return {letter for letter, value in outcomes(question, {}).items() if value == shape}


def order_of_values(question: ChoiceQuestion, row: Row) -> set[str]:
    """Run the stages in the order of each option; only one gets through."""
    return {
        letter
        for letter, option in question.options.items()
        if _runs_through(option.text.split(", "))
    }


def _runs_through(order: list[str]) -> bool:
    values: dict[str, Any] = {}
    last: Any = ["I love sunny days"]
    for name in order:
        try:
            match name:
                case "tokens":
                    last = pipeline().preprocess(last)
                case "ids":
                    last = pipeline().encode(last)
                case "vectors":
                    last = pipeline().lookup(last)
                case "probabilities":
                    last = pipeline().infer(last, values["ids"])
        except (KeyError, TypeError, ValueError, RuntimeError):
            return False
        values[name] = last
    return True


def without_tokens(question: ChoiceQuestion, row: Row) -> set[str]:
    given = outcome(code_block(question.stem).strip(), notebook_names())
    claims = {
        "`ValueError`": isinstance(given, ValueError),
        "`None`": given is None,
        "empty list": given == [],
        "a prediction": isinstance(given, Prediction),
    }
    return letters_of_true(question, claims)


def beyond_the_limit(question: ChoiceQuestion, row: Row) -> set[str]:
    words = many_texts(1)[0].split() * 9  # 36 words

    def predict(place: int, word: str) -> Prediction:
        letter = [*words[: place - 1], word, *words[place:35]]
        return RealTimePredictor(pipeline()).predict(" ".join(letter))

    late = {predict(25, word).probabilities for word in ("wonderful", "awful", "table")}
    early = {predict(5, word).probabilities for word in ("wonderful", "awful", "table")}
    claims = {
        "has a share in the mean": len(late) > 1,
        "only the first 20 tokens": len(late) == 1,
        "too few to matter": len(late) == 1 and len(early) == 1,
        "It fails": False,  # all the calls above came back
    }
    return letters_of_true(question, claims)


def typical_latency(question: ChoiceQuestion, row: Row) -> set[str]:
    figures: dict[str, Any] = dict(row)
    p50_ms = np.percentile([figures[name] for name in PLACES], 50)
    mode = "Real-time" if p50_ms < figures["limit_ms"] else "Batch"
    return letters_saying(question, f"{mode}: the p50 is {p50_ms:g} ms.")


def mode_and_time(question: ChoiceQuestion, row: Row) -> set[str]:
    figures: dict[str, Any] = dict(row)
    texts = ["a letter"] * figures["n_texts"]
    alone, together = OneLabel(), OneLabel()
    for text in texts:
        RealTimePredictor(alone).predict(text)
    BatchPredictor(together, batch_size=figures["batch_size"]).predict(texts)
    seconds = {
        mode: behind.passes * figures["pass_ms"] / 1000
        for mode, behind in (("Real-time", alone), ("Batch", together))
    }
    first = min(seconds, key=seconds.__getitem__)
    return letters_saying(question, f"{first}, after {seconds[first]:g} s")


CHOICES: dict[str, Computed] = {
    "realtime-call-result": call_result,
    "mend-a-list-for-realtime": mended_calls,
    "which-call-raised-it": calls_with_this_message,
    "realtime-refuses": refused,
    "same-label-from-batch": same_label,
    "vectors-of-one-text": vectors_of_one_text,
    "order-of-values": order_of_values,
    "text-without-tokens": without_tokens,
    "word-beyond-the-limit": beyond_the_limit,
    "typical-latency-decides": typical_latency,
    "mode-and-time-for-a-pile": mode_and_time,
}
PLACES = ("first", "second", "third", "fourth", "fifth")


def count_padding(row: dict[str, Any]) -> int:
    ids = pipeline().encode(pipeline().preprocess([row["text"]]))
    return int((ids == PAD).sum())


def wait_of_the_first(row: dict[str, Any]) -> float:
    arrivals_s = [place * row["gap_s"] for place in range(row["batch_size"])]
    return float(max(arrivals_s) - arrivals_s[0])  # the pass starts when all are there


NUMBERS: dict[str, Number] = {
    "padding-of-one-text": count_padding,
    "first-request-waits": wait_of_the_first,
}

COLUMNS: dict[str, Columns] = {
    "padding-of-one-text": lambda row: {
        "tokens": " ".join(preprocess(row["text"])),
        "n_tokens": len(preprocess(row["text"])),
        "n_padding": 20 - row["n_tokens"],
        "n_slip": 20 - len(row["text"].split()),
    },
    "typical-latency-decides": lambda row: {
        "p50_ms": statistics.median(row[name] for name in PLACES),
        "mean_ms": statistics.mean(row[name] for name in PLACES),
        "slowest_ms": max(row[name] for name in PLACES),
        "fastest_ms": row[PLACES[2]],
        "in_order": ", ".join(map(str, sorted(row[name] for name in PLACES))),
    },
    "first-request-waits": lambda row: {
        "n_gaps": row["batch_size"] - 1,
        "wait_s": row["n_gaps"] * row["gap_s"],
        "one_too_many_s": row["batch_size"] * row["gap_s"],
    },
    "mode-and-time-for-a-pile": lambda row: {
        "n_passes": row["n_texts"] / row["batch_size"],
        "realtime_s": row["n_texts"] * row["pass_ms"] / 1000,
        "batch_s": row["n_passes"] * row["pass_ms"] / 1000,
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, NUMBERS)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


def test_the_middle_of_the_unsorted_calls_is_a_wrong_p50() -> None:
    for question, row in (one.values for one in cases(NAME, ["typical-latency-decides"])):
        assert isinstance(question, ChoiceQuestion)
        assert isinstance(row, dict)
        assert row["third"] != row["p50_ms"]


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, NUMBERS, COLUMNS)
