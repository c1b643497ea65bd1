"""The queue: requests arrive, wait, are gathered in batches and answered, in slow motion."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import anywidget
import traitlets

from lessons_lib.widgets.kernel_loop import KernelLoop
from lessons_lib.widgets.queue_measure import Measure, Simulate, measured_or_error
from lessons_lib.widgets.queue_run import Setting, played
from lessons_lib.widgets.queue_setting import Limits, checked_tour, first_setting, limits_for
from lessons_lib.widgets.queue_tour import Stop
from lessons_lib.widgets.static_files import read_static
from lessons_lib.widgets.trace_layers import error_in_words


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

    _esm = read_static(
        "elements.js",
        "kernel_line.js",
        "queue_run.js",
        "queue_dots.js",
        "queue_scene.js",
        "queue_strip.js",
        "queue_controls.js",
        "queue_figures.js",
        "queue_player.js",
        "queue_view.js",
    )
    _css = read_static("queue_view.css")

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
        measure: Measure | None = None,
        tour: Sequence[Stop] | None = None,
        rate_per_s: float | None = None,
        max_batch_size: int | None = None,
        batch_wait_timeout_ms: float | None = None,
        max_rate_per_s: float | None = None,
    ) -> None:
        _check_callable("simulate", simulate)
        if measure is not None:
            _check_callable("measure", measure)
        stops = checked_tour(tour)
        setting = first_setting(stops, rate_per_s, max_batch_size, batch_wait_timeout_ms)
        self._simulate = simulate
        self._measure, self._loop = measure, KernelLoop()
        self._limits = limits_for(stops, setting, max_rate_per_s)
        self._limits.check(setting)
        self._measuring: asyncio.Task[None] | None = None
        super().__init__(
            limits=asdict(self._limits),
            tour=[asdict(stop) for stop in stops],
            can_measure=measure is not None,
            asked={"serial": 0, **asdict(setting)},
        )

    def __repr__(self) -> str:
        return "QueueView(arrivals, queue, batches, answers)"

    @traitlets.observe("asked")
    def _answer(self, change: dict[str, Any]) -> None:
        asked = change["new"]
        answer = _run_or_error(self._simulate, asked, self._limits)
        self.answer = {"serial": int(asked.get("serial", 0)), **answer}

    @traitlets.observe("measure_asked")
    def _start_measuring(self, change: dict[str, Any]) -> None:
        """Begin a measurement, unless one is running: two at a time would slow each other down."""
        asked = change["new"]
        if self._measure is None or self.measured.get("state") == "running":
            return
        self.measured = {**asked, "state": "running"}
        try:
            setting = self._limits.read(asked)
        except (TypeError, ValueError) as error:
            self.measured = {**asked, "state": "done", "error": error_in_words(error)}
            return
        self._loop.start(self._measure_and_tell(self._measure, setting, asked))

    async def _measure_and_tell(
        self, measure: Measure, setting: Setting, asked: dict[str, Any]
    ) -> None:
        told: dict[str, Any] = {"error": "The measurement was interrupted."}
        try:
            told = await measured_or_error(measure, self._simulate, setting)
        finally:
            self.measured = {**asked, "state": "done", **told}


def _run_or_error(simulate: Simulate, asked: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Return the run, or what went wrong: raised here, it would be lost in the kernel's log."""
    try:
        setting = limits.read(asked)
        run = simulate(setting.rate_per_s, setting.max_batch_size, setting.batch_wait_timeout_ms)
        return played(run, setting)
    except Exception as error:
        return {"error": error_in_words(error)}


def _check_callable(name: str, given: object) -> None:
    if not callable(given):
        raise TypeError(
            f"QueueView({name}=...) takes a callable of rate_per_s, max_batch_size and "
            f"batch_wait_timeout_ms, got {type(given).__name__}."
        )
