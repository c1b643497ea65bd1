"""What a load measured: the latency of each answer, what was refused, how punctual the load was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lessons_lib.timing.percentiles import Latencies, percentiles


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MeasuredRun(Latencies):
    """n answered requests, in the order of their arrival, and those that were refused.

    Attributes
    ----------
    arrivals_s, finished_s : array of float64, shape (n,)
        When each answered request was due to arrive, and when it was answered.
    late_ms : array of float64, shape (n + refused,)
        How long after its arrival each request was really sent. A load on the same machine shares
        its cores with what it measures.
    refused : int
        How many requests ended in an error, and are in no percentile.
    first_refusal : Exception or None
        The error of the first of them.
    warmup : int
        How many requests were made before and not counted.
    """

    arrivals_s: NDArray[np.float64]
    finished_s: NDArray[np.float64]
    late_ms: NDArray[np.float64]
    refused: int = 0
    first_refusal: Exception | None = None
    warmup: int = 0

    def __repr__(self) -> str:
        refused = f", {self.refused:,} refused" if self.refused else ""
        figures = ", ".join(
            f"{name} {value:.3g} ms"
            for name, value in zip(("p50", "p90", "p99"), percentiles(self.latency_ms), strict=True)
        )
        late = "" if self.load_kept_up else "; the load itself was late"
        return (
            f"MeasuredRun(n={self.n:,}{refused}: {figures}, {self.texts_per_s:,.0f} texts/s{late})"
        )

    @property
    def n(self) -> int:
        """How many requests were answered."""
        return len(self.arrivals_s)

    @property
    def texts_per_s(self) -> float:
        """The throughput from the first arrival to the last answer."""
        span_s = float(self.finished_s.max() - self.arrivals_s[0])
        return self.n / span_s if span_s else float("inf")

    @property
    def late_p50_ms(self) -> float:
        """How late half of the requests were sent at most."""
        return percentiles(self.late_ms)[0]

    @property
    def late_p99_ms(self) -> float:
        """How late 99 of 100 requests were sent at most."""
        return percentiles(self.late_ms)[2]

    @property
    def load_kept_up(self) -> bool:
        """Whether less than half of the median latency is the load's own lateness.

        If not, the figures tell more of the load than of what it was to measure.
        """
        return self.late_p50_ms <= self.p50_ms / 2
