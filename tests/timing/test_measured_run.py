from __future__ import annotations

import numpy as np
import pytest

from lessons_lib.timing.load import MeasuredRun


def run(latencies_ms: list[float], late_ms: list[float]) -> MeasuredRun:
    arrivals = np.arange(len(latencies_ms), dtype=np.float64) * 0.1
    return MeasuredRun(arrivals, arrivals + np.array(latencies_ms) / 1000, np.array(late_ms))


def test_the_percentiles_are_those_of_the_latencies() -> None:
    latencies = [float(n) for n in range(1, 101)]
    found = run(latencies, [0.0] * 100)
    expected = np.percentile(latencies, [50, 90, 99])
    assert [found.p50_ms, found.p90_ms, found.p99_ms] == pytest.approx(expected.tolist())


def test_throughput_lasts_from_the_first_arrival_to_the_last_answer() -> None:
    assert run([50, 50, 300], [0, 0, 0]).texts_per_s == pytest.approx(3 / 0.5)


def test_the_last_answer_need_not_be_that_of_the_last_request() -> None:
    assert run([900, 50, 50], [0, 0, 0]).texts_per_s == pytest.approx(3 / 0.9)


@pytest.mark.parametrize(("late", "kept_up"), [(4.0, True), (6.0, False)])
def test_a_load_that_is_late_by_most_of_the_latency_says_so(late: float, kept_up: bool) -> None:
    found = run([10.0] * 9, [late] * 9)
    assert found.load_kept_up is kept_up
    assert ("the load itself was late" in repr(found)) is not kept_up


def test_lateness_has_percentiles_too() -> None:
    found = run([10.0] * 101, [float(n) for n in range(101)])
    assert (found.late_p50_ms, found.late_p99_ms) == (50, 99)
