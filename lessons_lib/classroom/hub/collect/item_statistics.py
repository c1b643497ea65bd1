"""Statistics of each question in a class, and of the class's scores.

They use first answers only, because nearly everyone is right after the feedback.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import sqrt, tanh
from statistics import correlation, fmean, median, pvariance
from typing import TypeAlias

from msgspec import Struct, field

from lessons_lib.classroom.hub.collect.learner import Learner
from lessons_lib.classroom.quiz.bank import RETIRED, QuizBank
from lessons_lib.classroom.quiz.question import ChoiceQuestion

# With fewer, the sign of a discrimination and the size of a reliability are mostly chance.
FEWEST_LEARNERS = 30
Z_95 = 1.96

Interval: TypeAlias = tuple[float | str, float | str, float | str]
Complete: TypeAlias = tuple[tuple[str, ...], tuple[Learner, ...]]


class QuestionStatistics(Struct, frozen=True):
    """Statistics of one question. An undefined value is None, or a text with the reason.

    `place` is where the notebook asks it, `n` learners answered it, and `facility` is the share of
    them who were right on the first try. `low` and `high` bound the 95 % interval of
    `discrimination`. `wrong_option` is the most common wrong choice or number, `wrong_share` its
    share of all `n`, and `shares` those of all options, by letter. `median_seconds` is the time
    from turning to the question until the first answer. The columns of the table are in the same
    order, under the names that are given here.
    """

    id: str = field(name="question")
    quiz: str = field(name="notebook")
    place: str
    objective: str
    difficulty: str
    n: int
    facility: float
    discrimination: float | str
    low: float | str = field(name="discrimination_from")
    high: float | str = field(name="discrimination_to")
    right_option: str
    wrong_option: str = field(name="most_chosen_wrong")
    wrong_share: float | None = field(name="most_chosen_wrong_share")
    median_tries: float
    median_hints: float
    median_seconds: float | None
    shares: dict[str, float]


def question_statistics(learners: Sequence[Learner], bank: QuizBank) -> list[QuestionStatistics]:
    """Return one row per graded question that anybody answered, in the bank's order.

    Parameters
    ----------
    learners : sequence of Learner
        All graded by the bank.
    bank : QuizBank
        The current questions.

    Notes
    -----
    Discrimination is the corrected item-total correlation: the point-biserial correlation between
    being right on this question and the score on the others, so that the question is not
    correlated with itself [1]_. Because learners answer different questions, the score is the
    share of correct first answers to the other questions that a learner answered. Its interval is
    that of a correlation, by Fisher's z transformation [2]_; for a point-biserial one, it is an
    approximation.

    References
    ----------
    .. [1] S. Henrysson, Correction of item-total correlations in item analysis, Psychometrika 28,
       1963.
    .. [2] R. A. Fisher, On the "probable error" of a coefficient of correlation deduced from a
       small sample, Metron 1, 1921.
    """
    rows = range(len(learners[0].progress.questions) if learners else 0)
    names = {name for one in learners for name in one.first}
    return [
        _statistics(row, learners, bank)
        for row in rows
        if learners[0].progress.questions[row].id in names
    ]


def _statistics(index: int, learners: Sequence[Learner], bank: QuizBank) -> QuestionStatistics:
    about = learners[0].progress.questions[index]
    name, question = about.id, bank.question(about.id)
    answered = [one for one in learners if name in one.first]
    first, n = [one.first[name] for one in answered], len(answered)
    progress = [one.progress.questions[index] for one in answered]
    seconds = [one.seconds for one in first if one.seconds is not None]
    # Break ties alphabetically, so that the result is reproducible.
    wrong = Counter(letter for one in first for letter in one.wrong)
    option, count = min(wrong.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
    discrimination, low, high = _discrimination(name, answered)
    options = question.options if isinstance(question, ChoiceQuestion) else {}
    return QuestionStatistics(
        id=name,
        quiz=about.quiz,
        place=RETIRED if bank.quiz_of(name) is bank.retired else question.place,
        objective=question.objective,
        difficulty=question.difficulty,
        n=n,
        facility=fmean(one.is_right for one in first),
        discrimination=discrimination,
        low=low,
        high=high,
        right_option=" ".join(getattr(question, "answer", "")) if options else "",
        wrong_option=option,
        wrong_share=count / n if count else None,
        median_tries=float(median(one.attempts for one in progress)),
        median_hints=float(median(one.hints_used for one in progress)),
        median_seconds=median(seconds) if seconds else None,
        shares={letter: fmean(letter in one.letters for one in first) for letter in options},
    )


def _discrimination(name: str, answered: Iterable[Learner]) -> Interval:
    pairs = [
        (float(one.first[name].is_right), rest)
        for one in answered
        if (rest := _rest_score(name, one)) is not None
    ]
    if len(pairs) < FEWEST_LEARNERS:
        reason = f"n/a: fewer than {FEWEST_LEARNERS} learners answered it and another question"
        return reason, "", ""
    right, others = zip(*pairs, strict=True)
    if len(set(right)) == 1:
        return f"n/a: everyone was {'right' if right[0] else 'wrong'}", "", ""
    if len(set(others)) == 1:
        return "n/a: everyone did equally well on the other questions", "", ""
    r = correlation(right, others)  # one variable is 0 or 1, so this is point-biserial
    # tanh(atanh(r) - half) and tanh(atanh(r) + half), also for r = 1
    half = tanh(Z_95 / sqrt(len(pairs) - 3))
    return r, (r - half) / (1 - r * half), (r + half) / (1 + r * half)


def _rest_score(name: str, learner: Learner) -> float | None:
    """Return the share of correct first answers to a learner's other questions."""
    others = len(learner.first) - 1
    if not others:
        return None
    right = sum(one.is_right for one in learner.first.values()) - learner.first[name].is_right
    return right / others


class Reliability(Struct, frozen=True):
    """The reliability of the scores on a number of questions that all of the learners answered.

    `error` is its standard error; `score_error` is that of one learner's score, in questions.
    """

    questions: int
    learners: int
    reliability: float
    error: float
    score_error: float

    def __str__(self) -> str:
        return (
            f"{self.reliability:.2f} (standard error {self.error:.2f}), on {self.questions} "
            f"questions that the same {self.learners} learners answered; the number that one of "
            f"them got right has a standard error of {self.score_error:.1f}"
        )


def reliability(learners: Sequence[Learner]) -> Reliability | str:
    """Return the reliability of a class's scores, or why it cannot be computed.

    Notes
    -----
    The formula is Kuder and Richardson's 20th [1]_, which is Cronbach's alpha of answers that are
    right or wrong. It needs learners who all answered the same questions: the most answered ones
    are chosen so that the number of answers is largest. The standard error is Bonett's [2]_, for
    questions that all measure equally well.

    References
    ----------
    .. [1] G. F. Kuder and M. W. Richardson, The theory of the estimation of test reliability,
       Psychometrika 2, 1937.
    .. [2] D. G. Bonett, Sample size requirements for testing and estimating coefficient alpha,
       Journal of Educational and Behavioral Statistics 27, 2002.
    """
    names, together = _answered_by_all(learners)
    k, n = len(names), len(together)
    if k < 2:
        return f"n/a: fewer than {FEWEST_LEARNERS} learners answered the same two questions"
    rights = [[one.first[name].is_right for one in together] for name in names]
    variance = pvariance([sum(row) for row in zip(*rights, strict=True)])
    if not variance:
        return "n/a: everyone has the same score"
    shares = [fmean(row) for row in rights]
    rest = 1 - k / (k - 1) * (1 - sum(p * (1 - p) for p in shares) / variance)
    rest = max(rest, 0.0)  # rounded below 0 if all questions agree
    return Reliability(
        questions=k,
        learners=n,
        reliability=1 - rest,
        error=rest * sqrt(2 * k / ((k - 1) * (n - 2))),
        score_error=sqrt(variance * rest),
    )


def _answered_by_all(learners: Sequence[Learner]) -> Complete:
    """Return the most answered questions, and the learners who answered all of them."""
    counts = Counter(name for one in learners for name in one.first)
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    best: Complete = (), ()
    together = tuple(learners)
    for size, name in enumerate(ranked, start=1):
        together = tuple(one for one in together if name in one.first)
        if len(together) >= FEWEST_LEARNERS and size * len(together) > len(best[0]) * len(best[1]):
            best = tuple(ranked[:size]), together
    return best
