"""Whom an instructor may want to ask how it goes: two plain rules, no verdict on anybody."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from lessons_lib.hub.regrade import Result

FEWEST_ANSWERED = 5  # before that, how many were right says little

RULE = (
    "May need help: answered fewer than half as many questions as the median of those who have "
    f"begun; or answered at least {FEWEST_ANSWERED}, and fewer than half of them rightly at the "
    "first try."
)


def median_answered(results: Iterable[Result]) -> float:
    """Return how many questions the middle one of those who have begun has answered."""
    counts = [one.progress.overall.attempted for one in results]
    return float(median([one for one in counts if one] or [0]))


def reason_for_help(result: Result, middle: float) -> str:
    """Return by which rule a learner may need help, or nothing.

    Parameters
    ----------
    result : Result
        The learner's.
    middle : float
        What `median_answered` says of the class.
    """
    overall = result.progress.overall
    if overall.attempted < middle / 2:
        return f"answered {overall.attempted}, fewer than half of the class's median {middle:g}"
    if overall.attempted >= FEWEST_ANSWERED and overall.right_first < overall.attempted / 2:
        return f"{overall.right_first} of {overall.attempted} right at the first try"
    return ""
