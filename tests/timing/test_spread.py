from __future__ import annotations

from itertools import accumulate

import pytest

from lessons_lib.timing.latency import Spread, measure_repeatedly


def test_a_spread_is_the_median_and_the_range_of_the_rounds() -> None:
    gaps = [0.003, 0.0, 0.009, 0.0, 0.004, 0.0]  # One call a round: 3, 9 and 4 ms.
    readings = iter([0.0, *accumulate(gaps)])
    found = measure_repeatedly(len, ["x"], rounds=3, warmup=0, clock=lambda: next(readings))
    spread = found.p50_ms
    assert (spread.median, spread.lowest, spread.highest) == pytest.approx((4, 3, 9))


def test_each_percentile_has_its_own_spread() -> None:
    found = measure_repeatedly(len, ["x"] * 20, rounds=4)
    for spread, name in ((found.p90_ms, "p90_ms"), (found.p99_ms, "p99_ms")):
        assert spread == Spread.over([getattr(one, name) for one in found.rounds])


def test_every_round_goes_through_all_inputs_after_its_own_warm_up() -> None:
    seen: list[str] = []
    measure_repeatedly(seen.append, ["a", "b"], rounds=2, warmup=1)
    assert seen == ["a", "a", "b"] * 2


def test_no_round_is_refused() -> None:
    with pytest.raises(ValueError, match="rounds=0"):
        measure_repeatedly(len, ["x"], rounds=0)


def test_the_spread_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="got none"):
        Spread.over([])
