from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, chain, cycle

import numpy as np
import pytest

from lessons_lib.timing.latency import latencies_ms, measure_latency


def ticking(*gaps_s: float) -> Callable[[], float]:
    """A clock that is read before and after each call and shows the given gaps between the two."""
    readings = accumulate(chain.from_iterable((0.0, gap) for gap in cycle(gaps_s)))
    return lambda: next(readings)


def test_percentiles_are_those_of_the_gaps_in_milliseconds() -> None:
    gaps_s = [0.001 * n for n in range(1, 101)]
    summary = measure_latency(len, ["x"] * 100, warmup=0, clock=ticking(*gaps_s))
    expected = np.percentile(gaps_s, [50, 90, 99]) * 1000
    assert [summary.p50_ms, summary.p90_ms, summary.p99_ms] == pytest.approx(expected)


def test_throughput_is_calls_over_their_summed_latency() -> None:
    summary = measure_latency(len, ["x"] * 4, clock=ticking(0.5))
    assert summary.texts_per_s == pytest.approx(2.0)
    assert summary.n == 4


def test_each_input_is_called_once_in_order_after_the_warm_up() -> None:
    seen: list[str] = []
    measure_latency(seen.append, ["a", "b", "c"], warmup=4)
    assert seen == ["a", "b", "c", "a", "a", "b", "c"]


@pytest.mark.parametrize(("inputs", "warmup"), [([], 0), (["x"], -1)])
def test_nothing_to_measure_is_refused(inputs: list[str], warmup: int) -> None:
    with pytest.raises(ValueError, match="got"):
        measure_latency(len, inputs, warmup=warmup)


def test_each_latency_is_there_in_its_order() -> None:
    ticks = iter([0.0, 0.002, 1.0, 1.005])
    found = latencies_ms(str.upper, ["a", "b"], warmup=0, clock=lambda: next(ticks))
    assert found == pytest.approx([2, 5])
