"""The experiments of the course: what is asked before each measurement, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping

from lessons_lib.widgets.lab_book_experiment import TIMES, Experiment, Measure

# By the name of the measurement: question, unit, and what to take from the figure.
QUESTIONS = {
    "one-by-one": (
        "How many texts does real-time answer in a second here, one after the other?",
        "texts/s",
        "Every text pays for a pass of its own.",
    ),
    "batch-against-one": (
        "Batch answers how many times as many texts a second as real-time, on the same path?",
        TIMES,
        "The texts of a batch share the fixed cost of a pass. Reading each text is not shared.",
    ),
    "slow-hundredth": (
        "One call in a hundred is slow. How many times the p50 is the p99?",
        TIMES,
        "A mean hides these calls, and yet about one user in a hundred gets such an answer.",
    ),
    "alone-at-the-queue": (
        "One user asks a micro-batching predictor whose batch wait timeout is 5 ms, and nobody "
        "else does. What is the p50?",
        "ms",
        "Of this, 5 ms are waiting for company that does not come.",
    ),
}


def experiments(measures: Mapping[str, Measure]) -> list[Experiment]:
    """Return the course's experiments with the measurements of a notebook.

    Parameters
    ----------
    measures : mapping of names to callables
        Each returns one figure, in the unit that its question names.

    Raises
    ------
    ValueError
        If a name has no question here.
    """
    unknown = sorted(set(measures) - set(QUESTIONS))
    if unknown:
        known = ", ".join(QUESTIONS)
        raise ValueError(f"experiments() measures {known}; got {', '.join(unknown)}.")
    made = []
    for name, measure in measures.items():
        question, unit, explain = QUESTIONS[name]
        made.append(Experiment(name, question, unit, measure, explain))
    return made
