"""For notebook 01: crossings of a ferry."""

from lessons_lib.lesson.views.dock import display_dock
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate
