from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self

import pytest

from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.latency import LatencySummary
from lessons_lib.timing.ratios import (
    lonely_ms,
    own_figures,
    tail_ratio,
    texts_per_s,
    throughput_ratio,
)


class Hands:
    """A clock that work moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> Callable[[], None]:
        def job() -> None:
            self.now += seconds

        return job


def test_throughput_is_texts_by_seconds() -> None:
    hands = Hands()
    assert texts_per_s(hands.work(0.25), 100, clock=hands) == pytest.approx(400)


def test_the_ratio_says_how_much_more_batch_answers() -> None:
    hands = Hands()
    jobs = {"real-time": hands.work(0.8), "batch": hands.work(0.1)}
    assert throughput_ratio(jobs, clock=hands) == pytest.approx(8)


def test_the_tail_is_the_slow_hundredth_against_the_middle() -> None:
    hands = Hands()

    def call(text: str) -> None:
        hands.now += 0.006 if text == "slow" else 0.002

    texts = ["quick"] * 95 + ["slow"] * 5
    assert tail_ratio(call, texts, clock=hands) == pytest.approx(3)


def test_one_user_alone_waits_for_the_timeout(virtual_loop: asyncio.AbstractEventLoop) -> None:
    class Server:
        def __init__(self, **settings: float) -> None:
            self.wait_s = settings["batch_wait_timeout_s"]

        async def __aenter__(self) -> Self:
            return self

        async def __aexit__(self, *_: object) -> None: ...

        async def predict(self, text: str) -> None:
            await asyncio.sleep(self.wait_s + 0.002)

    measuring = lonely_ms(Server, ["x"] * 50, clock=virtual_loop.time)
    assert virtual_loop.run_until_complete(measuring) == pytest.approx(7)


def test_the_figures_of_a_quiz_are_plain_numbers_in_its_units() -> None:
    figures = own_figures(
        {"real-time": [2.0, 4.0, 2.0], "batch": [0.5]},
        n_texts=1_000,
        batch_size=512,
        latency=LatencySummary(10, 0.1, 0.2, 0.5, 8_000.0),
        cost=CostModel(0.004, 0.0001),
    )
    assert figures == {
        "p50_ms": 0.1,
        "p99_ms": 0.5,
        "realtime_texts_per_s": 500,
        "texts_per_s": 2_000,
        "cores": 1,
        "batch_size": 512,
        "fixed_ms": pytest.approx(4),
        "per_text_ms": pytest.approx(0.1),
    }
    assert all(type(figure) in (int, float) for figure in figures.values())
