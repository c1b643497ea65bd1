"""For notebook 16: many machines."""

from lessons_lib.pipeline.timing.replicas import premiere, tail_by_way
