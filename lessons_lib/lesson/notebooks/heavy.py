"""For notebook 15: the transformer's times."""

from lessons_lib.lesson.explorations.transformer import (
    compare_models as compare_models,
    read_engines as read_engines,
    read_prices as read_prices,
    time_batch_sizes as time_batch_sizes,
    time_engines as time_engines,
    time_equal_texts as time_equal_texts,
    time_long_text as time_long_text,
    time_one_text as time_one_text,
    time_sorting as time_sorting,
    with_long_text as with_long_text,
    word_pieces as word_pieces,
)
from lessons_lib.lesson.plots.texts import plot_padding as plot_padding
from lessons_lib.lesson.plots.throughput import plot_throughput as plot_throughput
from lessons_lib.pipeline.inference.engine import load_engines as load_engines
from lessons_lib.pipeline.timing.machine import heavy_step_line as heavy_step_line
from lessons_lib.pipeline.timing.stored import gain_of_engine as gain_of_engine
