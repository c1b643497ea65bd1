"""A simulated run as the browser plays it: times, figures, and sentences that summarize it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Any

from lessons_lib.formats import duration, percent, two_digits_or_whole
from lessons_lib.pipeline.timing import FEWEST_CALLS
from lessons_lib.pipeline.timing.batching import PlainRun

if TYPE_CHECKING:
    from lessons_lib.pipeline.timing.load import MeasuredRun
    from lessons_lib.pipeline.timing.simulate import SimulatedRun

MORE_ARRIVE = (
    "More requests arrive than the model can answer: the queue and the latency keep growing."
)
CLOSED_EARLY = (
    "More requests arrive than the model can answer in batches that are closed so early: the queue "
    "and the latency keep growing."
)
DISTORTED = 1.25  # the last batch is mentioned if it changes p99 or throughput by this factor


def run_summary(run: PlainRun, max_batch_size: int) -> str:
    """Summarize a run in a sentence or two."""
    n = len(run.arrivals_s)
    latency, waiting = fmean(run.latency_ms), fmean(run.queue_ms)
    share = _share(waiting / latency) if latency > 0 else ""
    waited = f", and waiting made up {share} of the latency" if share else ""
    p50, p99, slowest = (
        duration(one / 1000) for one in (run.p50_ms, run.p99_ms, max(run.latency_ms))
    )
    tail = f"99 % within {p99}" if n >= FEWEST_CALLS else f"the slowest after {slowest}"
    return (
        f"Of {n:,} requests, half were answered within {p50} and {tail}. "
        f"The average batch held {n / len(run.batch_sizes):.1f} texts (maximum {max_batch_size}), "
        f"the model was busy {_share(run.utilization)} of the time{waited}."
    )


def last_batch_remark(run: PlainRun, setting: Setting) -> str:
    """Explain how the last batch distorts the figures, if it waited after the last arrival.

    Returns
    -------
    str
        The p99 and the throughput without that batch; empty if it hardly matters.
    """
    size = run.batch_sizes[-1]
    has_waited = run.queue_ms[-size] >= 0.999 * setting.batch_wait_timeout_ms
    rest = len(run.arrivals_s) - size
    if size == setting.max_batch_size or rest < 2 or not has_waited:
        return ""
    names = (*RUN_TIMES, "batch_number")
    without = replace(run, **{name: getattr(run, name)[:rest] for name in names})
    pairs = (run.p99_ms, without.p99_ms), (run.texts_per_s, without.texts_per_s)
    if all(max(pair) < DISTORTED * min(pair) for pair in pairs):
        return ""
    who = f"The last {size} waited" if size > 1 else "The last request waited"
    return (
        f"{who} for the full timeout because the run ended and no more requests arrived. Without "
        f"this batch, 99 % are answered within {duration(without.p99_ms / 1000)}, and the "
        f"throughput is {two_digits_or_whole(without.texts_per_s)} texts per second."
    )


def _share(part: float) -> str:
    """Format a share as a percentage; a small one does not become 0 %."""
    return "less than 1 %" if 0 < part < 0.01 else percent(part)


RUN_TIMES = ("arrivals_s", "started_s", "finished_s")
MEASURED = ("p50_ms", "p99_ms", "texts_per_s")
RUN_FIGURES = (*MEASURED, "utilization")


@dataclass(frozen=True, slots=True)
class Setting:
    """The values of the three sliders, and the rule; notebooks saved earlier don't have one."""

    rate_per_s: float
    max_batch_size: int
    batch_wait_timeout_ms: float
    closes_while_busy: bool = False


def playable(run: SimulatedRun | PlainRun, setting: Setting) -> dict[str, Any]:
    """Return what the browser plays and shows of a run: microseconds, figures, and sentences."""
    run = run if isinstance(run, PlainRun) else run.plain()
    grows = _more_arrive_than_leave(run, setting)
    growing = CLOSED_EARLY if setting.closes_while_busy else MORE_ARRIVE
    warnings = f"{growing if grows else ''} {last_batch_remark(run, setting)}".strip()
    return {
        "n": len(run.arrivals_s),
        **{name: [round(1e6 * at_s) for at_s in getattr(run, name)] for name in RUN_TIMES},
        "batch_number": run.batch_number,
        "figures": figures_of(run),
        "grows": grows,
        "warnings": warnings,
        "seen": f"{run_summary(run, setting.max_batch_size)} {warnings}".strip(),
    }


def figures_of(run: SimulatedRun | PlainRun) -> dict[str, float]:
    """Return the figures of a whole run."""
    return {name: float(getattr(run, name)) for name in RUN_FIGURES}


def measured_figures(measured: MeasuredRun) -> dict[str, Any]:
    """Return the figures of a measurement, and the number of its requests."""
    return {**{name: float(getattr(measured, name)) for name in MEASURED}, "n": int(measured.n)}


def _more_arrive_than_leave(run: PlainRun, setting: Setting) -> bool:
    """Return whether the rate exceeds what the batches can answer that form in a long queue.

    They are full, and False is returned if none was. But batches that are closed while the model is
    busy stay as they are, however long the queue is.
    """
    sizes = run.batch_sizes
    batches = [(sizes[n], ms) for n, ms in zip(run.batch_number, run.service_ms, strict=True)]
    if setting.closes_while_busy:
        share_s = fmean(ms / size / 1000 for size, ms in batches)
        return setting.rate_per_s * share_s > 1
    full_ms = [ms for size, ms in batches if size == setting.max_batch_size]
    if not full_ms:
        return False
    return setting.rate_per_s * fmean(full_ms) / 1000 > setting.max_batch_size
