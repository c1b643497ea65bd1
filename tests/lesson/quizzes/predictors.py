"""The keys of "Batch inference" and "Real-time inference", computed by running."""

import math
import statistics
from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pad_sequence

from lessons_lib.classroom.quiz.question import ChoiceQuestion, Row
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.model.network import SentimentNet
from lessons_lib.pipeline.text.corpus import demo_texts
from lessons_lib.pipeline.timing.cost import CostModel
from tests.lesson.quizzes import answer_key as key


def batch_answer_by_place(question: ChoiceQuestion, row: Row) -> set[str]:
    names = key.run_stem(question)
    alone = BatchPredictor(key.pipeline()).predict(["Noisy hall"])[0].probabilities
    expected = pytest.approx(alone, abs=1e-6)
    return key.letters_where(
        key.outcomes(question, names),
        lambda value: getattr(value, "probabilities", None) == expected,
    )


def batch_same_text_twice(question: ChoiceQuestion, row: Row) -> key.Claims:
    phrases = ("two items", "more certain", "same label", "different labels")
    always = dict.fromkeys(phrases, True)
    for behind in (key.pipeline(), key.OneLabel()):
        first, second, third = key.run_stem(question, batch=BatchPredictor(behind))["predictions"]
        always["two items"] = False  # the line above took three
        always["more certain"] &= max(third.probabilities) > max(first.probabilities) + 1e-6
        always["same label"] &= third.label == first.label
        always["different labels"] &= second.label != first.label
    return always


def statements_about_a_batch_of_32(question: ChoiceQuestion, row: Row) -> set[str]:
    names = key.run_stem(question, texts=key.many_texts(32))
    pairs = {letter: key.inline_code(option.text) for letter, option in question.options.items()}
    return {
        letter
        for letter, (said, value) in pairs.items()
        if key.outcome(said, names) == key.outcome(value, names)
    }


def shape_after_the_mean(question: ChoiceQuestion, row: Row) -> set[str]:
    ids = torch.ones((512, 20), dtype=torch.int64)
    pooled = SentimentNet(2).pool(torch.zeros((512, 20, 50)), ids)
    return key.letters_where(key.outcomes(question, {}), lambda shape: shape == pooled.shape)


def what_batch_size_decides(question: ChoiceQuestion, row: Row) -> key.Claims:
    recorded = key.Recorded()
    predictions = BatchPredictor(recorded, batch_size=32).predict(key.many_texts(100))
    alike = BatchPredictor(key.OneLabel(), batch_size=32).predict(key.many_texts(100))
    long_text = " ".join(["word"] * 40)
    return {
        "in one call": len(predictions) <= 32,
        "share a pass": max(n for n, _ in recorded.shapes) == 32,
        "tokens kept": len(key.pipeline().preprocess([long_text])[0]) == 32,
        "same label": [one.label for one in alike].count(alike[0].label) <= 32,
    }


def what_a_smaller_batch_size_changes(question: ChoiceQuestion, row: Row) -> key.Claims:
    recorded = key.Recorded(), key.Recorded()
    large, small = (
        BatchPredictor(one, batch_size=size).predict(key.many_texts(10_000))
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
    return changed


def passes_of_an_archive(row: dict[str, Any]) -> int:
    counted = key.OneLabel()
    BatchPredictor(counted, batch_size=row["batch_size"]).predict(key.many_texts(row["n_texts"]))
    return counted.passes


def add_up_time(row: dict[str, Any]) -> float:
    """Go through the archive chunk by chunk, as a stopwatch would."""
    left, total_ms = row["n_texts"], 0.0
    while left > 0:
        carried = min(left, row["batch_size"])
        total_ms += row["fixed_ms"] + carried * row["text_ms"]
        left -= carried
    return total_ms


def padded_positions(lengths: Sequence[int], batch_size: int) -> int:
    """Pad each batch to its longest text, and count all positions."""
    texts = [torch.ones(length) for length in lengths]
    chunks = [texts[at : at + batch_size] for at in range(0, len(texts), batch_size)]
    return sum(pad_sequence(chunk, batch_first=True).numel() for chunk in chunks)


def order_that_saves_padding(question: ChoiceQuestion, row: Row) -> key.Claims:
    lengths: list[int] = key.run_stem(question)["lengths"]
    shuffles = [np.random.default_rng(seed).permutation(lengths).tolist() for seed in range(100)]
    positions = {
        "single batch": padded_positions(lengths, 8),
        "Shuffle": statistics.mean(padded_positions(one, 4) for one in shuffles),
        "Sort": padded_positions(sorted(lengths), 4),
        "512 tokens": 8 * 512,
    }
    now, least, real = padded_positions(lengths, 4), min(positions.values()), sum(lengths)
    assert key.integers(question.final_answer.replace(",", "")) == [least, now]
    assert key.integers(question.quick_check.replace(",", "")) == [real, least - real]
    return {plan: n == least for plan, n in positions.items()}


def texts_or_tokens(question: ChoiceQuestion, row: Row) -> set[str]:
    figures: dict[str, Any] = dict(row)
    before = padded_positions([figures["tweet"]] * figures["n_texts"], figures["n_texts"])
    sizes = {letter: key.integers(one.text)[0] for letter, one in question.options.items()}
    return key.letters_where(
        sizes, lambda size: padded_positions([figures["letter"]] * size, size) == before
    )


def gain_on_one_busy_core(question: ChoiceQuestion, row: Row) -> set[str]:
    figures: dict[str, Any] = dict(row)
    cost, size = CostModel(figures["fixed_ms"], figures["text_ms"]), figures["batch_size"]
    gain = size * cost.service_s(1) / cost.service_s(size)
    *gains, none = (one.text for one in question.options.values())
    percent, factor, half = (key.integers(text)[0] for text in gains)
    claims = {"A": 1 + percent / 100, "B": factor, "C": half, "D": 1.0}
    assert "Not at all" in none
    return key.letters_where(claims, lambda claim: claim == pytest.approx(gain, abs=0.006))


def batch_size_from_a_table(question: ChoiceQuestion, row: Row) -> set[str]:
    rows = [[int(cell.replace(",", "")) for cell in line] for line in key.table_of_stem(question)]
    seconds = {f"{size:,}": 100_000 / size * ms / 1000 for size, ms in rows}
    assert all(f"{one:g} s" in question.solution[1].text for one in seconds.values())
    return key.letters_saying(question, min(seconds, key=seconds.__getitem__))


def realtime_call_result(question: ChoiceQuestion, row: Row) -> key.Claims:
    first, second = key.code_block(question.stem).splitlines()
    names = key.notebook_names() | {"RealTimePredictor": RealTimePredictor}
    answer = key.outcome(first.removeprefix("answer = "), names)
    assert isinstance(key.outcome(second, names | {"answer": answer}), TypeError)
    return {
        "list that holds": isinstance(answer, list),
        "no list around": isinstance(answer, Prediction),
        "One string": isinstance(answer, str),
        "four labels": isinstance(answer, list),
    }


def same_label_from_batch(question: ChoiceQuestion, row: Row) -> set[str]:
    letters: set[str] = set(question.options)
    for text in demo_texts():
        names = key.notebook_names() | {"text": text}
        label = key.outcome("realtime.predict(text).label", names)
        found = key.outcomes(question, names)
        letters &= {letter for letter, value in found.items() if value == label}
    return letters


def alone_and_in_a_batch(question: ChoiceQuestion, row: Row) -> key.Claims:
    names = key.run_stem(question, others=key.many_texts(99))
    alone, together = names["alone"], names["together"]
    labels = [
        key.pipeline().decide(key.pipeline().infer(key.pipeline().lookup(ids), ids))[0]
        for ids in (alone, together)
    ]
    return {
        "`alone.shape`": alone.shape == together.shape,
        "the same 20 ids": bool((alone[0] == together[0]).all()),
        "two axes": key.pipeline().lookup(alone).ndim == 2,
        "the same label": labels[0] == labels[1],
    }


def order_of_values(question: ChoiceQuestion, row: Row) -> set[str]:
    """Run the stages in the order of each option; only one gets through."""
    return key.letters_where(
        question.options, lambda option: _runs_through(option.text.split(", "))
    )


def _runs_through(order: list[str]) -> bool:
    values: dict[str, Any] = {}
    last: Any = ["I love sunny days"]
    for name in order:
        try:
            match name:
                case "tokens":
                    last = key.pipeline().preprocess(last)
                case "ids":
                    last = key.pipeline().encode(last)
                case "vectors":
                    last = key.pipeline().lookup(last)
                case "probabilities":
                    last = key.pipeline().infer(last, values["ids"])
        except (KeyError, TypeError, ValueError, RuntimeError):
            return False
        values[name] = last
    return True


def text_without_tokens(question: ChoiceQuestion, row: Row) -> key.Claims:
    given = key.outcome(key.code_block(question.stem).strip(), key.notebook_names())
    return {
        "`ValueError`": isinstance(given, ValueError),
        "`None`": given is None,
        "empty list": given == [],
        "a prediction": isinstance(given, Prediction),
    }


def p50_hides_the_slow_calls(question: ChoiceQuestion, row: Row) -> key.Claims:
    figures: dict[str, Any] = dict(row)
    calls_ms = [3.0] * figures["n_fast"] + [figures["slow_ms"]] * figures["n_slow"]
    assert len(calls_ms) == 1000
    assert np.percentile(calls_ms, [50, 99]).tolist() == [3, figures["slow_ms"]]
    assert np.mean(calls_ms) < 50  # as one of the wrong options says
    keeps = sum(one <= 50 for one in calls_ms) >= 0.99 * len(calls_ms)
    return {
        "a p50 of 3 ms": keeps,
        "because the mean": keeps,
        "more than the 10": not keeps,
        "half are above it": sum(one > 50 for one in calls_ms) >= 500,
    }


def model_for_a_time_budget(question: ChoiceQuestion, row: Row) -> set[str]:
    limit, each_way, queue = key.integers(question.stem)[:3]
    rows = [(name, float(right), int(ms)) for name, right, ms in key.table_of_stem(question)]
    left = limit - 2 * each_way - queue
    assert f"= {left} ms" in question.solution[1].text
    return key.letters_saying(
        question, max((right, name) for name, right, ms in rows if ms <= left)[1]
    )


def size_with_a_strict_limit(question: ChoiceQuestion, row: Row) -> set[str]:
    times = [(int(size), float(ms)) for size, ms in key.table_of_stem(question)]
    return key.letters_saying(question, str(max((n / ms, n) for n, ms in times if ms <= 20)[1]))


def size_that_fits_in_memory(question: ChoiceQuestion, row: Row) -> set[str]:
    sizes = [int(one.text) for one in question.options.values()]
    megabytes = {size: 2_000 + size * 10 * 256 / 128 for size in sizes}
    return key.letters_saying(question, str(max(one for one in sizes if megabytes[one] <= 8_000)))


def four_times_the_batch_size(question: ChoiceQuestion, row: Row) -> set[str]:
    cost = CostModel(0.010, 0.001)
    gain, longer = (
        after / before
        for after, before in (
            (cost.texts_per_s(160), cost.texts_per_s(40)),
            (cost.service_s(160), cost.service_s(40)),
        )
    )
    said = f"About {gain:.1f} times the throughput, and passes about {longer:.1f} times as long"
    return key.letters_saying(question, said)


def archive_beside_live_requests(question: ChoiceQuestion, row: Row) -> set[str]:
    cost = CostModel(0.010, 0.001)
    free = 1 - 2 * cost.service_s(1)  # the share of time without live requests
    sizes = {letter: int(one.text) for letter, one in question.options.items()}
    return key.letters_where(
        sizes,
        lambda size: (
            2e7 / cost.texts_per_s(size) / free <= 24 * 3600
            and cost.service_s(size) + cost.service_s(1) <= 0.2
        ),
    )


def batch_call_in_a_loop(question: ChoiceQuestion, row: Row) -> key.Claims:
    looped, together = key.Recorded(), key.Recorded()
    texts = key.many_texts(100)
    batch = BatchPredictor(looped, batch_size=100)
    found = key.run_stem(question, batch=batch, texts=texts)["predictions"]
    whole = BatchPredictor(together, batch_size=100).predict(texts)
    same = [one.label for one in found] == [one.label for one in whole]
    passes = len(looped.shapes), len(together.shapes)
    return {
        "one, and the labels": passes == (100, 1) and same,
        "one, and some": passes == (100, 1) and not same,
        "before, and the labels": passes == (1, 1) and same,
        "before, but the labels": passes == (1, 1) and not same,
    }


def predictions_of_sorted_texts(question: ChoiceQuestion, row: Row) -> set[str]:
    texts = demo_texts()
    names = key.run_stem(question, texts=texts)
    alone = [RealTimePredictor(key.pipeline()).predict(text).probabilities[0] for text in texts]
    return key.letters_where(
        key.outcomes(question, names),
        lambda found: [one.probabilities[0] for one in found] == pytest.approx(alone, abs=1e-5),
    )


def first_axis_of_one_text(question: ChoiceQuestion, row: Row) -> key.Claims:
    shapes = [
        key.pipeline().lookup(key.pipeline().encode(key.pipeline().preprocess(texts))).shape
        for texts in (["Lovely park"], ["Lovely"], key.many_texts(7))
    ]
    counts_texts = [shape[0] for shape in shapes] == [1, 1, 7]
    others = ("room for the label", "counts the calls", "counts the tokens")
    return dict.fromkeys(others, False) | {"counts the texts": counts_texts}


def shapes_that_do_not_depend_on_length(question: ChoiceQuestion, row: Row) -> set[str]:
    short, long = (
        key.outcomes(question, key.run_stem(question, text=" ".join(["good"] * words)))
        for words in (3, 18)
    )
    return {letter for letter in short if short[letter] == long[letter]}


def positions_in_a_padded_batch(row: dict[str, Any]) -> int:
    lengths = [row["n_long"]] + [row["n_short"]] * (row["n_texts"] - 1)
    return padded_positions(lengths, row["n_texts"])


def smallest_size_for_a_deadline(row: dict[str, Any]) -> int:
    """Try the sizes that divide the number of texts."""
    sizes = (one for one in range(1, row["n_texts"] + 1) if row["n_texts"] % one == 0)
    limit_ms = 1000 * row["limit_s"]
    return next(one for one in sizes if add_up_time(row | {"batch_size": one}) <= limit_ms)


COLUMNS: dict[str, key.Columns] = {
    "passes-of-an-archive": lambda row: {
        "n_full": row["n_texts"] // row["batch_size"],
        "n_left": row["n_texts"] % row["batch_size"],
    },
    "smallest-size-for-a-deadline": lambda row: {
        "texts_s": row["n_texts"] * row["text_ms"] / 1000,
        "left_s": row["limit_s"] - row["texts_s"],
        "n_passes": 1000 * row["left_s"] / row["fixed_ms"],
        "without_texts": next(
            size
            for size in count(math.ceil(row["n_texts"] * row["fixed_ms"] / row["limit_s"] / 1000))
            if row["n_texts"] % size == 0
        ),
        "alone_s": row["n_texts"] * row["fixed_ms"] / 1000,
    },
    "positions-in-a-padded-batch": lambda row: {
        "n_others": row["n_texts"] - 1,
        "n_real": row["n_long"] + row["n_others"] * row["n_short"],
        "n_cut": row["n_texts"] * row["n_short"],
        "n_padding": row["n_positions"] - row["n_real"],
        "n_without": row["n_others"] * row["n_short"],
    },
    "texts-or-tokens": lambda row: {
        "n_positions": row["n_texts"] * row["tweet"],
        "n_letters": row["n_positions"] / row["letter"],
        "n_more": row["n_texts"] * row["ratio"],
        "ratio": row["letter"] / row["tweet"],
    },
    "gain-on-one-busy-core": lambda row: {
        "alone_ms": row["fixed_ms"] + row["text_ms"],
        "shared_ms": round(row["fixed_ms"] / row["batch_size"] + row["text_ms"], 2),
        "factor": round(row["alone_ms"] / row["shared_ms"], 2),
        "gain_percent": round(100 * row["alone_ms"] / row["shared_ms"] - 100),
        "half": row["batch_size"] / 2,
    },
    "model-for-a-time-budget": lambda row: {
        "rest_ms": 2 * row["way_ms"] + row["queue_ms"],
        "left_ms": row["limit_ms"] - row["rest_ms"],
        "with_medium_ms": row["rest_ms"] + 70,
        "with_large_ms": row["rest_ms"] + 105,
        "with_huge_ms": row["rest_ms"] + 160,
    },
    "p50-hides-the-slow-calls": lambda row: {
        "mean_ms": round((3 * row["n_fast"] + row["slow_ms"] * row["n_slow"]) / 1000, 1)
    },
}
