"""The keys of "Micro-batching" and "Latency and throughput", computed by running."""

import asyncio
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lessons_lib.classroom.quiz.question import ChoiceQuestion, Row
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.timing import KNEE_SHARE, arrivals
from lessons_lib.pipeline.timing.arrivals import all_at_once, poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.compare import find_knee
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.latency import percentiles
from lessons_lib.pipeline.timing.simulate import SimulatedRun, simulate, simulate_closed_loop
from tests.lesson.quizzes import answer_key as key
from tests.lesson.quizzes.policies import ALONE, meets_p99, no_timeout
from tests.pipeline.inference.microbatch_bench import NumbersPipeline, run

TEXTS = [str(number) for number in range(12)]  # as `NumbersPipeline` reads them


def first_sent(arrivals_ms: Sequence[float], until_ms: float) -> tuple[int, float] | None:
    """Return the size and moment of a real predictor's first batch, or None if there is none.

    It takes at most 8 texts and waits 5 ms, in virtual time.
    """

    numbers = NumbersPipeline()

    async def watch() -> tuple[int, float] | None:
        async def arrive(text: str, arrival_ms: float) -> None:
            await asyncio.sleep(arrival_ms / 1000)
            await micro.predict(text)

        async with MicroBatchPredictor(
            numbers, max_batch_size=8, batch_wait_timeout_s=0.005
        ) as micro:
            tasks = [asyncio.create_task(one) for one in map(arrive, TEXTS, arrivals_ms)]
            await asyncio.sleep(until_ms / 1000)
            started_ms = [1000 * start for start in numbers.started_s]
            await asyncio.gather(*tasks)
        return (len(numbers.batches[0]), round(started_ms[0], 6)) if started_ms else None

    return run(watch())


def when_a_batch_starts(question: ChoiceQuestion, row: Row) -> key.Claims:
    full, alone, more = first_sent([0] * 8, 6), first_sent([0], 12), first_sent([0, 4], 12)
    return {
        "never with fewer": alone is None,
        "even if 8": full == (8, 5),
        "the oldest": (full, alone, more) == ((8, 0), (1, 5), (2, 5)),
        "the newest": more == (2, 9),
    }


def answer_to_one_of_eight(question: ChoiceQuestion, row: Row) -> key.Claims:
    async def ask_eight() -> tuple[Prediction, tuple[int, ...]]:
        async with MicroBatchPredictor(NumbersPipeline(), max_batch_size=8) as micro:
            answers = await asyncio.gather(*map(micro.predict, TEXTS[:8]))
            return answers[3], micro.batch_sizes

    assert "micro.predict" in key.code_block(question.stem)
    answer, sizes = run(ask_eight())
    assert sizes == (8,)
    own = isinstance(answer, Prediction) and answer.probabilities == (float(TEXTS[3]), 0, 0)
    return {
        "A list": isinstance(answer, list),
        "for this text": own,
        "for all eight": not own,
        "The position": isinstance(answer, int),
    }


def with_a_timeout_of_zero(question: ChoiceQuestion, row: Row) -> key.Claims:
    policy, cost = BatchingPolicy(8, 0.0), CostModel(0.010, 0.0)
    alone = simulate([0.0, 1.0, 2.0], cost, policy)
    behind = simulate([0.0, 0.002, 0.004, 0.006], cost, policy)
    crowd = simulate([0.0] + [0.001] * 50, cost, policy)
    return {
        "more than one": behind.batch_sizes.max() == 1,
        "the moment it arrives": not behind.queue_ms.any(),
        "A lone text": not alone.queue_ms.any(),
        "share the next": behind.batch_sizes.tolist() == [1, 3],
        "more than 8": crowd.batch_sizes.max() > 8,
    }


def sizes_of_three_batches(question: ChoiceQuestion, row: Row) -> set[str]:
    most, timeout_ms, pass_ms, _, *arrivals = key.integers(question.stem)
    played = play(arrivals, most, timeout_ms, CostModel(pass_ms / 1000, 0.0))
    starts_ms = 1000 * np.unique(played.started_s)
    right = ", ".join(map(str, played.batch_sizes))
    assert starts_ms.tolist() == pytest.approx([5, 17, 27])
    return key.letters_saying(question, right)


def below_saturation_for_an_hour(question: ChoiceQuestion, row: Row) -> key.Claims:
    policy, cost = BatchingPolicy(4, 0.001), CostModel(0.006, 0.001)
    assert cost.texts_per_s(4) == pytest.approx(400)
    played = simulate(poisson(350, 350 * 3600), cost, policy)
    moments = np.arange(60.0, 3600.0, 0.5)  # a minute after the start, and on
    waiting = np.searchsorted(played.arrivals_s, moments) - np.searchsorted(
        played.started_s, moments
    )
    early, late = waiting[: len(waiting) // 2].mean(), waiting[len(waiting) // 2 :].mean()
    return {
        "grows by 50": late > 50,
        "comes and goes": late < 2 * early and waiting.max() > 8,
        "stays empty": waiting.max() == 0,
        "stays at 350": waiting.min() > 0,
    }


def what_ends_a_growing_queue(question: ChoiceQuestion, row: Row) -> key.Claims:
    def grows(*, size: int = 8, timeout_s: float = 0.005, fixed_s: float = 0.008) -> bool:
        arrivals = poisson(600, 60_000)
        played = simulate(arrivals, CostModel(fixed_s, 0.001), BatchingPolicy(size, timeout_s))
        middle = len(arrivals) // 2
        then, now = (
            played.queue_ms[at : at + 1000].mean() for at in (middle, len(arrivals) - 1000)
        )
        return bool(now > 1.5 * then)

    assert grows()
    return {
        "size of 16": not grows(size=16),
        "twice as long": not grows(timeout_s=0.010),
        "size of 4": not grows(size=4),
        "cost of 4 ms": not grows(fixed_s=0.004),
        "of 0 ms": not grows(timeout_s=0.0),
    }


def play(
    arrivals_ms: Sequence[float], most: int, timeout_ms: float, cost: CostModel
) -> SimulatedRun:
    arrivals_s = [one / 1000 for one in arrivals_ms]
    return simulate(arrivals_s, cost, BatchingPolicy(most, timeout_ms / 1000))


def played_row(row: dict[str, Any]) -> SimulatedRun:
    """Play what a row says of arrivals and settings."""
    cost = CostModel(row.get("pass_ms", 1) / 1000, 0.0)
    return play(key.integers(row["arrivals"]), row["max_batch_size"], row["timeout_ms"], cost)


def ray_row(row: dict[str, Any]) -> SimulatedRun:
    """Play a row by Ray's rule, on a clock of milliseconds."""
    policy = BatchingPolicy(row["max_batch_size"], row["timeout_ms"], closes_while_busy=True)
    return simulate(key.integers(row["arrivals"]), CostModel(row["pass_ms"], 0.0), policy)


def text_cost(row: dict[str, Any]) -> CostModel:
    return CostModel(row["fixed_ms"] / 1000, row["text_ms"] / 1000)


def most_texts_per_second(row: dict[str, Any]) -> float:
    size = row["max_batch_size"]
    return simulate(
        all_at_once(100 * size), text_cost(row), BatchingPolicy(size, 0.005)
    ).texts_per_s


def smallest_size_that_keeps_up(row: dict[str, Any]) -> int:
    sizes = range(1, 1000)
    return next(one for one in sizes if text_cost(row).texts_per_s(one) > row["rate_per_s"])


def requests_inside_on_average(row: dict[str, Any]) -> float:
    """Look at many moments of a day on which each request stays for just the mean."""
    arrivals = np.arange(0, 100, 1 / row["rate_per_s"])
    moments = np.random.default_rng(0).uniform(10, 90, 10_000)
    inside = np.searchsorted(arrivals, moments) - np.searchsorted(
        arrivals + row["latency_s"], moments
    )
    return float(inside.mean())


def mean_beside_percentiles(question: ChoiceQuestion, row: Row) -> set[str]:
    calls = [10.0] * 98 + [1010.0] * 2
    p50, _, p99 = percentiles(calls)
    mean = float(np.mean(calls))
    return key.letters_saying(
        question, f"mean {mean:,.0f} ms, p50 {p50:,.0f} ms, p99 {p99:,.0f} ms"
    )


def what_a_mean_leaves_open(question: ChoiceQuestion, row: Row) -> key.Claims:
    """A claim can be true if calls as it has them leave room, at 0 ms or more, for the rest."""

    def can_be(*, count: int, least_ms: float) -> bool:
        rest, left_ms = 1000 - count, 20 * 1000 - count * least_ms
        return left_ms >= 0 if rest else left_ms == 0

    return {
        "Half of the calls": can_be(count=500, least_ms=1),
        "a second each": can_be(count=10, least_ms=1000),
        "Each call took": can_be(count=1000, least_ms=25),
        "900 of the calls": can_be(count=900, least_ms=25),
    }


def p99_of_two_hours(question: ChoiceQuestion, row: Row) -> key.Claims:
    def hour(p99: float, rest: float, slowest: float) -> NDArray[np.float64]:
        calls = np.array([rest] * 989 + [p99] * 2 + [slowest] * 9)
        assert np.percentile(calls, 99) == p99
        return calls

    joined = {
        float(np.percentile([*first, *second], 99))
        for first in (hour(20, 1, 21), hour(20, 20, 1000))
        for second in (hour(40, 1, 41), hour(40, 40, 41))
    }
    return {
        "30 ms, the": joined == {30},
        "40 ms, the": joined == {40},
        "60 ms, the": joined == {60},
        "somewhere from": len(joined) > 1 and all(20 <= one <= 40 for one in joined),
    }


def knee_in_a_table(question: ChoiceQuestion, row: Row) -> set[str]:
    rows = key.table_of_stem(question)
    table = [(int(size), float(ms), float(rate.replace(",", ""))) for size, ms, rate in rows]
    rates = {size: 1000 * size / ms for size, ms, _ in table}
    assert list(rates.values()) == pytest.approx([rate for _, _, rate in table], rel=1e-4)
    cost = CostModel(0.0032, 0.0001)
    for size, ms, _ in table:
        assert 1000 * cost.service_s(size) == pytest.approx(ms)
    knee = find_knee(cost)
    assert rates[int(knee)] == pytest.approx(KNEE_SHARE * 10_000)
    return key.letters_saying(question, str(knee))


def beyond_the_knee(question: ChoiceQuestion, row: Row) -> key.Claims:
    before, after = (
        simulate(all_at_once(50 * size), CostModel(seconds, 0.0), BatchingPolicy(size, 0.0))
        for size, seconds in ((64, 0.0128), (128, 0.0246))
    )
    rate = after.texts_per_s / before.texts_per_s
    batches = rate * 64 / 128
    stay = after.service_ms[0] / before.service_ms[0]
    return {
        "twice as many texts are": rate > 1.8,
        "4 % more": round(rate, 2) == 1.04,
        "half as many batches": 0.45 < batches < 0.55,
        "as long in its batch as": stay < 1.1,
        "nearly twice as long": 1.8 < stay < 2,
    }


def scenario_of_random_requests(question: ChoiceQuestion, row: Row) -> set[str]:
    """Find the scenario that the library's documentation names for Poisson arrivals."""
    described = (arrivals.__doc__ or "").split("`poisson`")[0]
    named = {"SingleStream", "Server", "Offline"}
    (name,) = [one for one in named if described.rstrip("( ").endswith(one)]
    return key.letters_saying(question, f"MLPerf's {name} scenario")


def page_of_100_calls(question: ChoiceQuestion, row: Row) -> set[str]:
    slow = np.random.default_rng(0).random((20_000, 100)) < 0.003  # (pages, calls)
    share = float(slow.any(axis=1).mean())
    claims = {
        "0.3 %": share < 0.02,
        "About 74 %": 0.72 < share < 0.76,
        "About 26 %": 0.24 < share < 0.28,
        "30 %": share > 0.29,
    }
    return key.letters_where(question.options, lambda one: claims[one.text])


def knee_when_the_fixed_cost_doubles(question: ChoiceQuestion, row: Row) -> set[str]:
    before, after = CostModel(0.001, 0.0001), CostModel(0.002, 0.0001)
    limit = (
        "stays"
        if before.texts_per_s(10**9) == pytest.approx(after.texts_per_s(10**9))
        else "halves"
    )
    assert (find_knee(before), find_knee(after)) == (40, 80)
    return key.letters_saying(question, f"The limit {limit}, and the knee moves to twice the size")


def cheapest_setup_for_an_slo(question: ChoiceQuestion, row: Row) -> key.Claims:
    cost = CostModel(0.008, 0.001)
    setups = {  # how many machines, and whether each meets the objective at its share of the load
        "One machine, at most 16": (1, meets_p99(500, 100, cost, BatchingPolicy(16, 0.005))),
        "One machine, one text": (1, meets_p99(500, 100, cost, ALONE)),
        "Ten machines, one text": (10, meets_p99(50, 100, cost, ALONE)),
        "One machine, batches of exactly 64": (1, meets_p99(500, 100, cost, no_timeout(64))),
    }
    assert sum(meets for _, meets in setups.values()) == 2
    least = min(machines for machines, meets in setups.values() if meets)
    return {name: meets and number == least for name, (number, meets) in setups.items()}


def lone_request_on_two_replicas(question: ChoiceQuestion, row: Row) -> set[str]:
    alone = simulate([0.0], CostModel(0.040, 0.0), ALONE)  # the load balancer picks one replica
    return key.letters_where(
        question.options, lambda one: one.text.startswith(f"About {alone.latency_ms[0]:.0f} ms")
    )


def what_a_second_replica_buys(question: ChoiceQuestion, row: Row) -> key.Claims:
    cost = CostModel(1 / 400, 0.0)
    one, two = (simulate(poisson(rate, 20_000), cost, ALONE) for rate in (300, 150))
    claims = {
        "about 800": 2 * cost.texts_per_s(1) == pytest.approx(800),
        "half as much": 2 / 300 < 1 / 300,  # machines per request
        "If one replica fails": cost.texts_per_s(1) > 300,
        "At 500 per second": cost.texts_per_s(1) > 500,
        "less time in the queue": bool(two.queue_ms.mean() < one.queue_ms.mean()),
    }
    assert (round(one.utilization, 2), round(two.utilization, 2)) == pytest.approx(
        (0.75, 0.38), abs=0.02
    )
    return claims


def timeout_in_a_triton_config(question: ChoiceQuestion, row: Row) -> set[str]:
    found = re.search(r"max_queue_delay_microseconds: (\d+)", question.stem)
    assert found is not None
    run = simulate([0.0], CostModel(0.001, 0.0), BatchingPolicy(8, int(found[1]) / 1e6))
    return key.letters_saying(question, f"For up to {run.queue_ms[0]:.0f} ms")


def arrivals_above_saturation(question: ChoiceQuestion, row: Row) -> key.Claims:
    run = simulate(np.arange(600 * 600) / 600, CostModel(1 / 500, 0.0), ALONE)
    by_minute = run.latency_ms.reshape(10, -1).mean(axis=1)
    assert run.queue_ms[600 * 60] == pytest.approx(12_000, rel=0.01)
    assert run.queue_ms[-1] == pytest.approx(120_000, rel=0.01)
    return {
        "keeps growing": bool((np.diff(by_minute) > 0.9 * by_minute[0]).all()),
        "rises by 20 %": by_minute[-1] < 2 * by_minute[0],
        "only for the 100": float(np.median(run.latency_ms)) < 10,
        "falls again": by_minute[-1] < by_minute[5],
    }


def answered_in_time(limit: int, *, patience_s: float = 2.0, seconds: int = 600) -> int:
    """Count the answers that come in time if at most `limit` requests may wait."""
    free_at, in_time = 0.0, 0
    for arrival in np.arange(600 * seconds) / 600:
        wait = max(0.0, free_at - arrival)
        if wait * 500 < limit:  # the requests that wait in front
            free_at = max(free_at, arrival) + 1 / 500
            in_time += free_at - arrival <= patience_s
    return in_time


def refuse_or_let_them_wait(question: ChoiceQuestion, row: Row) -> key.Claims:
    limits = {"No limit": 10**9, "of 5,000": 5_000, "of 250": 250, "of 1,500": 1_500}
    served = {name: answered_in_time(limit) for name, limit in limits.items()}
    best = max(served.values())
    assert best > 299_000
    assert sorted(served.values())[-2] < 10_000
    return {name: one == best for name, one in served.items()}


def retries_in_an_overload(question: ChoiceQuestion, row: Row) -> key.Claims:
    waiting, seen = 0, []
    for _ in range(61):
        seen.append(600 + waiting)
        waiting = max(0, seen[-1] - 500)
    assert (seen[1], waiting) == (700, 6_100)
    return {
        "600 requests": seen[-1] == 600,
        "700 requests": seen[-1] == 700,
        "500 requests": seen[-1] == 500,
        "More than 6,000": seen[-1] > 6_000 and seen[-1] > seen[-2],
    }


def wait_close_to_saturation(question: ChoiceQuestion, row: Row) -> key.Claims:
    def formula_ms(share: float) -> float:
        return 10 * share / (2 * (1 - share))

    for share, tolerance in ((0.5, 0.05), (0.9, 0.1)):
        runs = [
            simulate(poisson(100 * share, 50_000, seed=s), CostModel(0.01, 0.0), ALONE)
            for s in range(4)
        ]
        found = np.mean([run.queue_ms.mean() for run in runs])
        assert found == pytest.approx(formula_ms(share), rel=tolerance)
    high, highest = formula_ms(0.9), formula_ms(0.99)
    return {
        "9 ms and 10 ms": highest < 12,
        "45 ms and 500 ms": round(high) == 45 and abs(highest - 500) < 10,
        "9 ms and 90 ms": highest < 100 and high < 10,
        "0 ms, as long": highest == 0,
    }


def shorter_timeout_at_noon(question: ChoiceQuestion, row: Row) -> key.Claims:
    def noon(timeout_s: float) -> SimulatedRun:
        policy = BatchingPolicy(8, timeout_s)
        return simulate(poisson(950, 20_000), CostModel(0.008, 0.0), policy)

    before, after = noon(0.05), noon(0.002)
    night = simulate([0.0], CostModel(0.008, 0.0), BatchingPolicy(8, 0.05))
    assert night.queue_ms[0] == pytest.approx(50)
    return {
        "Batches shrink": bool(after.batch_sizes.mean() < 3),
        "Almost nothing": after.p50_ms == pytest.approx(before.p50_ms, rel=0.1),
        "48 ms faster": before.p50_ms - after.p50_ms > 40,
        "are refused": len(after.arrivals_s) < 20_000,
    }


def as_in_ray(
    arrivals_s: Sequence[float] | NDArray[np.float64], most: int, timeout_s: float
) -> SimulatedRun:
    """Simulate passes of 8 ms by Ray's rule; tests/annexes/cluster compares it with Ray itself."""
    policy = BatchingPolicy(most, timeout_s, closes_while_busy=True)
    return simulate(arrivals_s, CostModel(0.008, 0.0), policy)


def overdue_while_ray_is_busy(question: ChoiceQuestion, row: Row) -> key.Claims:
    # A full batch runs from 0 to 8 ms, and 3 texts are overdue at 6 ms. Another arrives at 7 ms.
    played = as_in_ray([0.0] * 8 + [0.001] * 3 + [0.007], 8, 0.005)
    sizes = played.batch_sizes.tolist()
    ours = simulate(played.arrivals_s, CostModel(0.008, 0.0), BatchingPolicy(8, 0.005))
    assert ours.batch_sizes.tolist() == [8, 4]
    return {
        "keeps the batch open": sizes == [8, 4],
        "closes the batch": sizes == [8, 3, 1] and played.started_s[8] == pytest.approx(0.008),
        "starts the batch": played.started_s[8] < 0.0079,
        "refuses": played.refused > 0,
    }


def shorter_timeout_in_ray_serve(question: ChoiceQuestion, row: Row) -> key.Claims:
    before, after = (as_in_ray(poisson(700, 20_000), 8, wait_s) for wait_s in (0.05, 0.002))
    enough = as_in_ray(poisson(700, 20_000), 8, 0.016)
    assert before.p99_ms < 30 and enough.p99_ms < 30
    assert after.batch_sizes.mean() == pytest.approx(2.4, abs=0.05)
    half = len(after.queue_ms) // 2
    grows = after.queue_ms[half:].mean() > 2 * after.queue_ms[:half].mean()
    return {
        "p99 falls": after.p99_ms < before.p99_ms,
        "Almost nothing": after.p99_ms == pytest.approx(before.p99_ms, rel=0.5),
        "keeps growing": bool(grows),
        "gets faster": after.service_ms.mean() < 0.99 * before.service_ms.mean(),
    }


def error_budget_after_an_outage(question: ChoiceQuestion, row: Row) -> key.Claims:
    left = 10_000_000 * (1000 - 999) // 1000 - 6_000
    return {
        "The objective is missed": left < 0,
        f"{left:,} more slow calls": left > 0,
        "hardly affected": False,  # the objective isn't about the mean
        "has been fixed": False,
    }


def price_of_an_idle_server(question: ChoiceQuestion, row: Row) -> set[str]:
    server = 30 * 24 * 10 / 100
    said = f"${server:.0f} and ${0.05 * server:.2f}, "
    return key.letters_where(question.options, lambda one: one.text.startswith(said))


def texts_sent_one_after_another(question: ChoiceQuestion, row: Row) -> set[str]:
    run = simulate_closed_loop(8, CostModel(0.010, 0.0), BatchingPolicy(8, 0.005))
    said = f"{1000 * run.finished_s[-1]:.0f} ms, "
    return key.letters_where(question.options, lambda one: one.text.startswith(said))


def cost_of(row: dict[str, Any], text: str = "per_text_ms") -> CostModel:
    return CostModel(row["fixed_ms"] / 1000, row[text] / 1000)


def own_knee(row: dict[str, Any]) -> int:
    cost = cost_of(row)
    limit = cost.texts_per_s(10**12)
    sizes = range(1, 100_000)
    return next(one for one in sizes if cost.texts_per_s(one) >= KNEE_SHARE * limit * (1 - 1e-9))


def own_half_saturation(row: dict[str, Any]) -> float:
    """Find by halving the rate at which full batches keep a worker busy half of the time."""
    low, high = 0.0, cost_of(row).texts_per_s(8)
    for _ in range(40):
        rate = (low + high) / 2
        full = np.repeat(np.arange(200) * 8 / rate, 8)
        if simulate(full, cost_of(row), BatchingPolicy(8, 1.0)).utilization < 0.5:
            low = rate
        else:
            high = rate
    return rate


def latency_behind_a_busy_worker(row: dict[str, Any]) -> float:
    assert row["queue_ms"] > row["timeout_ms"]
    return float(played_row(row).latency_ms[-1])


def texts_in_the_first_batch(row: dict[str, Any]) -> int:
    return int(played_row(row).batch_sizes[0])


def last_answer_in_ray_serve(row: dict[str, Any]) -> float:
    return float(ray_row(row).finished_s[-1])


def own_tail_ratio(row: dict[str, Any]) -> float:
    return float(row["p99_ms"] / row["p50_ms"])


COLUMNS: dict[str, key.Columns] = {
    "texts-in-the-first-batch": lambda row: {
        "n_all": len(key.integers(row["arrivals"])),
    },
    "latency-behind-a-busy-worker": lambda row: {
        "first_start_ms": 1000 * played_row(row).started_s[0],
        "first_end_ms": row["first_start_ms"] + row["pass_ms"],
        "last_ms": key.integers(row["arrivals"])[-1],
        "end_ms": row["first_end_ms"] + row["pass_ms"],
        "queue_ms": row["first_end_ms"] - row["last_ms"],
        "idle_ms": row["timeout_ms"] + row["pass_ms"],
    },
    "last-answer-in-ray-serve": lambda row: {
        "sizes": ", ".join(map(str, ray_row(row).batch_sizes[:-1]))
        + f", and {ray_row(row).batch_sizes[-1]}",
        "start_ms": ray_row(row).started_s[0],
        "n_passes": len(ray_row(row).batch_sizes),
        "work_ms": row["n_passes"] * row["pass_ms"],
        "open_end_ms": 1000 * played_row(row).finished_s[-1],
    },
    "most-texts-per-second": lambda row: {
        "batch_ms": row["fixed_ms"] + row["max_batch_size"] * row["text_ms"],
        "batches_per_s": 1000 / row["batch_ms"],
        "without_fixed": 1000 / row["text_ms"],
    },
    "smallest-size-that-keeps-up": lambda row: {
        "rate_per_ms": row["rate_per_s"] / 1000,
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
