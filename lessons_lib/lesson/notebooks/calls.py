"""For notebook 07: latencies of single calls."""

from lessons_lib.lesson.plots.latencies import plot_latencies
from lessons_lib.lesson.plots.style import progress_bar
from lessons_lib.lesson.plots.throughput import plot_modes
from lessons_lib.pipeline.inference.endpoint import serving
from lessons_lib.pipeline.inference.jobs import jobs_by_mode
from lessons_lib.pipeline.timing.latency import latencies_ms, measure_latency, time_in_turn
from lessons_lib.pipeline.timing.machine import machine_line
