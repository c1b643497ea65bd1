"""The queue of micro-batching: sliders set it, a simulation is played, the same is measured."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, astuple
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import anywidget
import traitlets

from lessons_lib.arguments import check_callable
from lessons_lib.widgets.job import Job, JobEnd
from lessons_lib.widgets.page import script, styles
from lessons_lib.widgets.queue.run import Setting, measured_figures, played, simulated_alike
from lessons_lib.widgets.queue.tour import Stop
from lessons_lib.widgets.safe_text import error_in_words

if TYPE_CHECKING:
    from lessons_lib.timing.simulate import SimulatedRun

Simulate: TypeAlias = "Callable[..., SimulatedRun]"
MeasureQueue: TypeAlias = Callable[[float, int, float], object]
USUAL_SETTING = Setting(rate_per_s=1_000.0, max_batch_size=8, batch_wait_timeout_ms=5.0)
WORDS = {
    "rate_per_s": "arrival rate per second",
    "max_batch_size": "maximum batch size",
    "batch_wait_timeout_ms": "batch wait timeout in ms",
}
Limits: TypeAlias = dict[str, tuple[float, float]]  # the ends of each slider
RATES_SPAN = 5_000  # from the least rate to the highest


def setting_of(values: Mapping[str, Any]) -> Setting:
    """Return the setting that a browser asks for; TypeError or ValueError if there is none."""
    if missing := [words for name, words in WORDS.items() if values.get(name) is None]:
        raise ValueError(f"A setting needs the {missing[0]}.")
    rate, size, wait_ms = (values[name] for name in WORDS)
    return Setting(float(rate), operator.index(size), float(wait_ms))


def check_within(limits: Limits, setting: Setting) -> None:
    """Raise a ValueError if a setting lies beyond the ends of the sliders."""
    for name, (least, most) in limits.items():
        value = getattr(setting, name)
        if not least <= value <= most:
            raise ValueError(
                f"The {WORDS[name]} lies between {least:g} and {most:g}, got {value:g}."
            )


def limits_for(stops: Sequence[Stop], setting: Setting, max_rate_per_s: float | None) -> Limits:
    """Return ends that hold every stop and the first setting, if they hold anything sensible."""
    settings: list[Stop | Setting] = [*stops, setting]
    rates = [one.rate_per_s for one in settings if one.rate_per_s > 0]
    highest = 2 * max(rates, default=1.0) if max_rate_per_s is None else float(max_rate_per_s)
    if not (math.isfinite(highest) and highest > 0):
        raise ValueError(f"max_rate_per_s is above 0 and finite, got {highest:g}.")
    own_ms = setting.batch_wait_timeout_ms
    waits_ms = [2 * one.batch_wait_timeout_ms for one in stops]
    return {
        "rate_per_s": (min(highest / RATES_SPAN, *rates, highest), highest),
        "max_batch_size": (1, max(128, *(one.max_batch_size for one in settings))),
        "batch_wait_timeout_ms": (0.0, max(100.0, *waits_ms, own_ms if own_ms < math.inf else 0)),
    }


class QueueView(anywidget.AnyWidget):
    """Plays a simulated run of micro-batching and shows its figures, beside the same measured.

    Parameters
    ----------
    simulate : callable
        Takes a rate per second, a maximum batch size and a batch wait timeout in milliseconds, and
        returns a run, for instance ``partial(simulate_poisson, cost=cost, n=400)``. A few hundred
        requests make a run of half a minute on the screen. If it also takes `n`, as this one does,
        it is called with as many requests as were measured, and the ratio is to that run.
    measure : callable, optional
        Takes the same three and returns (or is awaited for) an object with `p50_ms`, `p99_ms`,
        `texts_per_s` and `n`. Without it there is no button to measure. JupyterLab may run it in
        another thread than the cells, so it makes anew whatever it awaits: a predictor that a cell
        has used belongs to the event loop of the cells.
    tour : sequence of Stop, optional
        For instance ``tour_for(cost.texts_per_s)``. Without it there is no tour.
    rate_per_s, max_batch_size, batch_wait_timeout_ms : optional
        The setting to begin with; if none is given, the first stop of the tour.
    max_rate_per_s : float, optional
        The right end of the rate's slider, which is logarithmic. By default twice the highest rate
        of the tour.

    Raises
    ------
    TypeError
        If `simulate` or `measure` cannot be called, or the tour holds anything but stops.
    ValueError
        If a setting is out of range.

    Notes
    -----
    The browser sets `asked` to a setting with a serial number; the kernel answers in `answer` with
    the same number, and the browser drops answers to settings it has left. `measure_asked` and
    `measured` do the same for measurements, of which one runs at a time.
    """

    _esm = script("queue/view.js")
    _css = styles("queue/view.css")

    limits: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    tour: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    can_measure = traitlets.Bool(False).tag(sync=True)
    asked: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True, echo_update=False)
    answer: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    measure_asked: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True, echo_update=False)
    measured: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        simulate: Simulate,
        *,
        measure: MeasureQueue | None = None,
        tour: Sequence[Stop] | None = None,
        rate_per_s: float | None = None,
        max_batch_size: int | None = None,
        batch_wait_timeout_ms: float | None = None,
        max_rate_per_s: float | None = None,
    ) -> None:
        wanted = "a callable of rate_per_s, max_batch_size and batch_wait_timeout_ms"
        check_callable("QueueView(simulate=...)", simulate, wanted)
        if measure is not None:
            check_callable("QueueView(measure=...)", measure, wanted)
        stops = tuple(tour or ())
        for stop in stops:
            if not isinstance(stop, Stop):
                raise TypeError(f"QueueView(tour=...) takes stops, got {type(stop).__name__}.")
        given = zip(WORDS, (rate_per_s, max_batch_size, batch_wait_timeout_ms), strict=True)
        usual = asdict(stops[0] if stops else USUAL_SETTING)
        setting = setting_of(usual | {name: value for name, value in given if value is not None})
        self._simulate, self._measure, self._job = simulate, measure, Job()
        self._limits = limits_for(stops, setting, max_rate_per_s)
        check_within(self._limits, setting)
        super().__init__(
            limits=self._limits,
            tour=[asdict(stop) for stop in stops],
            can_measure=measure is not None,
            asked={"serial": 0, **asdict(setting)},
        )

    def __repr__(self) -> str:
        return "QueueView(arrivals, queue, batches, answers)"

    @traitlets.observe("asked")
    def _answer(self, change: dict[str, Any]) -> None:
        asked = change["new"]
        try:
            setting = self._setting(asked)
            answer = played(self._simulate(*astuple(setting)), setting)
        except Exception as error:  # raised here, it would be lost in the kernel's log
            answer = {"error": error_in_words(error)}
        self.answer = {"serial": int(asked.get("serial", 0)), **answer}

    @traitlets.observe("measure_asked")
    def _start_measuring(self, change: dict[str, Any]) -> None:
        """Begin a measurement, unless one is running: two at a time would slow each other down."""
        asked = change["new"]
        if self._measure is None or self._job.is_running:
            return
        self.measured = {**asked, "state": "running"}
        try:
            setting = self._setting(asked)
        except (TypeError, ValueError) as error:
            self.measured = {**asked, "state": "done", "error": error_in_words(error)}
            return
        then = partial(self._show_measured, asked, setting)
        self._job.start(self._measure, *astuple(setting), convert=measured_figures, then=then)

    def _setting(self, asked: Mapping[str, Any]) -> Setting:
        setting = setting_of(asked)
        check_within(self._limits, setting)
        return setting

    def _show_measured(
        self, asked: dict[str, Any], setting: Setting, end: JobEnd[dict[str, Any]]
    ) -> None:
        found: dict[str, Any] = {"error": end.failed or f"{end.stopped}."}
        if (figures := end.result) is not None:
            alike = simulated_alike(self._simulate, setting, figures["n"])
            found = {**figures, "simulated": alike}
        self.measured = {**asked, "state": "done", **found}
