"""For notebook 01: crossings of a ferry."""

from lessons_lib.lesson.plots.ferry import plot_crossings as plot_crossings
from lessons_lib.lesson.plots.latencies import plot_timelines as plot_timelines
from lessons_lib.pipeline.timing.arrivals import poisson as poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy as BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel as CostModel
from lessons_lib.pipeline.timing.simulate import simulate as simulate
