"""The three percentiles that every latency is told by; never a mean alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def percentiles(values: Sequence[float] | NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the 50th, 90th and 99th percentile, in the unit of the values."""
    p50, p90, p99 = np.percentile(values, [50, 90, 99]).tolist()
    return p50, p90, p99
