"""For notebook 10: latency, throughput and the bill."""

from lessons_lib.lesson.explorations.bill import (
    measure_modes as measure_modes,
    measure_scenarios as measure_scenarios,
)
from lessons_lib.lesson.plots.style import progress_bar as progress_bar
from lessons_lib.lesson.plots.throughput import (
    plot_frontier as plot_frontier,
    plot_modes as plot_modes,
)
from lessons_lib.pipeline.inference.jobs import (
    jobs_by_mode as jobs_by_mode,
    one_batch_per_size as one_batch_per_size,
)
from lessons_lib.pipeline.timing.compare import (
    compare_modes as compare_modes,
    core_hours as core_hours,
    find_knee as find_knee,
    fit_frontier as fit_frontier,
    read_frontier as read_frontier,
)
from lessons_lib.pipeline.timing.cost import dollars_per_million as dollars_per_million
from lessons_lib.pipeline.timing.decisions import (
    ManyUsers as ManyUsers,
    Offline as Offline,
    OnePerson as OnePerson,
)
from lessons_lib.pipeline.timing.latency import (
    own_figures as own_figures,
    time_in_turn as time_in_turn,
)
