"""For notebook 01: crossings of a ferry."""

from lessons_lib.lesson.plots.ferry import plot_crossings
from lessons_lib.lesson.plots.latencies import plot_timelines
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate
