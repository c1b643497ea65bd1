"""The keys of "When batching loses" and "Outgrow one machine", computed by running."""

import random
import re
from collections.abc import Callable, Iterable
from math import ceil
from typing import Any

import numpy as np
import pytest

from lessons_lib.classroom.quiz.question import ChoiceQuestion, Row
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.replicas import IN_TURN, ONE_QUEUE, SOME_LONG, route, service_times
from lessons_lib.pipeline.timing.simulate import simulate
from tests.lesson.quizzes import answer_key as key

Batches = list[list[int]]  # of the lengths of texts


def which_model_gains_most(question: ChoiceQuestion, row: Row) -> set[str]:
    gains = {}
    for setup, call, text in key.table_of_stem(question):
        cost = CostModel(*(float(price.removesuffix(" ms")) / 1000 for price in (call, text)))
        gains[setup] = cost.service_s(1) * cost.texts_per_s(10**9)
    assert list(gains.values()) == pytest.approx([11, 10 / 9, 49 / 9, 51], rel=1e-3)
    best = "The " + max(gains, key=lambda setup: gains[setup]).replace(", one", " on one")
    return key.letters_saying(question, best)


def when_larger_batches_cost(question: ChoiceQuestion, row: Row) -> key.Claims:
    rates = {int(size): float(rate) for size, rate in key.table_of_stem(question)}
    line, no_call = CostModel(0.001, 0.009), CostModel(0.0, 0.009)
    (measured,) = re.findall(r"Up to (\d+) texts", " ".join(question.stem.split()))
    (sizes,) = re.findall(r"between (\d+) and (\d+)", question.options["E"].text)
    assert max(map(int, sizes)) <= int(measured)  # nobody knows the line beyond it
    for size in (1, 8):
        assert line.texts_per_s(size) == pytest.approx(rates[size], rel=0.01)
    return {
        "Padding": False,  # texts of one length need none
        "more than 9 ms": 1 / rates[128] > 0.009,
        "Without the price": no_call.texts_per_s(8) == pytest.approx(no_call.texts_per_s(1)),
        "sooner": line.service_s(1) < line.service_s(8),
        "double": line.texts_per_s(10**9) >= 2 * rates[8],
    }


def first_result_after_sorting(question: ChoiceQuestion, row: Row) -> set[str]:
    first = key.run_stem(question, BatchPredictor=BatchPredictor)["results"][0]
    texts = re.findall(r"“([^”]+)”", " ".join(one.text for one in question.options.values()))
    alone = {text: RealTimePredictor(key.pipeline()).predict(text) for text in texts}
    gaps = {
        text: abs(np.subtract(first.probabilities, one.probabilities)).max()
        for text, one in alone.items()
    }
    nearest = min(gaps, key=lambda text: gaps[text])
    assert gaps[nearest] < 1e-5 < sorted(gaps.values())[1]
    return key.letters_where(question.options, lambda one: nearest in one.text)


def of_size(lengths: Iterable[int], size: int) -> Batches:
    listed = list(lengths)
    return [listed[start : start + size] for start in range(0, len(listed), size)]


def within(lengths: Iterable[int], limit: int) -> Batches:
    """Close a batch of up to 8 before its padded rows exceed a limit of word pieces."""
    batches: Batches = [[]]
    for one in lengths:
        wider = [*batches[-1], one]
        if batches[-1] and (len(wider) > 8 or len(wider) * max(wider) > limit):
            batches.append([])
        batches[-1].append(one)
    return batches


def slots_per_short_text(batches: Batches) -> float:
    return float(
        np.mean([len(batch) * max(batch) for batch in batches for one in batch if one < 100])
    )


def long_texts_in_a_live_server(question: ChoiceQuestion, row: Row) -> key.Claims:
    rng = random.Random(0)
    arrived = [200 if rng.random() < 0.1 else rng.randint(6, 14) for _ in range(20_000)]
    short = [one for one in arrived if one < 100]
    full = slots_per_short_text(of_size(arrived, 8))
    return {
        "inside each batch": slots_per_short_text([sorted(one) for one in of_size(arrived, 8)])
        < full,
        "Limit the word pieces": slots_per_short_text(within(arrived, 256)) < full,
        "Double": slots_per_short_text(of_size(arrived, 16)) < full,
        "Wait longer": full < slots_per_short_text(of_size(arrived, 4)),
        "separate queue": slots_per_short_text(of_size(short, 8)) < full,
    }


def too_slow_for_which_task(question: ChoiceQuestion, row: Row) -> key.Claims:
    large = CostModel(0.010, 0.0)
    return {
        "comment box": large.service_s(1) * 3 > 1,
        "archive": large.service_s(1) * 1_000_000 > 8 * 3600,
        "premiere": large.service_s(1) * 300 > 1,
        "lawyer": large.service_s(1) * 40 > 24 * 3600,
    }


def where_to_load_the_model(question: ChoiceQuestion, row: Row) -> key.Claims:
    n_batches, n_workers, load_s, send_s = 1_000_000 // 1_000, 4, 2.0, 0.5
    spent = {
        "labels one batch": n_batches * load_s,
        "when a worker starts": n_workers * load_s,
        "with each batch": load_s + n_batches * send_s,
        "labels one text": 1_000_000 * load_s,
    }
    assert list(spent.values()) == [2_000, 8, 502, 2_000_000]
    least = min(spent.values())
    return {plan: one == least for plan, one in spent.items()}


def answers_after_a_crash(
    write: Callable[[dict[str, list[int]], str, int], object],
) -> dict[str, list[int]]:
    """Run two tasks of three texts; the second dies after two texts, and runs again."""
    kept: dict[str, list[int]] = {}
    for task, texts in (("a", (0, 1, 2)), ("b", (3, 4)), ("b", (3, 4, 5))):
        for text in texts:
            write(kept, task, text)
    return kept


def each_answer_once(question: ChoiceQuestion, row: Row) -> key.Claims:
    def append(kept: dict[str, list[int]], task: str, text: int) -> None:
        kept.setdefault("file", []).append(text)

    def store(kept: dict[str, list[int]], task: str, text: int) -> None:
        kept[str(text)] = [text]

    def rename_when_complete(kept: dict[str, list[int]], task: str, text: int) -> None:
        unfinished = kept.setdefault(f"try {task}", [])
        if text % 3 == 0:  # a try begins with the first text of its task
            unfinished.clear()
        unfinished.append(text)
        if len(unfinished) == 3:
            kept[task] = kept.pop(f"try {task}")

    def is_once(write: Callable[[dict[str, list[int]], str, int], object]) -> bool:
        kept = answers_after_a_crash(write)
        return sorted(text for texts in kept.values() for text in texts) == list(range(6))

    disks: dict[str, list[int]] = {"first machine": [0, 1, 2], "second machine": [3, 4, 5]}
    disks.pop("first machine")  # it is lost after its task counted as finished
    return {
        "Append": is_once(append),
        "under its text's id": is_once(store),
        "counter": len(answers_after_a_crash(append)["file"]) == 6,
        "Rename": is_once(rename_when_complete),
        "own disk": sum(map(len, disks.values())) == 6,
    }


def batches_that_never_fill(question: ChoiceQuestion, row: Row) -> key.Claims:
    ongoing, most, timeout_s = (
        float(re.findall(rf"{name}=([\d.]+)", question.stem)[0])
        for name in ("max_ongoing_requests", "max_batch_size", "batch_wait_timeout_s")
    )
    let_in = simulate(
        [0.0] * int(ongoing), CostModel(0.004, 0.001), BatchingPolicy(int(most), timeout_s)
    )
    (size,) = let_in.batch_sizes  # the next requests come in when these are answered
    waits_for_timeout = let_in.queue_ms.max() == pytest.approx(1000 * timeout_s)
    return {
        "At most 4": size == 4 and waits_for_timeout,
        "Up to 16": size == 16,
        "Up to 20": size == 20,
        "Always 1": size == 1,
    }


def what_ten_machines_buy(question: ChoiceQuestion, row: Row) -> key.Claims:
    start_h, work_h, price = 6 / 60, 20, 0.40
    hours = start_h + work_h / 10
    one, ten = work_h * price, 10 * hours * price
    assert (hours, one, ten) == pytest.approx((2.1, 8.00, 8.40))
    alone = simulate([0.0], CostModel(0.010, 0.0), BatchingPolicy(1, 0.0))
    return {
        "little more than two hours": 2 < hours < 2.2,
        "costs about ten times": ten / one > 9,
        "about as much as before": ten / one < 1.1,
        "a tenth of the time": alone.latency_ms[0] == pytest.approx(1),  # it uses one machine
        "servers that never stop": 10 * price / price == pytest.approx(10),
    }


def before_you_batch(question: ChoiceQuestion, row: Row) -> key.Claims:
    rates = {
        setup: float(rate)
        for setup, rate, changed in key.table_of_stem(question)
        if float(changed.removesuffix(" %")) <= 1
    }
    best = max(rates, key=lambda setup: rates[setup])
    return {
        "Torch in eights": best == "torch, in eights",
        "labels the most texts": best == "another engine, int8, one by one",
        "uses both ways": best == "another engine, int8, in eights",
        "fastest that keeps": best == "another engine, one by one",
    }


def in_turn_with_long_texts(question: ChoiceQuestion, row: Row) -> key.Claims:
    arrivals, services = poisson(0.85 * 8, 20_000), service_times(SOME_LONG, 20_000)
    is_long, turns = services > services.mean(), np.arange(20_000) % 8
    in_turn, one_queue = (
        np.percentile(route(way, arrivals.tolist(), services.tolist()), 99)
        for way in (IN_TURN, ONE_QUEUE)
    )
    return {
        "same replica": np.bincount(turns[is_long]).max() > is_long.sum() / 2,
        "behind a long text": in_turn > 2 * one_queue,
        "more work": services.mean() > 1.1,
        "many more requests": np.bincount(turns).max() > 20_000 / 8,
    }


def two_prices_from_two_times(row: dict[str, Any]) -> float:
    """Return where the line through both passes is at no text."""
    sizes, times = (1, row["n_many"]), (row["one_ms"], row["many_ms"])
    return float(np.polyfit(sizes, times, 1)[1])


def pass_with_one_long_text(row: dict[str, Any]) -> float:
    before = [row["short"]] * row["n_texts"]
    after = [row["long"], *before[1:]]
    return float(len(after) * max(after) / (len(before) * max(before)))


def large_model_for_the_unsure(row: dict[str, Any]) -> float:
    is_unsure = np.arange(100) < row["percent"]
    return float(np.mean(row["small_ms"] + np.where(is_unsure, row["large_ms"], 0)))


def price_of_one_better_label(row: dict[str, Any]) -> float:
    return float(row["dollars"] * 100 / (1_000_000 * row["more"] / 100))


def work_at_which_two_workers_pay(row: dict[str, Any]) -> float:
    """Find by halving the ms per text at which a loop takes as long as two workers."""
    low, high = 0.0, 1000.0
    for _ in range(60):
        middle = (low + high) / 2
        loop_s = row["n_texts"] * middle / 1000
        low, high = (
            (middle, high)
            if loop_s < row["start_s"] + row["move_s"] + loop_s / 2
            else (low, middle)
        )
    return low


def lines_after_a_crash(row: dict[str, Any]) -> int:
    tries = [row["n_texts"]] * (row["n_tasks"] - 1) + [row["n_written"], row["n_texts"]]
    return sum(tries)


def machines_that_survive_a_loss(row: dict[str, Any]) -> int:
    counts = range(2, 100)
    return next(one for one in counts if (one - 1) * row["each_per_s"] >= row["peak_per_s"])


def queue_before_new_replicas(row: dict[str, Any]) -> int:
    waiting = 0
    for _ in range(row["look_s"] + row["start_s"]):
        waiting += row["peak_per_s"] - row["n_replicas"] * row["each_per_s"]
    return waiting


COLUMNS: dict[str, key.Columns] = {
    "two-prices-from-two-times": lambda row: {
        "n_more": row["n_many"] - 1,
        "added_ms": row["many_ms"] - row["one_ms"],
        "text_ms": row["added_ms"] / row["n_more"],
    },
    "pass-with-one-long-text": lambda row: {
        "without_padding": ((row["n_texts"] - 1) * row["short"] + row["long"])
        / (row["n_texts"] * row["short"])
    },
    "large-model-for-the-unsure": lambda row: {
        "extra_ms": row["percent"] / 100 * row["large_ms"],
        "instead_ms": (1 - row["percent"] / 100) * row["small_ms"] + row["extra_ms"],
        "mean_ms": (row["small_ms"] + row["large_ms"]) / 2,
    },
    "price-of-one-better-label": lambda row: {
        "n_more": row["more"] * 10_000,
        "all_cents": row["dollars"] * 100,
        "cents_per_text": row["all_cents"] / 1_000_000,
    },
    "work-at-which-two-workers-pay": lambda row: {
        "extra_s": row["start_s"] + row["move_s"],
        "work_s": 2 * row["extra_s"],
        "too_early_ms": 1000 * row["extra_s"] / row["n_texts"],
    },
    "lines-after-a-crash": lambda row: {
        "n_wanted": row["n_tasks"] * row["n_texts"],
        "n_without": row["n_wanted"] - row["n_texts"] + row["n_written"],
    },
    "machines-that-survive-a-loss": lambda row: {
        "n_enough": ceil(row["peak_per_s"] / row["each_per_s"]),
        "n_double": 2 * row["n_enough"],
        "left_per_s": row["n_enough"] * row["each_per_s"],
    },
    "queue-before-new-replicas": lambda row: {
        "blind_s": row["look_s"] + row["start_s"],
        "more_per_s": row["peak_per_s"] - row["n_replicas"] * row["each_per_s"],
        "n_without_look": row["more_per_s"] * row["start_s"],
        "n_arrived": row["peak_per_s"] * row["blind_s"],
    },
}
