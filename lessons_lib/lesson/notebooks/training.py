"""For notebook 05: the training run and its curves."""

from lessons_lib.lesson.plots.training_curves import LiveCurves, plot_training_curves
from lessons_lib.pipeline.model.trace import REFERENCE_TRACE
from lessons_lib.pipeline.model.training import Recipe
from lessons_lib.pipeline.timing.machine import heavy_step_line
