"""Ratings by the Elo rating system, compared with its formula and with simulated learners."""

from math import exp

import pytest

from lessons_lib.classroom.practice.up_next import OVERALL, needs_after, skills_after
from lessons_lib.classroom.quiz.bank import load_bank
from tests.classroom.quiz.conftest import plain_question

EASY, HARD = plain_question("e", "easy", "text"), plain_question("h", "hard", "text")
OTHER = plain_question("o", "hard", "batch")


def test_ratings_follow_the_formula() -> None:
    skills = skills_after([(EASY, True), (HARD, False), (OTHER, True)])
    first = 1 - 1 / (1 + exp(-1))
    second = first - 1 / 1.05 / (1 + exp(1 - first))
    assert skills[EASY.objective] == pytest.approx(second)
    # A new objective begins at the overall skill, but with full weight.
    miss = 1 - 1 / (1 + exp(1 - second))
    assert skills[OTHER.objective] == pytest.approx(second + miss)
    assert skills[OVERALL] == pytest.approx(second + miss / 1.1)


def test_an_objective_is_needed_the_more_the_more_of_its_answers_were_wrong() -> None:
    wrong, *_, right = load_bank().questions
    needs, before = needs_after([(wrong, False)] * 3 + [(right, True)]), needs_after([])
    assert needs[wrong.objective][1] > before[wrong.objective][1]
    assert needs[right.objective][1] < before[right.objective][1]
