"""The keys of the questions that choose a mode for a task, or weigh the modes, computed."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lessons_lib.classroom.quiz.question import ChoiceQuestion, Row
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate
from tests.lesson.quizzes import answer_key as key
from tests.lesson.quizzes.policies import ALONE, meets_p99, no_timeout

DAY_H = 24


def cheapest(plans: Mapping[str, tuple[bool, float]]) -> key.Claims:
    """Return which plan has the lowest price of those that meet the requirements."""
    least = min(price for meets, price in plans.values() if meets)
    return {plan: meets and price == least for plan, (meets, price) in plans.items()}


def longest_s(rate_per_s: float, n: int, cost: CostModel, policy: BatchingPolicy) -> float:
    return float(simulate(poisson(rate_per_s, n), cost, policy).latency_ms.max()) / 1000


def posts() -> key.Claims:
    cost = CostModel(0.029, 0.001)
    return {"once per minute": 60 < 1} | {
        say: longest_s(5 / 60, 1_600, cost, policy) < 1
        for say, policy in {
            "no timeout": no_timeout(16),
            "timeout of 2 s": BatchingPolicy(16, 2.0),
            "one text per pass": ALONE,
        }.items()
    }


def chat() -> key.Claims:
    cost, micro = CostModel(0.005, 0.0002), BatchingPolicy(64, 0.020)

    def meets(policy: BatchingPolicy, machines: int) -> bool:
        return all(longest_s(rate / machines, 30 * rate, cost, policy) < 1 for rate in (20, 2_000))

    return cheapest(
        {
            "inference on one machine": (meets(ALONE, 1), 1),
            "up to 64": (meets(micro, 1), 1),
            "ten seconds": (10 < 1, 1),
            "on twelve machines": (12 * cost.texts_per_s(1) > 2_000, 12),
        }
    )


def two_prompts() -> key.Claims:
    def plan(*runs: tuple[int, bool]) -> tuple[bool, float]:
        hours = sum(DAY_H if in_batch else n / 500 / 60 for n, in_batch in runs)
        return hours <= 33, sum(n / 2 if in_batch else n for n, in_batch in runs)

    first, second = 100_000, 5_000
    return cheapest(
        {
            "Both prompts with the batch": plan((first, True), (second, True)),
            "Both prompts with normal": plan((first, False), (second, False)),
            "The first with the batch": plan((first, True), (second, False)),
            "The first with normal": plan((first, False), (second, True)),
        }
    )


def night_and_noon() -> key.Claims:
    cost = CostModel(0.008, 0.001)
    settings = {"One text per pass": ALONE} | {
        f"At most {most} texts, a timeout of {ms} ms": BatchingPolicy(most, ms / 1000)
        for most, ms in ((16, 5), (16, 50), (4, 5), (16, 20))
    }
    return {
        say: all(meets_p99(rate, 55, cost, policy) for rate in (2, 500))
        for say, policy in settings.items()
    }


def trickle() -> key.Claims:
    cpu, gpu = CostModel(0.04, 0.04), CostModel(0.0148, 0.0002)
    waiting = BatchingPolicy(32, 0.5)
    return cheapest(
        {
            "GPU machine with one": (meets_p99(3, 300, gpu, ALONE), 0.9),
            "GPU machine with batches": (meets_p99(3, 300, gpu, waiting), 0.9),
            "CPU machine with one": (meets_p99(3, 300, cpu, ALONE), 0.1),
            "CPU machine with batches": (meets_p99(3, 300, cpu, waiting), 0.1),
        }
    )


def stall() -> key.Claims:
    free_s, in_production = 2.0, []  # it stalls until then
    for arrival_s in np.arange(12 * 50) / 50:
        free_s = max(free_s, arrival_s) + 0.01
        in_production.append(1000 * (free_s - arrival_s))
    tested, real = np.percentile([10.0] * 999 + [2000.0], 99), np.percentile(in_production, 99)
    assert tested == 10
    assert 1800 < real < 2000
    return {"Both are about 10": False, "Both are about 2 s": False, "about 2 s in the test": False,
            "about 10 ms in the test": True}  # fmt: skip


def rush_hour() -> key.Claims:
    waiting = (30 - 20) * 3600
    return {
        "when the hour ends": waiting == 0,
        "up to half an hour": waiting / 20 == 1800,
        "Fewer are refused": False,  # nobody is
        "never becomes empty": 5 >= 20,
    }


def saved_by_a_timeout() -> key.Claims:
    saved = 12 * (math.ceil(190 / 50) - math.ceil(190 / 250))
    cost, policy = CostModel(0.02, 0.0), BatchingPolicy(5, 0.030)
    quiet = simulate(poisson(1, 1_000), cost, policy).queue_ms
    quiet_pays = float(np.mean(quiet >= 29.9)) > 0.9
    return {
        f"${dollars} a day, and {who}": dollars == saved and quiet_pays == (who == "nearly")
        for dollars in (36, 48)
        for who in ("requests", "nearly")
    }


def how_often_should_the_job_run(question: ChoiceQuestion, row: Row) -> set[str]:
    runs = {letter: key.integers(one.text)[0] for letter, one in question.options.items()}
    price = {n: 0.5 * n + 1000 * 0.001 * DAY_H / n / 2 for n in runs.values()}
    return key.letters_where(runs, lambda n: price[n] == min(price.values()))


def size_of_a_pile() -> key.Claims:
    cost = CostModel(0.004, 0.0001)
    done = {size: simulate([0.0] * 300, cost, BatchingPolicy(size, 0)).finished_s.max()
            for size in (100, 300, 1_000)}  # fmt: skip
    assert math.isclose(done[300], 0.034)
    return {
        "With 1,000, ": done[1_000] < done[300],
        "With 300, ": done[300] < done[1_000],
        "With 300 or": done[300] == done[1_000] < done[100],
        "With 100": done[100] < done[300],
    }


CLAIMS: dict[str, Callable[[], key.Claims]] = {
    "posts-before-they-appear": posts,
    "letters-in-the-morning-report": lambda: cheapest(  # all in time; minutes of a machine
        {"batch job": (True, 4), "real-time server": (True, 1440), "micro-batching": (True, 1440),
         "Real-time calls": (True, 40)}
    ),
    "vectors-for-a-search": lambda: {  # an earlier job can't know a query
        "queries in a nightly one": False, ", queries in real time": 20 + 50 <= 200,
        ", for each search": 2e6 * 20 + 20 + 50 <= 200, "in a job once": False,
    },
    "inbox-within-fifteen-minutes": lambda: cheapest(  # the longest wait; minutes of a machine
        {"real-time server": (True, 24 * 60), "for each email": (1 <= 15, 3_000 * 1),
         "every ten minutes": (10 + 1 <= 15, 144), "every hour": (60 + 1 <= 15, 24)}
    ),
    "next-word-while-typing": lambda: {
        "after each key": 40 <= 100, "nightly": False, "every second": 1000 <= 100,
        "timeout of 100 ms": longest_s(0.1, 10, CostModel(0.04, 0), BatchingPolicy(8, 0.1)) <= 0.1,
    },
    "dashboard-on-the-hour": lambda: cheapest(  # minutes behind; seconds of a machine per hour
        {"real-time server": (True, 3600), "every minute": (True, 60 * 60),
         "every night": (DAY_H * 60 <= 75, 60), "every hour": (60 + 2 <= 75, 60 + 36)}
    ),
    "replies-to-frequent-messages": lambda: {  # the share within 50 ms, and within a second
        "each reply in real time": 0 >= 0.6, "yesterday's": 0.7 >= 0.6 and 0.7 >= 1,
        "to the 500": 0.7 >= 0.6 and 5 + 300 <= 1000, "micro-batches": 0 >= 0.6,
    },
    "labels-after-a-new-model": lambda: {
        "second machine": DAY_H * 3600 >= 6e6 / 500, "as it answers": DAY_H * 3600 >= 6e6 / 30,
        "of that day": False, "opens one": False,  # not all of them
    },
    "chat-after-a-goal": chat,
    "invoices-before-the-cutoff": lambda: cheapest(  # all, by minute 630; minutes of a machine
        {"at 17:30": (570 >= 600, 5 + 10), "real-time server": (True, 630),
         "at 18:05": (605 + 5 + 10 <= 630, 5 + 10), "each hour": (True, 10 * 5 + 10)}
    ),
    "home-page-after-a-click": lambda: {  # how long the page takes, and how old it may be
        "every night": DAY_H * 3600 <= 60, "every hour": 3600 <= 60,
        "page is opened": 400 <= 100, "in the background": 0.4 <= 60,
    },
    "incident-reports-in-half-an-hour": lambda: cheapest(  # the longest wait; hours a day
        {"always on": (True, 24), "every 20": (20 + 5 <= 30, 72 * 5 / 60),
         "for each report": (5 <= 30, 240 * 5 / 60), "every 30": (30 + 5 <= 30, 48 * 5 / 60)}
    ),
    "warning-now-statistics-later": lambda: {  # the warning, and the labels by 6:00
        "The large model warns": 900 <= 100,
        "small model warns in real time, and its": 8 <= 100 and 0.74 >= 0.8,
        "day in batches": 8 <= 100 and 0.83 >= 0.8 and 2e5 / 12 <= 6 * 3600,
        "day one by one": 8 <= 100 and 0.83 >= 0.8 and 2e5 * 0.9 <= 6 * 3600,
    },
    "labels-of-a-million-products": lambda: cheapest(  # always the right label; texts computed
        {"all products": (DAY_H * 3600 >= 2e6 * 0.05, 2e6), "viewed yesterday": (False, 5e4),
         "at each view": (50 <= 200, 4e5), "first view": (1 + 50 <= 200, 5e4 + 2e4)}
    ),
    "two-questions-for-each-document": two_prompts,
    "settings-for-night-and-noon": night_and_noon,
    "gpu-for-a-trickle": trickle,
    "stall-in-a-closed-loop": stall,
    "relabel-everything-every-night": lambda: {
        "497,000": 500_000 - 3_000 == 497_000, "500,000 passes": False, "accurately": False,
        "keeps sellers": False,
    },
    "eight-in-twenty-milliseconds": lambda: {
        f"{word} times as many texts per second, and a pass takes {part}":
        times == (8 / 20) / (1 / 10) and ratio == 20 / 10
        for word, times in (("eight", 8), ("four", 4))
        for part, ratio in (("twice", 2), ("half", 0.5))
    },
    "six-times-as-often": lambda: {
        f"become {minutes}, and a day becomes about {word}":
        minutes == 6 * 10 + 20 and hours == DAY_H / 6
        for minutes in (80, 180) for word, hours in (("four", 4), ("two", 2))
    },
    "cache-with-few-hits": lambda: {
        say: math.isclose(ms, 0.05 * 2 + 0.95 * (2 + 20))
        for say, ms in {"to 2 ms": 2, "to 19 ms": 19, "stays": 20, "to 21 ms": 21}.items()
    },
    "size-larger-than-the-pile": size_of_a_pile,
    "how-many-replies-to-store": lambda: cheapest(
        {f"{say}, because": (True, 0.1 * stored + 0.2 * left) for say, stored, left in (
            ("None", 0, 10_000), ("500", 500, 3_000), ("2,000", 2_000, 2_000),
            ("20,000", 20_000, 1_000))}
    ),
    "queue-for-the-rush-hour": rush_hour,
    "machines-saved-by-a-timeout": saved_by_a_timeout,
    "stored-answers-of-the-old-model": lambda: {  # all are kept for a day, and no longer
        f"{now} after noon, and {later}": part == 0.6 and left == 0
        for now, part in (("60 %", 0.6), ("40 %", 0.4))
        for later, left in (("none", 0), ("about", 0.6))
    },
}  # fmt: skip


def texts_at_which_a_server_pays(row: dict[str, Any]) -> float:
    return float(1000 * row["server"] / row["price"])


COLUMNS: dict[str, key.Columns] = {
    "texts-at-which-a-server-pays": lambda row: {
        "thousands": row["server"] / row["price"],
        "upside_down": round(row["price"] / row["server"], 3),
    }
}
