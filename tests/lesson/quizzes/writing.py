"""The keys of "When the answer is long", computed by taking the seats of an engine step by step."""

import re
from collections.abc import Sequence
from typing import Any

from lessons_lib.classroom.quiz.question import ChoiceQuestion, Row
from lessons_lib.pipeline.timing.cost import CostModel
from tests.lesson.quizzes import answer_key as key


def seats_by_step(
    needed: Sequence[int], arrived: Sequence[int], n_seats: int, *, is_static: bool = False
) -> list[set[int]]:
    """Return which texts are written in each step: `needed` steps each, in order of arrival."""
    left, steps, writing = list(needed), list[set[int]](), set[int]()
    while any(left):
        writing = {one for one in writing if left[one]}
        if not (is_static and writing):
            here = [one for one in range(len(left)) if left[one] and arrived[one] <= len(steps)]
            waiting = [one for one in here if one not in writing]
            writing |= set(waiting[: n_seats - len(writing)])
        for one in writing:
            left[one] -= 1
        steps.append(set(writing))
    return steps


def who_boards_next(question: ChoiceQuestion, row: Row) -> key.Claims:
    ada, ben = (int(one) for one in re.findall(r"needs\s+(\d+)", question.stem))
    cleo, dan = (int(one) for one in re.findall(r"during\s+step\s+(\d+)", question.stem))
    steps = seats_by_step([ada, ben, 9, 9], [0, 0, cleo, dan], 2)
    boards = next(number for number, one in enumerate(steps) if 2 in one)
    return {f"After step {one},": one == boards for one in (cleo, ben, dan, ada)}


def equally_long_answers(question: ChoiceQuestion, row: Row) -> key.Claims:
    lengths, now = [39] * 160, [0] * 160  # the first token comes from reading the prompt
    static = seats_by_step(lengths, now, 16, is_static=True)
    gain = len(static) / len(seats_by_step(lengths, now, 16))
    return {
        "23 times": gain == 23,
        "About twice": 1.5 < gain < 2.5,
        "Hardly": gain == 1,
        "16 times": gain == 16,
    }


def more_seats_at_the_same_load(question: ChoiceQuestion, row: Row) -> key.Claims:
    step = CostModel(0.0016, 0.00015)
    gain = step.texts_per_s(16) / step.texts_per_s(4)
    return {
        "more than twice": gain > 2,
        "wait longer": step.service_s(16) > step.service_s(4),
        "writes four times": gain >= 4,
        "KV cache": True,  # one for each text in a seat
        "only one text": False,  # empty seats take no time
    }


def time_of_a_whole_answer(row: dict[str, Any]) -> float:
    tokens = [row["ttft_ms"], *[row["tpot_ms"]] * (row["n_tokens"] - 1)]
    return float(sum(tokens))


def seats_of_a_static_batch(row: dict[str, Any]) -> float:
    steps = seats_by_step(key.integers(row["steps"]), [0] * 4, 4, is_static=True)
    return 100 * sum(map(len, steps)) / (4 * len(steps))


def texts_in_a_cache(row: dict[str, Any]) -> float:
    keys_and_values = 2 * row["n_layers"] * row["n_features"] * row["n_tokens"]
    return float(row["memory_mb"] * 1e6 // (keys_and_values * row["n_bytes"]))


COLUMNS: dict[str, key.Columns] = {
    "time-of-a-whole-answer": lambda row: {
        "n_steps": row["n_tokens"] - 1,
        "writing_ms": row["n_steps"] * row["tpot_ms"],
        "one_more_ms": row["total_ms"] + row["tpot_ms"],
    },
    "seats-of-a-static-batch": lambda row: {
        "needed": sum(key.integers(row["steps"])),
        "mean_steps": row["needed"] / 4,
        "longest": max(key.integers(row["steps"])),
        "all_steps": 4 * row["longest"],
        "idle": 100 - row["percent"],
    },
    "texts-in-a-cache": lambda row: {
        "token_bytes": 2 * row["n_layers"] * row["n_features"] * row["n_bytes"],
        "seat_mb": row["n_tokens"] * row["token_bytes"] / 1e6,
        "half_a_cache": 2 * row["n_seats"],
    },
}
