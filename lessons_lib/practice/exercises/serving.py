"""Serving by numbers: percentiles of latency, and when a waiting batch starts."""

from __future__ import annotations

from random import Random

from lessons_lib.practice.exercise import Case, Exercise, Mistake


def _latencies(rng: Random) -> Case:
    count = rng.randint(3, 250)
    return {"latencies_ms": [round(rng.lognormvariate(1, 1), 2) for _ in range(count)]}


def _queue(rng: Random) -> Case:
    return {
        "waiting": rng.randint(0, 10),
        "oldest_waited_ms": rng.choice((0, 2, 4, 5, 6, 9)),
        "max_batch_size": rng.choice((4, 8)),
        "timeout_ms": 5,
    }


PERCENTILES = Exercise(
    id="p50-and-p99",
    title="Tell latency by p50 and p99",
    difficulty="hard",
    task="""Finish `p50_p99(latencies_ms)`. It returns the two percentiles as a pair.

The rule: sort the latencies. Of *n* of them, the 50th percentile stands at place *n* × 50 / 100,
rounded up, counted from one. For the 99th it is 99 in place of 50. (NumPy, which the notebooks
use, also goes between two places. On long lists the two rules hardly differ.)""",
    start="""def p50_p99(latencies_ms):
    mean = sum(latencies_ms) / len(latencies_ms)
    return mean, max(latencies_ms)


print(p50_p99(latencies_ms))
""",
    gives="p50_p99",
    asks="p50_p99(latencies_ms)",
    example={"latencies_ms": [3, 2, 90, 4, 2]},
    draw=_latencies,
    edges=(
        {"latencies_ms": [7]},
        {"latencies_ms": [float(one) for one in range(200, 0, -1)]},
        {"latencies_ms": [1.5, 9.5]},
    ),
    hints=(
        "`sorted(latencies_ms)` leaves the list as it is, and returns a sorted one.",
        "Python counts places from zero: take one off.",
        "`-(-n * 50 // 100)` rounds up in whole numbers. So does `math.ceil(n * 50 / 100)`.",
    ),
    solution="""def p50_p99(latencies_ms):
    ordered = sorted(latencies_ms)
    n = len(ordered)
    return ordered[-(-n * 50 // 100) - 1], ordered[-(-n * 99 // 100) - 1]
""",
    mistakes=(
        Mistake(
            "def p50_p99(latencies_ms):\n"
            "    return sum(latencies_ms) / len(latencies_ms), max(latencies_ms)",
            "One slow answer pulls the mean up, and the slowest is the p99 of short lists only. "
            "Sort, then count.",
        ),
        Mistake(
            "def p50_p99(latencies_ms):\n    n = len(latencies_ms)\n"
            "    return latencies_ms[-(-n * 50 // 100) - 1], latencies_ms[-(-n * 99 // 100) - 1]",
            "The places are right, but the latencies stand in the order they came. Sort first.",
        ),
        Mistake(
            "def p50_p99(latencies_ms):\n    ordered = sorted(latencies_ms)\n    n = len(ordered)\n"
            "    return ordered[n * 50 // 100], ordered[n * 99 // 100]",
            "Round up, then take one off: the rule counts from one, and Python from zero.",
        ),
        Mistake(
            "def p50_p99(latencies_ms):\n    ordered = sorted(latencies_ms)\n    n = len(ordered)\n"
            "    return ordered[-(-n * 50 // 100) - 1], ordered[-1]",
            "p50 is right. But from 100 latencies on, one in a hundred may be slower than the p99.",
        ),
    ),
)

START_THE_BATCH = Exercise(
    id="start-the-batch",
    title="Decide when a batch starts",
    difficulty="medium",
    task="""In micro-batching, requests wait a moment for company. The model is free. Finish
`starts(...)`: does a batch start now?

It starts when `max_batch_size` requests wait, or more. It also starts when the oldest has waited
for `timeout_ms`, or longer. With nobody waiting, it never starts. Return `True` or `False`.""",
    start="""def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):
    return waiting == max_batch_size


print(starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms))
""",
    gives="starts",
    asks="starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms)",
    example={"waiting": 3, "oldest_waited_ms": 6, "max_batch_size": 8, "timeout_ms": 5},
    draw=_queue,
    edges=(
        {"waiting": 8, "oldest_waited_ms": 0, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 9, "oldest_waited_ms": 1, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 1, "oldest_waited_ms": 5, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 7, "oldest_waited_ms": 4, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 0, "oldest_waited_ms": 9, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 0, "oldest_waited_ms": 0, "max_batch_size": 8, "timeout_ms": 0},
    ),
    hints=(
        "There are two reasons to start. One of them is enough: `or`.",
        "“Or more” and “or longer” are `>=`.",
        "Put the empty queue first: `if waiting == 0: return False`.",
    ),
    solution="""def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):
    if waiting == 0:
        return False
    return waiting >= max_batch_size or oldest_waited_ms >= timeout_ms
""",
    mistakes=(
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    return waiting == max_batch_size",
            "A full batch is one reason. The other is a request that has waited long enough.",
        ),
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    return waiting >= max_batch_size and oldest_waited_ms >= timeout_ms",
            "With `and`, a quiet hour would never end: nobody fills the batch. One reason does.",
        ),
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    return waiting >= max_batch_size or oldest_waited_ms >= timeout_ms",
            "Nearly. With nobody waiting there is nothing to start.",
        ),
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    if waiting == 0:\n        return False\n"
            "    return waiting > max_batch_size or oldest_waited_ms > timeout_ms",
            "Exactly full is full, and exactly at the timeout is time: use >=.",
        ),
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    return waiting and (waiting >= max_batch_size or oldest_waited_ms >= timeout_ms)",
            "With 0 in front, `and` gives 0, not False. Write `waiting > 0`, or put `bool(...)` "
            "around it all.",
        ),
    ),
)
