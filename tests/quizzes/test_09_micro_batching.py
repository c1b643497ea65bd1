from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from lessons_lib.inference.microbatch import MicroBatchPredictor
from lessons_lib.inference.prediction import Prediction
from lessons_lib.quiz.question import ChoiceQuestion, Row
from lessons_lib.timing.arrivals import all_at_once, poisson
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.simulate import BatchingPolicy, SimulatedRun, simulate
from tests.inference.microbatch_bench import NumbersPipeline, answer_to, ask, run, run_for_real
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    cases,
    choices_test,
    code_block,
    columns_test,
    inline_code,
    letters_of_true,
    letters_saying,
    numbers_test,
    pipeline,
    trust_test,
)
from tests.quizzes.stem_figures import unexplained_columns, whole_numbers

NAME = "09_micro_batching"
TEXTS = [str(number) for number in range(12)]  # as `NumbersPipeline` reads them


def first_sent(arrivals_ms: Sequence[float], until_ms: float) -> tuple[int, float] | None:
    """Return the size and moment of a real predictor's first batch, or None if there is none.

    It takes at most 8 texts and waits 5 ms, in virtual time.
    """

    pipeline = NumbersPipeline()

    async def watch() -> tuple[int, float] | None:
        async def arrive(text: str, arrival_ms: float) -> None:
            await asyncio.sleep(arrival_ms / 1000)
            await micro.predict(text)

        async with MicroBatchPredictor(
            pipeline, max_batch_size=8, batch_wait_timeout_s=0.005
        ) as micro:
            tasks = [asyncio.create_task(one) for one in map(arrive, TEXTS, arrivals_ms)]
            await asyncio.sleep(until_ms / 1000)
            started_ms = [1000 * start for start in pipeline.started_s]
            await asyncio.gather(*tasks)
        return (len(pipeline.batches[0]), round(started_ms[0], 6)) if started_ms else None

    return run(watch())


def when_it_starts(question: ChoiceQuestion, row: Row) -> set[str]:
    full, alone, more = first_sent([0] * 8, 6), first_sent([0], 12), first_sent([0, 4], 12)
    claims = {
        "never with fewer": alone is None,
        "also if 8": full == (8, 5),
        "the oldest": (full, alone, more) == ((8, 0), (1, 5), (2, 5)),
        "the newest": more == (2, 9),
    }
    return letters_of_true(question, claims)


def answer_of_one_caller(question: ChoiceQuestion, row: Row) -> set[str]:
    async def ask_eight() -> tuple[Prediction, tuple[int, ...]]:
        async with MicroBatchPredictor(NumbersPipeline(), max_batch_size=8) as micro:
            answers = await asyncio.gather(*map(micro.predict, TEXTS[:8]))
            return answers[3], micro.batch_sizes

    assert "micro.predict" in code_block(question.stem)
    answer, sizes = run(ask_eight())
    assert sizes == (8,)
    own = isinstance(answer, Prediction) and answer.probabilities == answer_to(TEXTS[3])
    claims = {
        "A list": isinstance(answer, list),
        "for this text": own,
        "for all eight": not own,
        "The place": isinstance(answer, int),
    }
    return letters_of_true(question, claims)


def shared_batches(question: ChoiceQuestion, row: Row) -> set[str]:
    async def sizes_of(line: str) -> tuple[int, ...]:
        names: dict[str, Any] = {"asyncio": asyncio}
        exec(code_block(question.stem), names)
        body = f"async def line(micro):\n    return {line}"
        exec(body, names)
        async with MicroBatchPredictor(pipeline()) as micro:
            try:
                assert len(await names["line"](micro)) == 2
            except TypeError:
                return ()
            return micro.batch_sizes

    lines = {letter: inline_code(one.text)[0] for letter, one in question.options.items()}
    sizes = {letter: run_for_real(sizes_of(line)) for letter, line in lines.items()}
    assert sorted(sizes.values()) == [(), (), (1, 1), (2,)]
    return {letter for letter, found in sizes.items() if found == (2,)}


def who_leaves_first(question: ChoiceQuestion, row: Row) -> set[str]:
    async def second_batch() -> list[str]:
        pipeline = NumbersPipeline()
        async with MicroBatchPredictor(pipeline, batch_wait_timeout_s=0) as micro:
            early = await ask(micro, "100")
            assert pipeline.batches == [["100"]]
            late = await ask(micro, *TEXTS)
            await asyncio.gather(*early, *late)
        return pipeline.batches[1]

    sent = run(second_batch())
    claims = {
        "came first": sent == TEXTS[:8],
        "came last": sent == TEXTS[-8:],
        "shortest": sent == sorted(TEXTS, key=lambda text: (len(text), -int(text)))[:8],
        "whole 12": sent == TEXTS,
    }
    return letters_of_true(question, claims)


def timeout_of_zero(question: ChoiceQuestion, row: Row) -> set[str]:
    policy, cost = BatchingPolicy(8, 0.0), CostModel(0.010, 0.0)
    alone = simulate([0.0, 1.0, 2.0], cost, policy)
    behind = simulate([0.0, 0.002, 0.004, 0.006], cost, policy)
    crowd = simulate([0.0] + [0.001] * 50, cost, policy)
    claims = {
        "more than one": behind.batch_sizes.max() == 1,
        "the moment it comes": not behind.queue_ms.any(),
        "A lone text": not alone.queue_ms.any(),
        "share the next": behind.batch_sizes.tolist() == [1, 3],
        "more than 8": crowd.batch_sizes.max() > 8,
    }
    return letters_of_true(question, claims)


def three_batches(question: ChoiceQuestion, row: Row) -> set[str]:
    most, timeout_ms, pass_ms, _, *arrivals = whole_numbers(question.stem)
    played = play(arrivals, most, timeout_ms, CostModel(pass_ms / 1000, 0.0))
    starts_ms = 1000 * np.unique(played.started_s)
    right = ", ".join(map(str, played.batch_sizes))
    assert starts_ms.tolist() == pytest.approx([5, 17, 27])
    return letters_saying(question, right)


def hour_below_saturation(question: ChoiceQuestion, row: Row) -> set[str]:
    policy, cost = BatchingPolicy(4, 0.001), CostModel(0.006, 0.001)
    assert cost.texts_per_s(4) == pytest.approx(400)
    played = simulate(poisson(350, 350 * 3600), cost, policy)
    moments = np.arange(60.0, 3600.0, 0.5)  # a minute after the start, and on
    waiting = np.searchsorted(played.arrivals_s, moments) - np.searchsorted(
        played.started_s, moments
    )
    early, late = waiting[: len(waiting) // 2].mean(), waiting[len(waiting) // 2 :].mean()
    claims = {
        "grows by 50": late > 50,
        "comes and goes": late < 2 * early and waiting.max() > 8,
        "stays empty": waiting.max() == 0,
        "holds at 350": waiting.min() > 0,
    }
    return letters_of_true(question, claims)


def what_ends_the_growth(question: ChoiceQuestion, row: Row) -> set[str]:
    def grows(*, size: int = 8, timeout_s: float = 0.005, fixed_s: float = 0.008) -> bool:
        arrivals = poisson(600, 60_000)
        played = simulate(arrivals, CostModel(fixed_s, 0.001), BatchingPolicy(size, timeout_s))
        middle = len(arrivals) // 2
        then, now = (
            played.queue_ms[at : at + 1000].mean() for at in (middle, len(arrivals) - 1000)
        )
        return bool(now > 1.5 * then)

    assert grows()
    claims = {
        "size of 16": not grows(size=16),
        "twice as long": not grows(timeout_s=0.010),
        "size of 4": not grows(size=4),
        "cost of 4 ms": not grows(fixed_s=0.004),
        "of 0 ms": not grows(timeout_s=0.0),
    }
    return letters_of_true(question, claims)


CHOICES: dict[str, Computed] = {
    "when-a-batch-starts": when_it_starts,
    "answer-to-one-of-eight": answer_of_one_caller,
    "two-texts-that-share-a-batch": shared_batches,
    "who-leaves-the-queue-first": who_leaves_first,
    "with-a-timeout-of-zero": timeout_of_zero,
    "sizes-of-three-batches": three_batches,
    "below-saturation-for-an-hour": hour_below_saturation,
    "what-ends-a-growing-queue": what_ends_the_growth,
}


def play(
    arrivals_ms: Sequence[float], most: int, timeout_ms: float, cost: CostModel
) -> SimulatedRun:
    arrivals_s = [one / 1000 for one in arrivals_ms]
    return simulate(arrivals_s, cost, BatchingPolicy(most, timeout_ms / 1000))


def played_row(row: dict[str, Any]) -> SimulatedRun:
    """Play what a row says of arrivals and settings."""
    cost = CostModel(row.get("pass_ms", 1) / 1000, 0.0)
    return play(whole_numbers(row["arrivals"]), row["max_batch_size"], row["timeout_ms"], cost)


def count_passes(row: dict[str, Any]) -> int:
    policy = BatchingPolicy(row["max_batch_size"], 0.005)
    return len(simulate(all_at_once(row["n_texts"]), CostModel(0.01, 0.0), policy).batch_sizes)


def cost_of(row: dict[str, Any]) -> CostModel:
    return CostModel(row["fixed_ms"] / 1000, row["text_ms"] / 1000)


def throughput_when_saturated(row: dict[str, Any]) -> float:
    size = row["max_batch_size"]
    return simulate(all_at_once(100 * size), cost_of(row), BatchingPolicy(size, 0.005)).texts_per_s


def count_waiting(row: dict[str, Any]) -> int:
    rate, end_s = row["rate_per_s"], row["seconds"]
    arrivals = (1 + np.arange(rate * end_s)) / rate
    played = simulate(arrivals, CostModel(1 / row["most_per_s"], 0.0), BatchingPolicy(1, 0.0))
    return int((played.arrivals_s <= end_s).sum() - (played.started_s <= end_s).sum())


def smallest_that_keeps_up(row: dict[str, Any]) -> int:
    sizes = range(1, 1000)
    return next(one for one in sizes if cost_of(row).texts_per_s(one) > row["rate_per_s"])


def count_inside(row: dict[str, Any]) -> float:
    """Look at many moments of a day on which each request stays for just the mean."""
    arrivals = np.arange(0, 100, 1 / row["rate_per_s"])
    moments = np.random.default_rng(0).uniform(10, 90, 10_000)
    inside = np.searchsorted(arrivals, moments) - np.searchsorted(
        arrivals + row["latency_s"], moments
    )
    return float(inside.mean())


EXACT: dict[str, Number] = {
    "passes-for-a-crowd": count_passes,
    "start-of-a-full-batch": lambda row: 1000 * float(played_row(row).started_s[0]),
    "texts-in-the-first-batch": lambda row: int(played_row(row).batch_sizes[0]),
    "latency-behind-a-busy-worker": lambda row: float(played_row(row).latency_ms[-1]),
    "most-texts-per-second": throughput_when_saturated,
    "smallest-size-that-keeps-up": smallest_that_keeps_up,
}
COUNTED: dict[str, Number] = {
    "queue-after-a-while": count_waiting,
    "requests-inside-on-average": count_inside,
}

COLUMNS: dict[str, Columns] = {
    "passes-for-a-crowd": lambda row: {
        "n_full": row["n_texts"] // row["max_batch_size"],
        "n_done": row["n_full"] * row["max_batch_size"],
        "n_left": row["n_texts"] % row["max_batch_size"],
        "n_passes": math.ceil(row["n_texts"] / row["max_batch_size"]),
    },
    "start-of-a-full-batch": lambda row: {
        "start_ms": whole_numbers(row["arrivals"])[row["max_batch_size"] - 1],
        "last_ms": whole_numbers(row["arrivals"])[-1],
    },
    "texts-in-the-first-batch": lambda row: {
        "n_first": sum(one <= row["timeout_ms"] for one in whole_numbers(row["arrivals"])),
        "n_all": len(whole_numbers(row["arrivals"])),
    },
    "latency-behind-a-busy-worker": lambda row: {
        "first_start_ms": 1000 * played_row(row).started_s[0],
        "first_end_ms": row["first_start_ms"] + row["pass_ms"],
        "last_ms": whole_numbers(row["arrivals"])[-1],
        "end_ms": row["first_end_ms"] + row["pass_ms"],
        "latency_ms": row["end_ms"] - row["last_ms"],
        "queue_ms": row["first_end_ms"] - row["last_ms"],
        "idle_ms": row["timeout_ms"] + row["pass_ms"],
    },
    "most-texts-per-second": lambda row: {
        "batch_ms": row["fixed_ms"] + row["max_batch_size"] * row["text_ms"],
        "batches_per_s": 1000 / row["batch_ms"],
        "most_per_s": row["batches_per_s"] * row["max_batch_size"],
        "without_fixed": 1000 / row["text_ms"],
    },
    "queue-after-a-while": lambda row: {
        "more_per_s": row["rate_per_s"] - row["most_per_s"],
        "n_waiting": row["more_per_s"] * row["seconds"],
        "n_arrived": row["rate_per_s"] * row["seconds"],
        "n_answered": row["most_per_s"] * row["seconds"],
    },
    "smallest-size-that-keeps-up": lambda row: {
        "rate_per_ms": row["rate_per_s"] / 1000,
        "smallest": smallest_that_keeps_up(row),
        "one_less": row["smallest"] - 1,
        "without_text_ms": math.ceil(row["rate_per_ms"] * row["fixed_ms"]),
        "batch_ms": row["fixed_ms"] + row["text_ms"] * row["smallest"],
        "arrived": row["rate_per_ms"] * row["batch_ms"],
    },
    "requests-inside-on-average": lambda row: {
        "latency_s": row["latency_ms"] / 1000,
        "n_inside": row["rate_per_s"] * row["latency_s"],
        "without_units": row["rate_per_s"] * row["latency_ms"],
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, EXACT)


test_counting_gives_the_key_but_for_those_at_the_door = numbers_test(NAME, COUNTED, rounding=1)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


def test_what_a_row_holds_is_given_in_the_stem_or_computed() -> None:
    assert unexplained_columns(NAME, COLUMNS) == {}


def test_in_each_row_the_last_text_has_waited_longer_than_the_timeout() -> None:
    for _, row in (one.values for one in cases(NAME, ["latency-behind-a-busy-worker"])):
        assert isinstance(row, dict)
        assert row["queue_ms"] > row["timeout_ms"]


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, {**EXACT, **COUNTED}, COLUMNS)
