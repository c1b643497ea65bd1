"""All exercises, in the order in which learners meet them."""

from __future__ import annotations

from lessons_lib.practice.exercises.exercise import Exercise
from lessons_lib.practice.exercises.tasks import calls, results, rows
from lessons_lib.quiz.problems import did_you_mean

EXERCISES = (
    calls.BATCH_CALL,
    calls.REAL_TIME_CALL,
    calls.MEND_THE_CALL,
    results.TYPE_OF_RESULTS,
    results.CHOOSE_THE_MODE,
    results.READ_THE_ERROR,
    rows.PREPROCESS,
    rows.PAD_IDS,
    rows.MASKED_MEAN,
    results.SOFTMAX,
    results.LABEL_OF,
    rows.CUT_INTO_BATCHES,
    rows.COUNT_THE_PASSES,
    calls.PERCENTILES,
    calls.START_THE_BATCH,
)


def exercise(name: str) -> Exercise:
    """Return the exercise of an id, for instance ``"mend-the-call"``.

    Raises
    ------
    TypeError
        If `name` is not a string.
    ValueError
        If no exercise has that id; the message lists the ids.
    """
    if not isinstance(name, str):
        raise TypeError(f"exercise() takes an exercise's id (str), got {type(name).__name__}.")
    known = {one.id: one for one in EXERCISES}
    if name not in known:
        advice = did_you_mean(name, known) or f" Choose one of {', '.join(known)}."
        raise ValueError(f"Unknown exercise {name!r}.{advice}")
    return known[name]
