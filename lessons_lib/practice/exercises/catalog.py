"""All exercises, in the order in which they are met."""

from __future__ import annotations

from lessons_lib.practice.exercises.exercise import Exercise
from lessons_lib.practice.exercises.tasks.calls import (
    BATCH_CALL,
    MEND_THE_CALL,
    PERCENTILES,
    REAL_TIME_CALL,
    START_THE_BATCH,
)
from lessons_lib.practice.exercises.tasks.results import (
    CHOOSE_THE_MODE,
    LABEL_OF,
    READ_THE_ERROR,
    SOFTMAX,
    TYPE_OF_RESULTS,
)
from lessons_lib.practice.exercises.tasks.rows import (
    COUNT_THE_PASSES,
    CUT_INTO_BATCHES,
    MASKED_MEAN,
    PAD_IDS,
    PREPROCESS,
)

EXERCISES = (
    BATCH_CALL,
    REAL_TIME_CALL,
    MEND_THE_CALL,
    TYPE_OF_RESULTS,
    CHOOSE_THE_MODE,
    READ_THE_ERROR,
    PREPROCESS,
    PAD_IDS,
    MASKED_MEAN,
    SOFTMAX,
    LABEL_OF,
    CUT_INTO_BATCHES,
    COUNT_THE_PASSES,
    PERCENTILES,
    START_THE_BATCH,
)


def exercise(name: str) -> Exercise:
    """Return the exercise of an id, for instance ``"mend-the-call"``.

    Raises
    ------
    TypeError
        If `name` is not a string.
    ValueError
        If there is none of that id; the message lists those there are.
    """
    if not isinstance(name, str):
        raise TypeError(f"exercise() takes an exercise's id (str), got {type(name).__name__}.")
    for one in EXERCISES:
        if one.id == name:
            return one
    known = ", ".join(one.id for one in EXERCISES)
    raise ValueError(f"{name!r} is no exercise: choose one of {known}.")
