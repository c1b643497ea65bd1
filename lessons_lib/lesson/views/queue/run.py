"""A simulated run as the browser plays it: times, figures, and sentences that summarize it."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from lessons_lib.formats import duration, percent, two_digits_or_whole

if TYPE_CHECKING:
    from lessons_lib.pipeline.timing.load import MeasuredRun
    from lessons_lib.pipeline.timing.simulate import SimulatedRun

Times = Sequence[Sequence[float]]  # when each request arrived, started and was answered, in seconds
MORE_ARRIVE = (
    "More requests arrive than the model can answer: the queue and the latency keep growing."
)
DISTORTED = 1.25  # the last batch is mentioned if it changes p99 or throughput by this factor


def run_summary(
    times: Times, n_batches: int, figures: dict[str, float], max_batch_size: int
) -> str:
    """Summarize a run in a sentence or two."""
    arrivals, started, finished = times
    latency, waiting = (math.fsum(ends) - math.fsum(arrivals) for ends in (finished, started))
    busy = f"the model was busy {_share(figures['utilization'])} of the time"
    share = _share(waiting / latency) if latency > 0 else ""
    waited = f", and waiting made up {share} of the latency" if share else ""
    p50, p99 = duration(figures["p50_ms"] / 1000), duration(figures["p99_ms"] / 1000)
    return (
        f"Of {len(arrivals):,} requests, half were answered within {p50} and 99 % within {p99}. "
        f"The average batch held {len(arrivals) / n_batches:.1f} texts (maximum {max_batch_size}), "
        f"{busy}{waited}."
    )


def last_batch_remark(times: Times, batches: Sequence[int], setting: Setting) -> str:
    """Explain how the last batch distorts the figures, if it waited after the last arrival.

    Returns
    -------
    str
        The p99 and the throughput without that batch; empty if it hardly matters.
    """
    arrivals, started, finished = times
    size = sum(1 for _ in itertools.takewhile(batches[-1].__eq__, reversed(batches)))
    rest = len(batches) - size
    waited_ms = 1000 * (started[-1] - arrivals[rest])
    has_waited = waited_ms >= 0.999 * setting.batch_wait_timeout_ms
    if size == setting.max_batch_size or rest < 2 or not has_waited:
        return ""
    whole = _p99_and_rate(arrivals, finished)
    without = _p99_and_rate(arrivals[:rest], finished[:rest])
    if all(max(a / b, b / a) < DISTORTED for a, b in zip(whole, without, strict=True)):
        return ""
    who = f"The last {size} waited" if size > 1 else "The last request waited"
    return (
        f"{who} for the full timeout because the run ended and no more requests arrived. Without "
        f"this batch, 99 % are answered within {duration(without[0] / 1000)}, and the throughput "
        f"is {two_digits_or_whole(without[1])} texts per second."
    )


def _p99_and_rate(arrivals: Sequence[float], finished: Sequence[float]) -> tuple[float, float]:
    """Return the p99 in milliseconds and the throughput per second, both above 0."""
    latencies = [1000 * (end - begin) for begin, end in zip(arrivals, finished, strict=True)]
    p99 = statistics.quantiles(latencies, n=100, method="inclusive")[98]
    span = max(finished[-1] - arrivals[0], 1e-9)
    return max(p99, 1e-9), len(arrivals) / span


def _share(part: float) -> str:
    """Format a share as a percentage; a small one does not become 0 %."""
    return "less than 1 %" if 0 < part < 0.01 else percent(part)


RUN_TIMES = ("arrivals_s", "started_s", "finished_s")
MEASURED = ("p50_ms", "p99_ms", "texts_per_s")
RUN_FIGURES = (*MEASURED, "utilization")


@dataclass(frozen=True, slots=True)
class Setting:
    """The values of the three sliders."""

    rate_per_s: float
    max_batch_size: int
    batch_wait_timeout_ms: float


def playable(run: SimulatedRun, setting: Setting) -> dict[str, Any]:
    """Return what the browser plays and shows of a run: microseconds, figures, and sentences.

    Raises
    ------
    ValueError
        If a figure is not finite.
    """
    times: list[list[float]] = [getattr(run, name).tolist() for name in RUN_TIMES]
    batches: list[int] = run.batch_number.tolist()
    figures = figures_of(run)
    seen = run_summary(times, len(set(batches)), figures, setting.max_batch_size)
    grows = _more_arrive_than_leave(times, batches, setting)
    end = last_batch_remark(times, batches, setting)
    return {
        "n": len(batches),
        **{
            name: [round(1e6 * second) for second in seconds]
            for name, seconds in zip(RUN_TIMES, times, strict=True)
        },
        "batch_number": batches,
        "figures": figures,
        "grows": grows,
        "end_distorts": end,
        "seen": " ".join(filter(None, (seen, MORE_ARRIVE if grows else "", end))),
    }


def figures_of(run: SimulatedRun) -> dict[str, float]:
    """Return the figures of a whole run.

    Raises
    ------
    ValueError
        If one is not finite.
    """
    return _finite("A figure of the run", run, RUN_FIGURES)


def measured_figures(measured: MeasuredRun) -> dict[str, Any]:
    """Return the figures of a measurement, and the number of its requests.

    Raises
    ------
    ValueError
        If a figure is not finite.
    """
    return {**_finite("A measured figure", measured, MEASURED), "n": int(measured.n)}


def simulated_figures(
    simulate: Callable[..., SimulatedRun], setting: Setting, n: int
) -> dict[str, Any] | None:
    """Return the figures of a simulation of `n` requests; None if it does not accept `n` or fails.

    Only runs of the same length can be compared, above all if the queue grows.
    """
    try:
        run = simulate(*astuple(setting), n=n)
        return {**figures_of(run), "n": len(run.batch_number.tolist())}
    except Exception:  # the measurement is also useful without a comparison
        return None


def _finite(what: str, found: object, names: Sequence[str]) -> dict[str, float]:
    figures = {name: float(getattr(found, name)) for name in names}
    if not all(map(math.isfinite, figures.values())):
        raise ValueError(f"{what} must be finite, got {figures}.")
    return figures


def _more_arrive_than_leave(
    times: Sequence[Sequence[float]], batches: Sequence[int], setting: Setting
) -> bool:
    """Return whether the rate exceeds what full batches can answer; False if no batch was full."""
    sizes = {number: len(list(group)) for number, group in itertools.groupby(batches)}
    spans = [
        end - start
        for start, end, number in zip(*times[1:], batches, strict=True)
        if sizes[number] == setting.max_batch_size
    ]
    return bool(spans) and setting.rate_per_s * math.fsum(spans) / len(spans) > (
        setting.max_batch_size
    )
