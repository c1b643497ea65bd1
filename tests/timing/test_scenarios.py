"""The three scenarios; what depends on time runs on a virtual clock."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Self

import pytest

from lessons_lib.timing.load import MeasuredRun
from lessons_lib.timing.scenarios import (
    all_in_one_job,
    as_they_come,
    measure_poisson,
    one_after_the_other,
)


class Server:
    """Answers after 2 ms, however many ask; keeps how it was set, and whether it was closed."""

    made: ClassVar[list[Server]] = []

    def __init__(self, **settings: float) -> None:
        self.settings, self.closed, self.texts = settings, False, 0
        self.made.append(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.closed = True

    async def predict(self, text: str) -> str:
        self.texts += 1
        await asyncio.sleep(0.002)
        return text


@pytest.mark.parametrize(
    ("rate", "sent"), [(0.5, 15), (300, 300), (1e6, 20_000)], ids=["few", "some", "too many"]
)
def test_a_predictor_is_made_for_the_setting_and_closed(
    virtual_loop: asyncio.AbstractEventLoop, pace: Any, rate: float, sent: int
) -> None:
    measuring = measure_poisson(
        rate, 4, 7.0, serve=Server, texts=["x"], clock=virtual_loop.time, pace=pace
    )
    run: MeasuredRun = virtual_loop.run_until_complete(measuring)
    server = Server.made[-1]
    assert server.settings["max_batch_size"] == 4
    assert server.settings["batch_wait_timeout_s"] == pytest.approx(0.007)
    assert server.closed and run.n == sent
    assert run.latency_ms == pytest.approx(2)


def test_one_user_is_told_the_p90_with_its_range() -> None:
    said = asyncio.run(one_after_the_other(str.upper, ["a", "b"], rounds=2))
    assert said.startswith("p90 ") and said.endswith(" in 2 rounds)")


def test_many_users_are_told_the_p99_at_their_rate() -> None:
    said = asyncio.run(as_they_come(Server, ["x"], 1e4, rounds=2, seconds=0.001))
    assert said.startswith("p99 ") and said.endswith("in 2 rounds) at 10,000 a second")


def test_a_pile_is_told_its_throughput() -> None:
    ticks = iter([0.0, 2.0, 2.0, 3.0, 3.0, 7.0])
    said = all_in_one_job(lambda: None, 800, rounds=3, clock=lambda: next(ticks))
    assert said == "400 texts per second (200 to 800 in 3 rounds)"
