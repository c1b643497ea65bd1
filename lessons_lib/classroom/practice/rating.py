"""Rate what a learner can do, overall and for each objective, and what they need to practice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import exp

from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.question import DIFFICULTIES, Question

DECAY = 0.05  # how fast answers lose weight
OVERALL = ""  # in place of an objective


def skills_after(tries: Iterable[tuple[Question, bool]]) -> dict[str, float]:
    """Return a learner's skill by objective, and overall, after answers that were right or not.

    Notes
    -----
    The skills are ratings by the Elo rating system.
    A learner of skill θ answers a question of difficulty d correctly with a probability of
    P = 1 / (1 + exp(d − θ)). An answer, right (1) or not (0), adds K (right − P) to θ, with
    K = 1 / (1 + 0.05 n) after n answers [1]_. There, the difficulties are estimated from the
    answers of many learners. Here, there is only one learner, so easy, medium and hard are fixed
    at −1, 0 and 1. The skill for an objective begins at the overall one.

    References
    ----------
    .. [1] R. Pelánek, "Applications of the Elo rating system in adaptive educational systems",
       *Computers & Education* 98, 2016, pp. 169–179.
    """
    skills, answers = {OVERALL: 0.0}, Counter[str]()
    for question, is_right in tries:
        skills.setdefault(question.objective, skills[OVERALL])
        for name in (OVERALL, question.objective):
            surprise = is_right - _chance(question, skills[name])
            skills[name] += surprise / (1 + DECAY * answers[name])
            answers[name] += 1
    return skills


def chance_right(question: Question, skills: Mapping[str, float]) -> float:
    """Return the probability that the next answer to a question is right."""
    return _chance(question, skills.get(question.objective, skills[OVERALL]))


def needs_after(tries: Iterable[tuple[Question, bool]]) -> dict[str, tuple[float, float]]:
    """Return how much a learner needs questions on each objective: on its subject, and on itself.

    Notes
    -----
    The need of a subject is its share of a test, times the share of answers on it that were wrong.
    It is divided by the number of answers so far, as D'Hondt's method divides votes by seats, so
    that the numbers of questions follow these products. The need of an objective is the share of
    answers on it that were wrong; one that was never asked counts as half wrong.
    """
    about, shares = course().about, course().exam.subjects
    asked, wrong = Counter[tuple[str, str | None]](), Counter[tuple[str, str | None]]()
    for question, is_right in tries:
        groups = ("objective", question.objective), ("subject", about.get(question.objective))
        asked.update(groups)
        wrong.update(() if is_right else groups)

    def share_wrong(group: tuple[str, str | None]) -> float:
        return (wrong[group] + 1) / (asked[group] + 2)

    def need(subject: str | None) -> float:
        group = ("subject", subject)
        return sum(shares.get(subject or "", ())) * share_wrong(group) / (asked[group] + 1)

    return {name: (need(of), share_wrong(("objective", name))) for name, of in about.items()}


def _chance(question: Question, skill: float) -> float:
    return 1 / (1 + exp(DIFFICULTIES.index(question.difficulty) - 1 - skill))
