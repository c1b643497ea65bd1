"""For notebook 02: the reviews and their ratings."""

from lessons_lib.lesson.plots.texts import plot_lengths, plot_ratings
from lessons_lib.pipeline.text.corpus import count_shared
