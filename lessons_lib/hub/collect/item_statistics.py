"""How each question did in a class: facility, discrimination, the wrong option chosen most.

All of it looks at first answers only: after feedback nearly everyone ends up right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import correlation, fmean, median

from msgspec import Struct

from lessons_lib.hub.collect.regrade import Result

# With fewer learners the statistic is unstable.
FEWEST_LEARNERS = 5


class QuestionStatistics(Struct, frozen=True):
    """How one question did. Where a figure is undefined, there is None or the reason in words.

    `n` learners answered it, `facility` is the share of them who were right at the first try,
    `wrong_option` what most of those who were wrong chose, `wrong_share` their share of all `n`.
    """

    id: str
    quiz: str
    n: int
    facility: float | None
    discrimination: float | str
    wrong_option: str
    wrong_share: float | None
    median_hints: float | None


def question_statistics(results: Sequence[Result]) -> list[QuestionStatistics]:
    """Return one row for each graded question, in the bank's order.

    Parameters
    ----------
    results : sequence of Result
        One for each learner, all by the same bank.

    Notes
    -----
    Discrimination is the corrected item-total correlation: the point-biserial correlation between
    being right at this question and the score on the others, so that the question does not count
    against itself (Henrysson, Correction of item-total correlations in item analysis,
    Psychometrika 28, 1963). As learners answer different questions, the score is the share
    of right first answers among the other questions that a learner answered.
    """
    if not results:
        return []
    return [
        _statistics(place, one.id, one.quiz, results)
        for place, one in enumerate(results[0].progress.questions)
    ]


def _statistics(place: int, name: str, quiz: str, results: Sequence[Result]) -> QuestionStatistics:
    those = [one for one in results if name in one.first]
    n = len(those)
    wrong = Counter(letter for one in those for letter in one.first[name].wrong)
    # Of equally frequent ones the first by name, so that two runs say the same.
    option, count = min(wrong.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
    hints = [one.progress.questions[place].hints_used for one in those]
    return QuestionStatistics(
        id=name,
        quiz=quiz,
        n=n,
        facility=fmean(one.first[name].is_right for one in those) if n else None,
        discrimination=_discrimination(name, those),
        wrong_option=option,
        wrong_share=count / n if count else None,
        median_hints=float(median(hints)) if n else None,
    )


def _discrimination(name: str, those: Sequence[Result]) -> float | str:
    pairs = [
        (float(one.first[name].is_right), rest)
        for one in those
        if (rest := _rest_score(name, one)) is not None
    ]
    if len(pairs) < FEWEST_LEARNERS:
        return f"n/a: fewer than {FEWEST_LEARNERS} learners answered it and another question"
    right, others = zip(*pairs, strict=True)
    if len(set(right)) == 1:
        return f"n/a: everyone was {'right' if right[0] else 'wrong'}"
    if len(set(others)) == 1:
        return "n/a: everyone did equally well on the other questions"
    return correlation(right, others)  # with a side of 0 and 1: point-biserial


def _rest_score(name: str, result: Result) -> float | None:
    """Return the share of right first answers among a learner's other questions."""
    others = len(result.first) - 1
    if not others:
        return None
    right = sum(one.is_right for one in result.first.values()) - result.first[name].is_right
    return right / others
