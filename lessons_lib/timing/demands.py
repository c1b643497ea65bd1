"""What may be demanded of inference, and what each mode costs on the machine it was measured on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from lessons_lib.arguments import checked_integer
from lessons_lib.timing.cost import CostModel
from lessons_lib.timing.simulate import BatchingPolicy
from lessons_lib.timing.words import bound, counted

BATCH: Final = "batch"
REAL_TIME: Final = "real-time"
MICRO_BATCHING: Final = "micro-batching"
MODES: Final = (BATCH, REAL_TIME, MICRO_BATCHING)
UNTIL_FULL_S: Final = 1e9  # a batch job waits for its texts as long as they take to come


@dataclass(frozen=True, slots=True)
class Offline:
    """Known texts, all there from the start; without `within_s`, in the least time of all modes.

    Raises
    ------
    TypeError, ValueError
        If `texts` is not an integer ≥ 1, or `within_s` not above 0.
    """

    texts: int
    within_s: float | None = None

    def __post_init__(self) -> None:
        checked_integer("Offline(texts=...)", self.texts)
        if self.within_s is not None:
            _check_positive("Offline(within_s=...)", self.within_s)

    def __str__(self) -> str:
        time = "the least total time" if self.within_s is None else bound(self.within_s)
        return f"{counted(self.texts, 'text')} are all there. Label them in {time}."


@dataclass(frozen=True, slots=True)
class OnePerson:
    """One person sends a text, waits for the answer, and then sends the next: a closed loop.

    Raises
    ------
    ValueError
        If the bound is not above 0.
    """

    p99_ms: float

    def __post_init__(self) -> None:
        _check_positive("OnePerson(p99_ms=...)", self.p99_ms)

    def __str__(self) -> str:
        return (
            "One person sends a text, waits, and sends the next. "
            f"99 of 100 answers come within {bound(self.p99_ms / 1000)}."
        )


@dataclass(frozen=True, slots=True)
class ManyUsers:
    """Requests of people who know nothing of each other: Poisson arrivals.

    Raises
    ------
    ValueError
        If the rate or the bound is not above 0.
    """

    rate_per_s: float
    p99_ms: float

    def __post_init__(self) -> None:
        _check_positive("ManyUsers(rate_per_s=...)", self.rate_per_s)
        _check_positive("ManyUsers(p99_ms=...)", self.p99_ms)

    def __str__(self) -> str:
        return (
            f"{self.rate_per_s:,.0f} texts a second come from people unknown to each other. "
            f"99 of 100 answers come within {bound(self.p99_ms / 1000)}."
        )


Demand = Offline | OnePerson | ManyUsers


@dataclass(frozen=True, slots=True)
class ModeCosts:
    """What was measured of each mode, and how it is set.

    Attributes
    ----------
    batch, real_time, micro_batching : CostModel
        The cost of a batch as each mode runs it; real-time runs batches of one.
    batch_size : int
        How many texts a batch job puts together. It starts a batch when that many are there, or
        when no more will come.
    policy : BatchingPolicy
        How micro-batching is set.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` is not an integer ≥ 1.
    """

    batch: CostModel
    real_time: CostModel
    micro_batching: CostModel
    batch_size: int = 512
    policy: BatchingPolicy = field(default_factory=BatchingPolicy)

    def __post_init__(self) -> None:
        checked_integer("ModeCosts(batch_size=...)", self.batch_size)

    def of(self, mode: str) -> tuple[CostModel, BatchingPolicy]:
        """Return the cost of a mode, and when its batches start.

        Raises
        ------
        ValueError
            If it is none of the three modes.
        """
        if mode == BATCH:
            return self.batch, BatchingPolicy(self.batch_size, UNTIL_FULL_S)
        if mode == REAL_TIME:
            return self.real_time, BatchingPolicy(1, 0.0)
        if mode == MICRO_BATCHING:
            return self.micro_batching, self.policy
        raise ValueError(f"A mode is one of {', '.join(MODES)}, got {mode!r}.")


def _check_positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} is above 0, got {value}.")
