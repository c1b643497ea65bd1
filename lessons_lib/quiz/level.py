"""How strong a learner is by a test: the rule, in words and as a function."""

from __future__ import annotations

from math import ceil, comb, floor
from typing import Literal, TypeAlias

from lessons_lib.quiz.draw import MOST_GUESSABLE, TEST_SIZE

Level: TypeAlias = Literal["strong", "developing", "not yet"]

STRONG_FROM = 8
DEVELOPING_FROM = 5


def level_of(right: int) -> Level:
    """Return the level that a number of right answers reaches."""
    if not 0 <= right <= TEST_SIZE:
        raise ValueError(f"A test has 0 to {TEST_SIZE} right answers, got {right}.")
    if right >= STRONG_FROM:
        return "strong"
    return "developing" if right >= DEVELOPING_FROM else "not yet"


def chance_of_strong(chance_right: float) -> float:
    """Return how likely a test is to end in `strong`, if each answer is right with a chance."""
    return sum(
        comb(TEST_SIZE, right) * chance_right**right * (1 - chance_right) ** (TEST_SIZE - right)
        for right in range(STRONG_FROM, TEST_SIZE + 1)
    )


def rule_text() -> str:
    """Return the rule as it is told to the learner."""
    guessed = chance_of_strong(MOST_GUESSABLE)
    known = chance_of_strong(0.95)
    return (
        f"Strong: {STRONG_FROM} to {TEST_SIZE} of {TEST_SIZE} right. "
        f"Developing: {DEVELOPING_FROM} to {STRONG_FROM - 1}. "
        f"Not yet: {DEVELOPING_FROM - 1} or fewer. "
        "Where several options are right, all of them and no other must be picked. "
        f"Guessing alone reaches strong in at most {ceil(guessed * 10_000)} of 10,000 tests; "
        f"knowing 95% of the answers reaches it in at least {floor(known * 100)} of 100."
    )
