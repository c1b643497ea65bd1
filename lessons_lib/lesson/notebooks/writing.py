"""For notebook 17: the model that writes."""

from lessons_lib.lesson.explorations.writing import (
    comment_lengths as comment_lengths,
    fit_writing as fit_writing,
    read_replay as read_replay,
    read_steps as read_steps,
    replay_requests as replay_requests,
    seats_that_write as seats_that_write,
    time_next_token as time_next_token,
    time_reading as time_reading,
    time_steps as time_steps,
)
from lessons_lib.lesson.plots.texts import plot_next_token as plot_next_token
