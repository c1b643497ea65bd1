"""A simulated run as plain numbers that a browser can play, and the figures of the whole."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lessons_lib.widgets.queue_seen import said_of_the_end, what_was_seen
from lessons_lib.widgets.trace_layers import Figures

MOST_SENT = 2_000
TIMES = ("arrivals_s", "started_s", "finished_s")
FIGURES = ("p50_ms", "p99_ms", "texts_per_s", "utilisation")


class Run(Protocol):
    """n requests in the order of their arrival; `SimulatedRun` is one."""

    @property
    def arrivals_s(self) -> Figures:
        """When each request arrived, (n,)."""
        ...

    @property
    def started_s(self) -> Figures:
        """When the batch of each request started, (n,)."""
        ...

    @property
    def finished_s(self) -> Figures:
        """When each request was answered, (n,)."""
        ...

    @property
    def batch_number(self) -> Figures:
        """The batch that each request was in, (n,)."""
        ...

    @property
    def p50_ms(self) -> float:
        """The latency that half of the requests do not exceed."""
        ...

    @property
    def p99_ms(self) -> float:
        """The latency that 99 of 100 requests do not exceed."""
        ...

    @property
    def texts_per_s(self) -> float:
        """The throughput."""
        ...

    @property
    def utilisation(self) -> float:
        """The share of the time in which the model was busy, 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What the three sliders say."""

    rate_per_s: float
    max_batch_size: int
    batch_wait_timeout_ms: float


def played(run: Run, setting: Setting) -> dict[str, Any]:
    """Return what the browser plays and shows of a run: whole microseconds, figures, a sentence.

    Notes
    -----
    Of a run of more than 2,000 requests the first are sent; the figures are always of all.

    Raises
    ------
    ValueError
        If the run is empty, its arrays differ in length, or its times are out of order.
    """
    times = [[float(one) for one in getattr(run, name).tolist()] for name in TIMES]
    batches = [int(one) for one in run.batch_number.tolist()]
    _check(times, batches)
    figures = figures_of(run)
    shown = _whole_batches(batches)
    grows = _more_arrive_than_leave(times, batches, setting)
    end = said_of_the_end(times, batches, setting.max_batch_size, setting.batch_wait_timeout_ms)
    return {
        "n": len(batches),
        **{name: _microseconds(one[:shown]) for name, one in zip(TIMES, times, strict=True)},
        "batch_number": batches[:shown],
        "figures": figures,
        "grows": grows,
        "end_distorts": end,
        "seen": what_was_seen(
            times, len(set(batches)), figures, setting.max_batch_size, grows=grows, end=end
        ),
    }


def figures_of(run: Run) -> dict[str, float]:
    """Return the figures of a whole run.

    Raises
    ------
    ValueError
        If one is not finite.
    """
    figures = {name: float(getattr(run, name)) for name in FIGURES}
    if not all(map(math.isfinite, figures.values())):
        raise ValueError(f"A figure of the run is not finite: {figures}.")
    return figures


def _microseconds(seconds: Sequence[float]) -> list[int]:
    return [round(1e6 * one) for one in seconds]


def _check(times: Sequence[Sequence[float]], batches: Sequence[int]) -> None:
    if not batches:
        raise ValueError("The run holds no request.")
    if lengths := {len(one) for one in times} - {len(batches)}:
        raise ValueError(
            f"The arrays of a run are equally long, got {len(batches)} and {min(lengths)}."
        )
    if not all(math.isfinite(one) for one in itertools.chain(*times)):
        raise ValueError("A time of the run is not finite.")
    if any(not arrived <= start <= end for arrived, start, end in zip(*times, strict=True)):
        raise ValueError("A request arrives, starts and is answered, in this order.")
    if any(before > after for row in (*times[:2], batches) for before, after in _pairs(row)):
        raise ValueError("Requests stand in the order of their arrival and start in it.")


def _pairs(row: Sequence[float]) -> itertools.pairwise[tuple[float, float]]:
    return itertools.pairwise(row)


def _whole_batches(batches: Sequence[int]) -> int:
    """Return how many requests to send: at most 2,000, and no part of a batch if that is many."""
    if len(batches) <= MOST_SENT:
        return len(batches)
    end = MOST_SENT
    while end and batches[end - 1] == batches[end]:
        end -= 1
    return end or MOST_SENT


def _more_arrive_than_leave(
    times: Sequence[Sequence[float]], batches: Sequence[int], setting: Setting
) -> bool:
    """Say whether the rate lies above what full batches answer; without one, nothing piled up."""
    sizes = {number: len(list(group)) for number, group in itertools.groupby(batches)}
    spans = [
        end - start
        for start, end, number in zip(*times[1:], batches, strict=True)
        if sizes[number] == setting.max_batch_size
    ]
    return bool(spans) and setting.rate_per_s * math.fsum(spans) / len(spans) > (
        setting.max_batch_size
    )
