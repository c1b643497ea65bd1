"""Rate what a learner can do, overall and for each objective, by the Elo rating system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp

from lessons_lib.classroom.quiz.question import DIFFICULTIES, Question

UNCERTAINTY, DECAY = 1.0, 0.05  # of the first answers, and how fast it decreases


@dataclass(slots=True)
class Rating:
    """A skill, on the scale of the questions' difficulties, and how many answers it is based on."""

    skill: float = 0.0
    answers: int = 0

    def chance(self, question: Question) -> float:
        """Return the probability that the next answer to a question is right."""
        difficulty = DIFFICULTIES.index(question.difficulty) - 1
        return 1 / (1 + exp(difficulty - self.skill))

    def update(self, question: Question, *, is_right: bool) -> None:
        """Update the skill after an answer."""
        weight = UNCERTAINTY / (1 + DECAY * self.answers)
        self.skill += weight * (is_right - self.chance(question))
        self.answers += 1


@dataclass(slots=True)
class Ratings:
    """A learner's ratings, updated answer by answer.

    Notes
    -----
    A learner of skill θ answers a question of difficulty d correctly with a probability of
    P = 1 / (1 + exp(d − θ)). An answer, right (1) or not (0), adds K (right − P) to θ, with
    K = 1 / (1 + 0.05 n) after n answers [1]_. There, the difficulties are estimated from the
    answers of many learners. Here, there is only one learner, so easy, medium and hard are fixed
    at −1, 0 and 1. An objective's rating begins at the overall skill.

    References
    ----------
    .. [1] R. Pelánek, "Applications of the Elo rating system in adaptive educational systems",
       *Computers & Education* 98, 2016, pp. 169–179.
    """

    overall: Rating = field(default_factory=Rating)
    by_objective: dict[str, Rating] = field(default_factory=dict)

    @classmethod
    def after(cls, answers: Iterable[tuple[Question, bool]]) -> Ratings:
        """Return the ratings after answers, oldest first, each with whether it was right."""
        ratings = cls()
        for question, is_right in answers:
            new = Rating(ratings.overall.skill)
            own = ratings.by_objective.setdefault(question.objective, new)
            own.update(question, is_right=is_right)
            ratings.overall.update(question, is_right=is_right)
        return ratings

    def chance(self, question: Question) -> float:
        """Return the probability that the next answer to a question is right."""
        return self.by_objective.get(question.objective, self.overall).chance(question)
