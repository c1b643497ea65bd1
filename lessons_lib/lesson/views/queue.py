"""The queue of micro-batching: sliders, an animated simulation, and a measurement."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from functools import partial
from itertools import count
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.sessions.page import Page, error_in_words
from lessons_lib.classroom.widgets.job import Job, JobEnd
from lessons_lib.classroom.widgets.page import Card, Entered, attempted, framed_styles, script
from lessons_lib.classroom.widgets.record import recorded
from lessons_lib.files import shipped_asset
from lessons_lib.formats import duration, percent, rounded_to_two_digits, two_digits_or_whole
from lessons_lib.pipeline.timing import FEWEST_CALLS
from lessons_lib.pipeline.timing.batching import PlainRun, simulate_gaps
from lessons_lib.pipeline.timing.cost import CostModel

LIKE_A_SERVER = 8
ROOMY = 16
LEAST_GAIN = 1.2  # if batches of 16 are not this much faster than single texts, stop 4 is left out

IDLE = (
    "Requests arrive one at a time. Most wait for the full timeout, nobody joins them, and they "
    "run in a batch of one."
)
BUSY = (
    "Only the arrival rate has changed. Now requests wait together: batches form, and the texts "
    "of a batch share the fixed cost of one pass."
)
SATURATED = (
    "More requests arrive than the model can answer, even in full batches. Watch the queue grow, "
    "and with it the latency of every later request."
)
TOO_SMALL = (
    "With batches of one, the model is too slow for this rate. Set the maximum batch size to "
    f"{ROOMY} and play again: now the model keeps up with the same rate."
)
WAIT_TOO_LONG = (
    "The timeout is far longer than the work. Requests wait while the model is idle. "
    "Shorten the timeout, and watch p50 fall."
)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the tour: a name, a setting, and a text about what to look for."""

    name: str
    rate_per_s: float
    max_batch_size: int
    batch_wait_timeout_ms: float
    look: str


def tour_for(saturation_per_s: Callable[[int], float]) -> tuple[Stop, ...]:
    """Return the stops: idle, busy, saturated, batch too small, and wait too long.

    Parameters
    ----------
    saturation_per_s : callable
        Accepts a batch size and returns the throughput in texts per second when the model is never
        idle and every batch has that size, for instance ``cost.texts_per_s``.

    Returns
    -------
    tuple of Stop
        Five stops, or four if batching gains so little that a batch cannot be too small.
    """
    single, full, roomy = map(saturation_per_s, (1, LIKE_A_SERVER, ROOMY))
    wait_s = 8 / single  # as long as eight single texts
    long_s = 100 / single
    stops = [
        _stop("Idle", 0.05 / wait_s, LIKE_A_SERVER, wait_s, IDLE),
        _stop("Busy", 0.6 * full, LIKE_A_SERVER, wait_s, BUSY),
        _stop("Saturated", 1.5 * full, LIKE_A_SERVER, wait_s, SATURATED),
    ]
    if roomy >= LEAST_GAIN * single:
        stops.append(_stop("Batch too small", math.sqrt(single * roomy), 1, wait_s, TOO_SMALL))
    stops.append(_stop("Wait too long", 6 / long_s, ROOMY, long_s, WAIT_TOO_LONG))
    return tuple(stops)


def _stop(name: str, rate_per_s: float, size: int, wait_s: float, look: str) -> Stop:
    """Return a stop with settings rounded to two digits."""
    rate, wait_ms = map(rounded_to_two_digits, (rate_per_s, 1000 * wait_s))
    return Stop(name, rate, size, wait_ms, look)


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


Simulate: TypeAlias = Callable[..., "SimulatedRun | PlainRun"]
MeasureQueue: TypeAlias = Callable[[float, int, float], object]
WORDS = {
    "rate_per_s": "arrival rate per second",
    "max_batch_size": "maximum batch size",
    "batch_wait_timeout_ms": "batch wait timeout in ms",
}
CLOSES = "closes_while_busy"
SIMULATED_REQUESTS = 400
RATES_SPAN = 5_000  # the ratio of the highest rate to the lowest


def limits_for(tour: Sequence[Stop]) -> dict[str, tuple[float, float]]:
    """Return the minimum and maximum of each slider; all stops lie between them."""
    rates = [stop.rate_per_s for stop in tour]
    waits_ms = [stop.batch_wait_timeout_ms for stop in tour]
    highest = 2 * max(rates)
    return {
        "rate_per_s": (min(highest / RATES_SPAN, *rates), highest),
        "max_batch_size": (1, max(128, *(stop.max_batch_size for stop in tour))),
        "batch_wait_timeout_ms": (0.0, max(100.0, 2 * max(waits_ms))),
    }


class QueueAction(msgspec.Struct, frozen=True):
    """What a page may request: the run of a setting, or its measurement."""

    do: Literal["ask", "measure"]
    setting: dict[str, Any]


class QueueView(Card):
    """Plays a simulated run of micro-batching, and compares its figures with a measurement.

    Parameters
    ----------
    simulate : callable
        Accepts a rate per second, a maximum batch size, a batch wait timeout in milliseconds, and
        whether batches are closed while the model is busy, and returns a run, for instance
        ``partial(simulate_poisson, cost=cost, n=400)``. A few hundred requests play for about half
        a minute. With `n`, it simulates that many requests, to be compared with as many measured
        ones.
    measure : callable, optional
        Accepts the first three of them and returns an object with `p50_ms`, `p99_ms`, `texts_per_s`
        and `n`, or an awaitable of it. Without it there is no button to measure. It must create
        everything that it awaits, because JupyterLab may run it in another thread, and a predictor
        that a cell has used belongs to the event loop of the cells.
    tour : sequence of Stop
        At least one, for instance ``tour_for(cost.texts_per_s)``; the view starts at the first.
    """

    _esm = script("lesson/views/queue/view.js")
    _css = framed_styles("lesson/views/queue/view.css")
    saved = ("Requests queue and form batches", "Watch how requests wait and run together.")

    _kind = QueueAction

    def __init__(
        self, simulate: Simulate, *, measure: MeasureQueue | None = None, tour: Sequence[Stop]
    ) -> None:
        self._simulate, self._measure, self._job = simulate, measure, Job()
        self._limits, self._numbers = limits_for(tour), count()
        about = {
            "limits": self._limits,
            "tour": [asdict(stop) for stop in tour],
            "can_measure": measure is not None,
        }
        start = {**{name: getattr(tour[0], name) for name in WORDS}, CLOSES: False}
        self._entered = Entered(start, type(self).__name__, about)
        self._run, self._measured = self._simulated(), Page()
        super().__init__(about)

    def __repr__(self) -> str:
        return "QueueView(arrivals, queue, batches, answers)"

    def picture(self) -> str:
        """Return a queue in motion."""
        return shipped_asset("moving_queue.html").read_text(encoding="utf-8")

    def submit(self, action: QueueAction) -> None:
        """Simulate or measure a setting."""
        asked = {name: action.setting[name] for name in (*WORDS, CLOSES) if name in action.setting}
        if action.do == "ask":
            self._entered.keep(asked)
            self._run = self._simulated()
            self.refresh()
        else:
            self._start_measuring(asked)

    def content(self) -> Page:
        """Return the setting that was asked for, its run, and the latest measurement."""
        return {"asked": self._entered.values, "run": self._run, "measured": self._measured}

    def _simulated(self) -> Page:
        """Return the run of the setting, with a number, so that an equal one is played again."""

        def run() -> Page:
            setting = self._setting(self._entered.values)
            return playable(self._simulate(*astuple(setting)), setting)

        return {"number": next(self._numbers), **attempted(run)}

    def _start_measuring(self, asked: Page) -> None:
        """Start a measurement unless one is running, since two would slow each other down."""
        if self._measure is None or self._job.is_running:
            self.refresh()
            return
        try:
            setting = self._setting(asked)
            if setting.closes_while_busy:
                raise ValueError("Our predictor closes a batch only when the model is free.")
        except (ValueError, msgspec.ValidationError) as error:
            self._show_measured(asked, error=error_in_words(error))
            return
        self._show_measured(asked, state="running")
        then = partial(self._finish, asked, setting)
        sliders = (getattr(setting, name) for name in WORDS)
        self._job.start(self._measure, *sliders, convert=measured_figures, then=then)

    def _setting(self, asked: Mapping[str, Any]) -> Setting:
        setting = msgspec.convert(asked, Setting)
        for name, (least, most) in self._limits.items():
            value = getattr(setting, name)
            if not least <= value <= most:
                raise ValueError(
                    f"The {WORDS[name]} must be between {least:g} and {most:g}, got {value:g}."
                )
        return setting

    def _finish(self, asked: Page, setting: Setting, end: JobEnd[dict[str, Any]]) -> None:
        found: dict[str, Any] = {"error": end.failed or f"{end.stopped}."}
        if (figures := end.result) is not None:
            run = self._simulate(*astuple(setting), n=figures["n"])  # only equal lengths compare
            simulated = {**figures_of(run), "n": figures["n"]}
            found = {**figures, "simulated": simulated}
        self._show_measured(asked, **found)

    def _show_measured(self, asked: Page, *, state: str = "done", **found: object) -> None:
        self._measured = {**asked, "state": state, **found}
        self.refresh()


def queue_of(
    cost: CostModel,
    simulate: Simulate,
    measure: MeasureQueue | None = None,
    *,
    log: EventLog | None = None,
) -> QueueView:
    """Return the queue with the tour of a cost; it records when all stops have been seen."""
    tour = tour_for(cost.texts_per_s)
    left = {(one.rate_per_s, one.max_batch_size, one.batch_wait_timeout_ms) for one in tour}

    def has_seen_all(rate: float, size: int, wait_ms: float, closes_while_busy: bool) -> bool:
        if not closes_while_busy:
            left.discard((rate, size, wait_ms))
        return not left

    simulate = recorded(simulate, "tour-taken", has_seen_all, log=log)
    return QueueView(simulate, measure=measure, tour=tour)


def show_light_queue(
    cost: CostModel, gaps: Sequence[float], *, log: EventLog | None = None
) -> QueueView:
    """Return the queue without a measurement, simulated without numpy.

    Parameters
    ----------
    cost : CostModel
        The cost of a batch.
    gaps : sequence of float
        The gaps between arrivals at a rate of 1 per second, from `unit_gaps`.
    log : EventLog, optional
        The session's record if not given.
    """
    return queue_of(cost, partial(simulate_gaps, gaps=gaps, cost=cost), log=log)
