"""For notebook 16: many machines."""

from lessons_lib.pipeline.timing.replicas import premiere as premiere, tail_by_way as tail_by_way
