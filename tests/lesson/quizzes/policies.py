"""Batching policies that several questions ask about."""

from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate

ALONE = BatchingPolicy(1, 0.0)


def no_timeout(size: int) -> BatchingPolicy:
    """Return the policy of a server that waits until a batch is full."""
    return BatchingPolicy(size, 1e6)


def meets_p99(rate_per_s: float, p99_ms: float, cost: CostModel, policy: BatchingPolicy) -> bool:
    """Return whether one worker keeps up with random arrivals and stays within a p99."""
    if cost.texts_per_s(policy.max_batch_size) <= rate_per_s:
        return False
    arrivals = poisson(rate_per_s, 20 * 1024)  # full batches of each size asked about
    return simulate(arrivals, cost, policy).p99_ms <= p99_ms
