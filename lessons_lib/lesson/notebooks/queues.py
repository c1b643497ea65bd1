"""For notebook 09: a simulated and a real queue."""

from lessons_lib.lesson.plots.ferry import plot_crossings as plot_crossings
from lessons_lib.lesson.plots.latencies import (
    plot_simulated_and_measured as plot_simulated_and_measured,
)
from lessons_lib.lesson.plots.style import progress_bar as progress_bar
from lessons_lib.pipeline.inference.microbatch import send_together as send_together
from lessons_lib.pipeline.timing.arrivals import poisson as poisson
from lessons_lib.pipeline.timing.batching import BatchingPolicy as BatchingPolicy
from lessons_lib.pipeline.timing.compare import (
    judge_simulation as judge_simulation,
    simulated_and_measured as simulated_and_measured,
)
from lessons_lib.pipeline.timing.cost import CostModel as CostModel
from lessons_lib.pipeline.timing.fitting import measure_microbatch_cost as measure_microbatch_cost
from lessons_lib.pipeline.timing.simulate import simulate as simulate
