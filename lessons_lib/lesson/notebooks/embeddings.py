"""For notebook 04: words and their neighbors."""

from lessons_lib.lesson.explorations.words import odd_one_out
from lessons_lib.lesson.plots.texts import plot_word_map
