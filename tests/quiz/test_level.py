from __future__ import annotations

import random
from math import comb

import pytest

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.question import Question
from lessons_lib.quiz.test import (
    MOST_GUESSABLE,
    TEST_SIZE,
    chance_of_strong,
    draw_test,
    guess_chance,
    level_of,
    rule_text,
)


def chance_of_count(chances: list[float], at_least: int) -> float:
    """Return the chance of at least so many successes, each with its own chance, exactly."""
    exactly = [1.0]
    for chance in chances:
        without, with_one = [*exactly, 0.0], [0.0, *exactly]
        exactly = [a * (1 - chance) + b * chance for a, b in zip(without, with_one, strict=True)]
    return sum(exactly[at_least:])


def simulated(bank: QuizBank, known: float, tests: int, seed: int) -> float:
    """Return the share of drawn tests that end in strong, for a learner who knows so much."""
    rng = random.Random(seed)

    def is_right(question: Question) -> bool:
        return rng.random() < known or rng.random() < guess_chance(question)

    strong = sum(
        level_of(sum(map(is_right, draw_test(bank, [], rng.randrange(10**9))))) == "strong"
        for _ in range(tests)
    )
    return strong / tests


@pytest.mark.parametrize(
    ("right", "level"),
    [(0, "not yet"), (4, "not yet"), (5, "developing"), (7, "developing"), (8, "strong"),
     (10, "strong")],
)  # fmt: skip
def test_the_level_follows_from_the_count(right: int, level: str) -> None:
    assert level_of(right) == level


@pytest.mark.parametrize("right", [-1, 11])
def test_a_count_that_no_test_has_is_refused(right: int) -> None:
    with pytest.raises(ValueError, match=f"got {right}"):
        level_of(right)


def test_a_guesser_reaches_strong_in_fewer_than_one_of_a_thousand_tests() -> None:
    assert chance_of_count([MOST_GUESSABLE] * TEST_SIZE, 8) < 0.001


def test_who_knows_95_percent_reaches_strong_in_more_than_nine_of_ten_tests() -> None:
    assert chance_of_count([0.95] * TEST_SIZE, 8) > 0.9


def test_the_formula_of_the_rule_agrees_with_the_exact_sum() -> None:
    for chance in (0.0, 0.1, 0.25, 0.5, 0.95, 1.0):
        exact = chance_of_count([chance] * TEST_SIZE, 8)
        assert chance_of_strong(chance) == pytest.approx(exact, abs=1e-12)
        binomial = sum(comb(10, k) * chance**k * (1 - chance) ** (10 - k) for k in (8, 9, 10))
        assert chance_of_strong(chance) == pytest.approx(binomial, abs=1e-12)


def test_in_drawn_tests_a_guesser_is_hardly_ever_strong(wide_bank: QuizBank) -> None:
    # The expected number of strong tests is 1.2; nine or more of 3,000 would refute 1 in 1,000.
    assert simulated(wide_bank, known=0.0, tests=3000, seed=1) < 9 / 3000


def test_in_drawn_tests_who_knows_95_percent_is_nearly_always_strong(wide_bank: QuizBank) -> None:
    assert simulated(wide_bank, known=0.95, tests=1000, seed=2) > 0.9


def test_the_rule_is_told_with_its_numbers() -> None:
    assert rule_text() == (
        "Strong: 8 to 10 of 10 right. Developing: 5 to 7. Not yet: 4 or fewer. Where several "
        "options are right, all of them and no other must be picked. Guessing alone reaches "
        "strong in at most 5 of 10,000 tests; knowing 95% of the answers reaches it in at least "
        "98 of 100."
    )
