"""For notebook 06: stages, sizes and throughput."""

from lessons_lib.lesson.explorations.batches import compare_predictions
from lessons_lib.lesson.plots.style import progress_bar
from lessons_lib.lesson.plots.throughput import plot_stage_costs, plot_throughput
from lessons_lib.pipeline.inference.jobs import folded_stages, jobs_by_batch_size, textbook_stages
from lessons_lib.pipeline.timing.compare import find_sweet_spot
from lessons_lib.pipeline.timing.latency import time_in_turn
