"""Rate what a learner can do, overall and for each objective, by the Elo rating system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import exp

from lessons_lib.classroom.quiz.question import DIFFICULTIES, Question

DECAY = 0.05  # how fast answers lose weight
OVERALL = ""  # in place of an objective


def skills_after(tries: Iterable[tuple[Question, bool]]) -> dict[str, float]:
    """Return a learner's skill by objective, and overall, after answers that were right or not.

    Notes
    -----
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


def _chance(question: Question, skill: float) -> float:
    return 1 / (1 + exp(DIFFICULTIES.index(question.difficulty) - 1 - skill))
