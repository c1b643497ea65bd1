"""The three percentiles that every latency is told by; never a mean alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def percentiles(values: Sequence[float] | NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the 50th, 90th and 99th percentile, in the unit of the values."""
    p50, p90, p99 = np.percentile(values, [50, 90, 99]).tolist()
    return p50, p90, p99


class Latencies:
    """The latencies of a run of n requests, from when each arrived to when it was answered."""

    __slots__ = ()
    arrivals_s: NDArray[np.float64]
    finished_s: NDArray[np.float64]

    @property
    def latency_ms(self) -> NDArray[np.float64]:
        """From the arrival, as it was planned, to the answer, shape (n,): queueing + service."""
        return 1000 * (self.finished_s - self.arrivals_s)

    @property
    def p50_ms(self) -> float:
        """The latency that half of the answers do not exceed."""
        return percentiles(self.latency_ms)[0]

    @property
    def p90_ms(self) -> float:
        """The latency that 90 of 100 answers do not exceed."""
        return percentiles(self.latency_ms)[1]

    @property
    def p99_ms(self) -> float:
        """The latency that 99 of 100 answers do not exceed."""
        return percentiles(self.latency_ms)[2]
