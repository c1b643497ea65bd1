"""A run without numpy is the run with numpy, in lists."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lessons_lib.pipeline.timing.arrivals import poisson, unit_gaps
from lessons_lib.pipeline.timing.batching import BatchingPolicy, percentile, simulate_gaps
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate, simulate_poisson

times = st.floats(0, 1e6)


@given(st.lists(times, min_size=1, max_size=50), st.sampled_from([0, 1, 50, 90, 99, 100]))
def test_a_percentile_is_exactly_that_of_numpy(values: list[float], percent: int) -> None:
    assert percentile(values, percent) == np.percentile(values, percent)


@given(
    st.floats(0.1, 1e5),
    st.integers(1, 130),
    st.floats(0, 200),
    st.booleans(),
    st.builds(CostModel, st.floats(1e-6, 0.1), st.floats(0, 0.01), st.floats(0, 0.001)),
)
def test_the_gaps_of_poisson_arrivals_give_the_same_run(
    rate: float, size: int, wait_ms: float, closes: bool, cost: CostModel
) -> None:
    setting = (rate, size, wait_ms, closes)
    run = simulate_poisson(*setting, cost=cost, n=300)
    plain = simulate_gaps(*setting, gaps=unit_gaps(300).tolist(), cost=cost)
    assert plain == run.plain()
    assert (plain.p50_ms, plain.p99_ms, plain.texts_per_s) == (
        *(run.p50_ms, run.p99_ms, run.texts_per_s),
    )
    assert plain.utilization == pytest.approx(run.utilization, rel=1e-12)
    for name in ("latency_ms", "queue_ms", "service_ms", "batch_sizes"):
        assert getattr(plain, name) == getattr(run, name).tolist()


def test_the_arrivals_in_lists_are_those_that_were_not_refused() -> None:
    policy = BatchingPolicy(2, 0.0, max_queue=3)
    run = simulate(poisson(1000, 100), CostModel(0.01, 0.01), policy)
    plain = run.plain()
    assert run.refused == plain.refused > 0
    assert len(plain.arrivals_s) == 100 - plain.refused == sum(plain.batch_sizes)
