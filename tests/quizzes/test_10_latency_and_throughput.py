from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.quiz.question import ChoiceQuestion, NumberQuestion, Row
from lessons_lib.quiz.variants import FORMULAS, TAG, rounded
from lessons_lib.timing import arrivals
from lessons_lib.timing.arrivals import all_at_once, poisson
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.decisions import MODES, ManyUsers, ModeCosts, outcome
from lessons_lib.timing.latency import percentiles
from lessons_lib.timing.simulate import BatchingPolicy, simulate, simulate_closed_loop
from tests.quizzes.answer_key import (
    Columns,
    Computed,
    Number,
    bank,
    cases,
    choices_test,
    columns_test,
    ids_where,
    key_of,
    letters_of_true,
    letters_saying,
    numbers_test,
    trust_test,
)
from tests.quizzes.stem_figures import decimals, table_of_stem, unexplained_columns

NAME = "10_latency_and_throughput"
ALONE = BatchingPolicy(1, 0.0)


def figures_of_100_calls(question: ChoiceQuestion, row: Row) -> set[str]:
    calls = [10.0] * 98 + [1010.0] * 2
    p50, _, p99 = percentiles(calls)
    mean = float(np.mean(calls))
    return letters_saying(question, f"mean {mean:,.0f} ms, p50 {p50:,.0f} ms, p99 {p99:,.0f} ms")


def possible_with_this_mean(question: ChoiceQuestion, row: Row) -> set[str]:
    """A claim can be true if calls as it has them leave room, at 0 ms or more, for the rest."""

    def can_be(*, count: int, least_ms: float) -> bool:
        rest, left_ms = 1000 - count, 20 * 1000 - count * least_ms
        return left_ms >= 0 if rest else left_ms == 0

    claims = {
        "Half of the calls": can_be(count=500, least_ms=1),
        "a second each": can_be(count=10, least_ms=1000),
        "Each call took": can_be(count=1000, least_ms=25),
        "900 of the calls": can_be(count=900, least_ms=25),
    }
    return letters_of_true(question, claims)


def p99_of_joined_hours(question: ChoiceQuestion, row: Row) -> set[str]:
    def hour(p99: float, rest: float, slowest: float) -> NDArray[np.float64]:
        calls = np.array([rest] * 989 + [p99] * 2 + [slowest] * 9)
        assert np.percentile(calls, 99) == p99
        return calls

    joined = {
        float(np.percentile([*first, *second], 99))
        for first in (hour(20, 1, 21), hour(20, 20, 1000))
        for second in (hour(40, 1, 41), hour(40, 40, 41))
    }
    claims = {
        "30 ms, as": joined == {30},
        "40 ms, as": joined == {40},
        "60 ms, as": joined == {60},
        "more cannot be told": len(joined) > 1 and all(20 <= one <= 40 for one in joined),
    }
    return letters_of_true(question, claims)


def knee_of_the_table(question: ChoiceQuestion, row: Row) -> set[str]:
    table = [(int(size), float(ms), float(rate)) for size, ms, rate in table_of_stem(question)]
    rates = {size: 1000 * size / ms for size, ms, _ in table}
    assert list(rates.values()) == pytest.approx([rate for _, _, rate in table], rel=1e-4)
    best = max(rates.values())
    return letters_saying(question, str(min(s for s, one in rates.items() if one >= 0.8 * best)))


def from_64_to_128(question: ChoiceQuestion, row: Row) -> set[str]:
    before, after = (
        simulate(all_at_once(50 * size), CostModel(seconds, 0.0), BatchingPolicy(size, 0.0))
        for size, seconds in ((64, 0.0128), (128, 0.0246))
    )
    rate = after.texts_per_s / before.texts_per_s
    batches = rate * 64 / 128
    stay = after.service_ms[0] / before.service_ms[0]
    claims = {
        "twice as many texts": rate > 1.8,
        "4 % more": round(rate, 2) == 1.04,
        "half as many batches": 0.45 < batches < 0.55,
        "as long in its batch as": stay < 1.1,
        "nearly twice as long": 1.8 < stay < 2,
    }
    return letters_of_true(question, claims)


def scenario_of_the_test(question: ChoiceQuestion, row: Row) -> set[str]:
    """Find the scenario that the library's own words give to Poisson arrivals."""
    told = (arrivals.__doc__ or "").split("`poisson`")[0]
    named = {"SingleStream", "Server", "Offline"}
    (name,) = [one for one in named if told.rstrip("( ").endswith(one)]
    return letters_saying(question, f"like MLPerf's {name} scenario")


def closed_loop(question: ChoiceQuestion, row: Row) -> set[str]:
    fast, slow = (simulate_closed_loop(200, CostModel(one, 0.001), ALONE) for one in (0.01, 0.02))
    shared = simulate(all_at_once(200), CostModel(0.01, 0.001), BatchingPolicy(20, 0.0))
    crowd = simulate(poisson(80, 200), CostModel(0.01, 0.001), ALONE)
    claims = {
        "one request is on": bool((fast.arrivals_s[1:] >= fast.finished_s[:-1] - 1e-9).all()),
        "waits in a queue": not fast.queue_ms.any(),
        "fewer requests": slow.texts_per_s < fast.texts_per_s,
        "random crowd": fast.p99_ms == pytest.approx(crowd.p99_ms, rel=0.2),
        "the best": fast.texts_per_s >= shared.texts_per_s,
    }
    return letters_of_true(question, claims)


def mode_that_meets(question: ChoiceQuestion, row: Row) -> set[str]:
    figures: dict[str, Any] = dict(row)
    cost = CostModel(figures["fixed_ms"] / 1000, figures["text_ms"] / 1000)
    costs = ModeCosts(cost, cost, cost, 512, BatchingPolicy(16, 0.005))
    demand = ManyUsers(figures["rate_per_s"], 50)
    meets = {mode: outcome(mode, demand=demand, costs=costs).meets for mode in MODES}
    claims = {
        "Real-time, as": meets["real-time"],
        "Batch, as": meets["batch"],
        "Micro-batching, as": meets["micro-batching"],
        "No mode, as": not any(meets.values()),
    }
    return letters_of_true(question, claims)


CHOICES: dict[str, Computed] = {
    "mean-beside-percentiles": figures_of_100_calls,
    "what-a-mean-leaves-open": possible_with_this_mean,
    "p99-of-two-hours": p99_of_joined_hours,
    "knee-in-a-table": knee_of_the_table,
    "beyond-the-knee": from_64_to_128,
    "scenario-of-random-requests": scenario_of_the_test,
    "what-a-closed-loop-hides": closed_loop,
    "mode-for-a-busy-service": mode_that_meets,
}


def cost_of(row: dict[str, Any], text: str = "per_text_ms") -> CostModel:
    return CostModel(row["fixed_ms"] / 1000, row[text] / 1000)


def seconds_one_by_one(row: dict[str, Any]) -> float:
    cost = CostModel(1 / row["realtime_texts_per_s"], 0.0)
    return float(simulate(all_at_once(10_000), cost, ALONE).finished_s[-1])


def batches_in_a_second(row: dict[str, Any]) -> float:
    size = int(row["batch_size"])
    cost = CostModel(0.0, 1 / row["texts_per_s"])
    played = simulate(all_at_once(100 * size), cost, BatchingPolicy(size, 0.0))
    return len(played.batch_sizes) / float(played.finished_s[-1])


def size_at_the_knee(row: dict[str, Any]) -> int:
    cost = cost_of(row)
    limit = cost.texts_per_s(10**12)
    sizes = range(1, 100_000)
    return next(one for one in sizes if cost.texts_per_s(one) >= 0.8 * limit * (1 - 1e-9))


def rate_at_half_use(row: dict[str, Any]) -> float:
    """Find by halving the rate at which full batches keep a worker busy half of the time."""
    low, high = 0.0, cost_of(row).texts_per_s(8)
    for _ in range(40):
        rate = (low + high) / 2
        full = np.repeat(np.arange(200) * 8 / rate, 8)
        if simulate(full, cost_of(row), BatchingPolicy(8, 1.0)).utilisation < 0.5:
            low = rate
        else:
            high = rate
    return rate


NUMBERS: dict[str, Number] = {
    "p90-of-eleven-calls": lambda row: percentiles(decimals(row["calls"]))[1],
    "own-tail-ratio": lambda row: row["p99_ms"] / row["p50_ms"],
    "own-batches-per-second": batches_in_a_second,
    "own-knee": size_at_the_knee,
    "own-archive-one-by-one": seconds_one_by_one,
    "own-texts-per-core-hour": lambda row: 60 * 60 * row["texts_per_s"] / row["cores"] / 10**6,
}


def mean_wait_ms(row: dict[str, Any]) -> float:
    cost = CostModel(row["service_ms"] / 1000, 0.0)
    waits = [
        simulate(poisson(row["rate_per_s"], 100_000, seed=seed), cost, ALONE).queue_ms.mean()
        for seed in range(4)
    ]
    return float(np.mean(waits))


SIMULATED: dict[str, Number] = {
    "mean-wait-one-by-one": mean_wait_ms,
    "own-half-saturation": rate_at_half_use,
}

COLUMNS: dict[str, Columns] = {
    "p90-of-eleven-calls": lambda row: {
        "p90_ms": sorted(decimals(row["calls"]))[9],
        "slowest_ms": max(decimals(row["calls"])),
        "mean_ms": np.mean(decimals(row["calls"])),
        "p50_ms": sorted(decimals(row["calls"]))[5],
    },
    "own-tail-ratio": lambda row: {
        "times": row["p99_ms"] / row["p50_ms"],
        "upside_down": rounded(row["p50_ms"] / row["p99_ms"]),
        "margin": row["times"] / 20,
    },
    "own-batches-per-second": lambda row: {
        "batches": row["texts_per_s"] / row["batch_size"],
        "batch_ms": rounded(1000 * row["batch_size"] / row["texts_per_s"]),
        "product": rounded(row["texts_per_s"] * row["batch_size"]),
        "margin": row["batches"] / 20,
    },
    "own-knee": lambda row: {
        "even": row["fixed_ms"] / row["per_text_ms"],
        "knee": 4 * row["even"],
        "best_per_s": 1000 / row["per_text_ms"],
        "texts_ms": 4 * row["fixed_ms"],
        "margin": row["knee"] / 20,
    },
    "own-half-saturation": lambda row: {
        "batch_ms": row["fixed_ms"] + 8 * row["per_text_ms"],
        "most_per_s": 8000 / row["batch_ms"],
        "half_per_s": row["most_per_s"] / 2,
        "alone_per_s": rounded(500 / (row["fixed_ms"] + row["per_text_ms"])),
        "margin": row["half_per_s"] / 20,
    },
    "own-archive-one-by-one": lambda row: {
        "seconds": 10_000 / row["realtime_texts_per_s"],
        "upside_down": row["realtime_texts_per_s"] / 10_000,
        "margin": row["seconds"] / 20,
    },
    "own-texts-per-core-hour": lambda row: {
        "per_core_s": row["texts_per_s"] / row["cores"],
        "millions": row["per_core_s"] * 3600 / 1e6,
        "per_minute": row["per_core_s"] * 60 / 1e6,
        "margin": row["millions"] / 20,
    },
    "mean-wait-one-by-one": lambda row: {
        "service_s": row["service_ms"] / 1000,
        "utilisation": 100 * row["rate_per_s"] * row["service_s"],
        "free": 100 - row["utilisation"],
        "wait_s": row["rate_per_s"] * row["service_s"] ** 2 / (2 * row["free"] / 100),
        "wait_ms": 1000 * row["wait_s"],
        "latency_ms": row["wait_ms"] + row["service_ms"],
        "twice_ms": 2 * row["wait_ms"],
    },
    "mode-for-a-busy-service": lambda row: {
        "alone_ms": row["fixed_ms"] + row["text_ms"],
        "alone_per_s": round(1000 / row["alone_ms"]),
        "gather_ms": 1000 * 512 / row["rate_per_s"],
        "micro_ms": row["fixed_ms"] + 16 * row["text_ms"],
        "micro_per_s": 16_000 / row["micro_ms"],
    },
}


test_running_the_options_gives_the_letters_of_the_key = choices_test(NAME, CHOICES)


test_computing_the_number_gives_the_key = numbers_test(NAME, NUMBERS)


@pytest.mark.parametrize(("question", "row"), cases(NAME, SIMULATED))
def test_a_long_simulation_comes_close_to_the_key(
    question: NumberQuestion, row: dict[str, Any]
) -> None:
    assert SIMULATED[question.id](row) == pytest.approx(key_of(question), rel=0.05)


test_the_figures_of_a_row_fit_together = columns_test(NAME, COLUMNS)


def test_what_a_row_holds_is_given_in_the_stem_or_computed() -> None:
    assert unexplained_columns(NAME, COLUMNS) == {}


test_no_key_is_taken_on_trust = trust_test(NAME, CHOICES, NUMBERS | SIMULATED, COLUMNS)


@pytest.mark.parametrize(("question", "row"), cases(NAME, FORMULAS))
def test_the_formula_for_own_figures_gives_each_row_of_the_bank(
    question: NumberQuestion, row: dict[str, Any]
) -> None:
    given = {name: row[name] for name in signature(FORMULAS[question.id]).parameters}
    computed = {name: rounded(one) for name, one in FORMULAS[question.id](**given).items()}
    assert {"source": row["source"], **given, **computed} == row


def test_each_question_for_own_figures_has_a_formula_and_says_whose_figures_they_are() -> None:
    assert ids_where(NAME, lambda one: TAG in one.tags) == set(FORMULAS)
    for question in bank(NAME).questions:
        assert question.stem.startswith("${source}: ") == (TAG in question.tags)
