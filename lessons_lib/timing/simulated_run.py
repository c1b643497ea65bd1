"""What happened to each request of a simulation, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lessons_lib.timing.percentiles import Latencies


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SimulatedRun(Latencies):
    """n requests, in the order of their arrival, answered in m batches.

    Attributes
    ----------
    arrivals_s, started_s, finished_s : array of float64, shape (n,)
        When each request arrived, when its batch started, and when it was answered.
    batch_number : array of int64, shape (n,)
        The batch that each request was in, counted from 0.
    """

    arrivals_s: NDArray[np.float64]
    started_s: NDArray[np.float64]
    finished_s: NDArray[np.float64]
    batch_number: NDArray[np.int64]

    def __repr__(self) -> str:
        figures = f"p50 {self.p50_ms:.3g} ms, p99 {self.p99_ms:.3g} ms"
        return (
            f"SimulatedRun({len(self.arrivals_s):,} requests in {len(self.batch_sizes):,} batches: "
            f"{figures}, {self.texts_per_s:,.0f} texts/s, utilisation {self.utilisation:.0%})"
        )

    @property
    def queue_ms(self) -> NDArray[np.float64]:
        """From arrival to the start of the batch, shape (n,)."""
        return 1000 * (self.started_s - self.arrivals_s)

    @property
    def service_ms(self) -> NDArray[np.float64]:
        """From the start of the batch to the answer, shape (n,)."""
        return 1000 * (self.finished_s - self.started_s)

    @property
    def batch_sizes(self) -> NDArray[np.int64]:
        """How many requests were in each batch, shape (m,)."""
        return np.bincount(self.batch_number)

    @property
    def texts_per_s(self) -> float:
        """The throughput from the first arrival to the last answer."""
        return float(len(self.arrivals_s) / self._span_s)

    @property
    def utilisation(self) -> float:
        """The share of that time in which the worker was busy, 0 to 1."""
        firsts = np.diff(self.batch_number, prepend=-1) > 0  # (n,): the first request of each batch
        return float((self.finished_s - self.started_s)[firsts].sum() / self._span_s)

    @property
    def _span_s(self) -> float:
        return float(self.finished_s[-1] - self.arrivals_s[0])
