"""For notebook 17: the model that writes."""

from lessons_lib.lesson.explorations.writing import (
    comment_lengths,
    fit_writing,
    read_replay,
    read_steps,
    replay_requests,
    seats_that_write,
    time_next_token,
    time_reading,
    time_steps,
)
from lessons_lib.lesson.plots.texts import plot_next_token
