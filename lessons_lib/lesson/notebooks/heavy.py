"""For notebook 15: the transformer's times."""

from lessons_lib.lesson.explorations.transformer import (
    compare_models,
    read_engines,
    read_prices,
    time_batch_sizes,
    time_engines,
    time_equal_texts,
    time_long_text,
    time_one_text,
    time_sorting,
    with_long_text,
    word_pieces,
)
from lessons_lib.lesson.plots.texts import plot_padding
from lessons_lib.lesson.plots.throughput import plot_throughput
from lessons_lib.pipeline.inference.engine import load_engines
from lessons_lib.pipeline.timing.machine import heavy_step_line
from lessons_lib.pipeline.timing.stored import gain_of_engine
