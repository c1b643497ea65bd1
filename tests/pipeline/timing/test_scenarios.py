"""Latency and the three scenarios."""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import accumulate, chain, cycle
from typing import Any

import numpy as np
import pytest

from lessons_lib.pipeline.timing import scenarios
from lessons_lib.pipeline.timing.latency import latencies_ms, measure_latency, time_in_turn
from lessons_lib.pipeline.timing.load import closed_loop
from lessons_lib.pipeline.timing.scenarios import (
    all_in_one_job,
    as_they_come,
    lonely_ms,
    measure_poisson,
    one_after_the_other,
)
from tests.pipeline.timing.conftest import Server


def ticking(*gaps_s: float) -> Callable[[], float]:
    """Return a clock that is read before and after each call, with the given gaps between."""
    readings = accumulate(chain.from_iterable((0.0, gap) for gap in cycle(gaps_s)))
    return lambda: next(readings)


def test_latencies_are_kept_in_order_and_summarized_by_percentiles_and_throughput() -> None:
    gaps_s = [0.001 * n for n in range(1, 101)]
    summary = measure_latency(len, ["x"] * 100, warmup=0, clock=ticking(*gaps_s))
    expected = np.percentile(gaps_s, [50, 90, 99]) * 1000
    assert [summary.p50_ms, summary.p90_ms, summary.p99_ms] == pytest.approx(expected)
    summary = measure_latency(len, ["x"] * 4, clock=ticking(0.5))
    assert summary.texts_per_s == pytest.approx(2.0)
    assert summary.n == 4
    found = latencies_ms(str.upper, ["a", "b"], warmup=0, clock=ticking(0.002, 0.005))
    assert found == pytest.approx([2, 5])


def test_each_input_is_called_once_in_order_after_the_warmup() -> None:
    seen: list[str] = []
    measure_latency(seen.append, ["a", "b", "c"], warmup=4)
    assert seen == ["a", "b", "c", "a", "a", "b", "c"]


@pytest.mark.parametrize(("inputs", "warmup"), [([], 0), (["x"], -1)])
def test_nothing_to_measure_is_rejected(inputs: list[str], warmup: int) -> None:
    with pytest.raises(ValueError, match="got"):
        measure_latency(len, inputs, warmup=warmup)


@pytest.mark.parametrize(
    ("rate", "sent"), [(0.5, 15), (300, 300), (1e6, 20_000)], ids=["few", "some", "too many"]
)
def test_a_predictor_is_configured_measured_and_closed(
    virtual_loop: asyncio.AbstractEventLoop, pace: Any, rate: float, sent: int
) -> None:
    measuring = measure_poisson(
        rate, 4, 7.0, serve=Server, texts=["x"], clock=virtual_loop.time, pace=pace
    )
    run = virtual_loop.run_until_complete(measuring)
    server = Server.made[-1]
    assert server.settings["max_batch_size"] == 4
    assert server.settings["batch_wait_timeout_s"] == pytest.approx(0.007)
    assert server.closed and run.n == sent
    assert run.latency_ms == pytest.approx(9)


def test_each_scenario_has_a_metric_with_a_range(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = asyncio.run(one_after_the_other(str.upper, ["a", "b"], rounds=2))
    assert sentence.startswith("p90 ") and sentence.endswith(" in 2 rounds)")
    sentence = asyncio.run(as_they_come(Server, ["x"], 1e4, rounds=2, seconds=0.001))
    assert sentence.startswith("p99 ")
    assert sentence.endswith("in 2 rounds) of 200 calls each, at 10,000 requests per second")
    ticks = iter([0.0, 2.0, 2.0, 3.0, 3.0, 7.0])
    timed = partial(time_in_turn, clock=lambda: next(ticks))
    monkeypatch.setattr(scenarios, "time_in_turn", timed)
    sentence = all_in_one_job(lambda: None, 800, rounds=3)
    assert sentence == "400 texts per second (200 to 800 in 3 rounds)"


def test_a_single_user_waits_for_the_timeout(
    virtual_loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    timed = partial(closed_loop, clock=virtual_loop.time)
    monkeypatch.setattr(scenarios, "closed_loop", timed)
    measuring = lonely_ms(Server, ["x"] * 50)
    assert virtual_loop.run_until_complete(measuring) == pytest.approx(7)
