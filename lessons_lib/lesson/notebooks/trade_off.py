"""For notebook 10: latency, throughput and the bill."""

from lessons_lib.lesson.explorations.bill import measure_modes, measure_scenarios
from lessons_lib.lesson.plots.style import display_table, progress_bar
from lessons_lib.lesson.plots.throughput import plot_frontier
from lessons_lib.pipeline.inference.jobs import jobs_by_mode, one_batch_per_size
from lessons_lib.pipeline.timing.compare import read_frontier
from lessons_lib.pipeline.timing.cost import dollars_per_million
from lessons_lib.pipeline.timing.decisions import ManyUsers, Offline, OnePerson
from lessons_lib.pipeline.timing.fitting import fit_frontier
from lessons_lib.pipeline.timing.latency import own_figures, time_in_turn
