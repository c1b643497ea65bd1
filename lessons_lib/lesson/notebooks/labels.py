"""For notebook 08: confidence, failures and drift."""

from lessons_lib.lesson.explorations.drift import measure_drift
from lessons_lib.lesson.explorations.failures import failure_shares
from lessons_lib.lesson.plots.texts import plot_confidence
