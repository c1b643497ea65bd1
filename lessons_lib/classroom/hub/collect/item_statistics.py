"""Statistics of each question in a class: facility, discrimination, most-chosen wrong option.

They use first answers only, because nearly everyone is right after the feedback.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import correlation, fmean, median

from msgspec import Struct, field

from lessons_lib.classroom.hub.collect.learner import Learner

# With fewer learners the statistic is unstable.
FEWEST_LEARNERS = 5


class QuestionStatistics(Struct, frozen=True):
    """Statistics of one question. An undefined value is None, or a text with the reason.

    `n` learners answered it, `facility` is the share of them who were right on the first try,
    `wrong_option` the most common wrong choice, and `wrong_share` its share of all `n`. The columns
    of the table are in the same order, under the names that are given here.
    """

    id: str = field(name="question")
    quiz: str = field(name="notebook")
    n: int
    facility: float | None
    discrimination: float | str
    wrong_option: str = field(name="most_chosen_wrong")
    wrong_share: float | None = field(name="most_chosen_wrong_share")
    median_hints: float | None


def question_statistics(learners: Sequence[Learner]) -> list[QuestionStatistics]:
    """Return one row per graded question, in the bank's order.

    Parameters
    ----------
    learners : sequence of Learner
        All graded by the same bank.

    Notes
    -----
    Discrimination is the corrected item-total correlation: the point-biserial correlation between
    being right on this question and the score on the others, so that the question is not
    correlated with itself (Henrysson, Correction of item-total correlations in item analysis,
    Psychometrika 28, 1963). Because learners answer different questions, the score is the share
    of correct first answers to the other questions that a learner answered.
    """
    if not learners:
        return []
    return [_statistics(index, learners) for index in range(len(learners[0].progress.questions))]


def _statistics(index: int, learners: Sequence[Learner]) -> QuestionStatistics:
    question = learners[0].progress.questions[index]
    name = question.id
    answered = [one for one in learners if name in one.first]
    n = len(answered)
    wrong = Counter(letter for one in answered for letter in one.first[name].wrong)
    # Break ties alphabetically, so that the result is reproducible.
    option, count = min(wrong.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
    hints = [one.progress.questions[index].hints_used for one in answered]
    return QuestionStatistics(
        id=name,
        quiz=question.quiz,
        n=n,
        facility=fmean(one.first[name].is_right for one in answered) if n else None,
        discrimination=_discrimination(name, answered),
        wrong_option=option,
        wrong_share=count / n if count else None,
        median_hints=float(median(hints)) if n else None,
    )


def _discrimination(name: str, answered: Sequence[Learner]) -> float | str:
    pairs = [
        (float(one.first[name].is_right), rest)
        for one in answered
        if (rest := _rest_score(name, one)) is not None
    ]
    if len(pairs) < FEWEST_LEARNERS:
        return f"n/a: fewer than {FEWEST_LEARNERS} learners answered it and another question"
    right, others = zip(*pairs, strict=True)
    if len(set(right)) == 1:
        return f"n/a: everyone was {'right' if right[0] else 'wrong'}"
    if len(set(others)) == 1:
        return "n/a: everyone did equally well on the other questions"
    return correlation(right, others)  # one variable is 0 or 1, so this is point-biserial


def _rest_score(name: str, learner: Learner) -> float | None:
    """Return the share of correct first answers to a learner's other questions."""
    others = len(learner.first) - 1
    if not others:
        return None
    right = sum(one.is_right for one in learner.first.values()) - learner.first[name].is_right
    return right / others
