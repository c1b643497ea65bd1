"""For notebook 07: latencies of single calls."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from time import perf_counter

from lessons_lib.lesson.plots.latencies import plot_latencies, plot_ways
from lessons_lib.lesson.plots.style import progress_bar
from lessons_lib.lesson.plots.throughput import plot_modes
from lessons_lib.pipeline.inference.endpoint import serving
from lessons_lib.pipeline.inference.jobs import jobs_by_mode
from lessons_lib.pipeline.inference.prediction import Pipeline
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.timing.latency import (
    LatencySummary,
    latencies_ms,
    measure_latency,
    time_in_turn,
)
from lessons_lib.pipeline.timing.machine import machine_line

WAYS = "function", "open connection", "new connection"


def time_ways(
    paths: Mapping[str, Pipeline], texts: Sequence[str]
) -> dict[str, dict[str, LatencySummary]]:
    """Return the latency of each path as a function, and at an endpoint on this machine.

    Requests are sent over a connection that stays open, and over a new one for each text. An
    ordinary clock times them, because a request also waits.
    """
    waits: dict[str, dict[str, LatencySummary]] = {name: {} for name in paths}
    with ExitStack() as served:
        calls = []
        for path in paths.values():
            predict = RealTimePredictor(path).predict
            endpoint = served.enter_context(serving(predict))
            calls.append((predict, endpoint.ask, endpoint.ask_reconnecting))
        # The paths are compared one way at a time, so that a busy moment slows both.
        for way, *one_each in zip(WAYS, *calls, strict=True):
            for name, call in zip(paths, one_each, strict=True):
                waits[name][way] = measure_latency(call, texts, clock=perf_counter)
    return waits
