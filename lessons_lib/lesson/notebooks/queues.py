"""For notebook 09: a simulated and a real queue."""

from lessons_lib.lesson.explorations.bill import name_of
from lessons_lib.lesson.plots.latencies import plot_simulated_and_measured
from lessons_lib.lesson.plots.style import progress_bar
from lessons_lib.pipeline.inference.microbatch import send_together
from lessons_lib.pipeline.timing.arrivals import poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.compare import judge_simulation, simulated_and_measured
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.fitting import measure_microbatch_cost
from lessons_lib.pipeline.timing.simulate import simulate
