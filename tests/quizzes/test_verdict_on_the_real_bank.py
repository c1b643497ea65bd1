"""Who reaches `strong` in tests drawn from the learners' own banks."""

from __future__ import annotations

import random
from collections.abc import Callable

from msgspec import structs

from lessons_lib.quiz.question import (
    ChoiceQuestion,
    NumberQuestion,
    Question,
    SingleQuestion,
)
from lessons_lib.quiz.test import (
    MOST_GUESSABLE,
    STRONG_FROM,
    TenQuestions,
    draw_test,
    drawable,
    guess_chance,
    judge,
)
from lessons_lib.quiz.variants import personalize
from lessons_lib.record.kinds import Answer
from tests.quizzes.answer_key import course as bank


def chance_of_strong(chances: list[float]) -> float:
    """Return the chance of enough right answers, each with a chance of its own, exactly."""
    exactly = [1.0]  # place n: the chance of n right answers so far
    for chance in chances:
        missed, hit = [*exactly, 0.0], [0.0, *exactly]
        exactly = [a * (1 - chance) + b * chance for a, b in zip(missed, hit, strict=True)]
    return sum(exactly[STRONG_FROM:])


def right_answer(question: Question, learner: str) -> Answer:
    personal = personalize(question, learner)
    shown = personal.question
    answer = Answer(variant=personal.variant, revision=question.revision)
    if isinstance(shown, NumberQuestion):
        assert shown.answer is not None
        return structs.replace(answer, number=str(shown.answer.value))
    return structs.replace(answer, letters=tuple(getattr(shown, "answer", ())))


def guess(question: Question, learner: str, rng: random.Random) -> Answer:
    """Return what someone gives who knows nothing; small numbers are the likeliest to be right."""
    personal = personalize(question, learner)
    shown = personal.question
    answer = Answer(variant=personal.variant, revision=question.revision)
    if isinstance(shown, NumberQuestion):
        return structs.replace(answer, number=str(rng.randint(0, 20)))
    assert isinstance(shown, ChoiceQuestion)
    options = list(shown.options)
    if isinstance(shown, SingleQuestion):
        return structs.replace(answer, letters=(rng.choice(options),))
    picked = rng.randrange(1, 2 ** len(options))  # one bit for each option, not all of them 0
    letters = tuple(letter for place, letter in enumerate(options) if picked >> place & 1)
    return structs.replace(answer, letters=letters)


def share_strong(answer: Callable[[Question, str], Answer], tests: int) -> float:
    """Return the share of drawn, answered and judged tests that end in strong."""
    strong = 0
    for seed in range(tests):
        questions = draw_test(bank(), [], seed)
        answers = {one.id: answer(one, f"learner {seed}") for one in questions}
        strong += judge(TenQuestions("t", questions, answers, True), bank()).level == "strong"
    return strong / tests


def test_each_question_of_a_test_is_hard_to_guess() -> None:
    graded = [one for one in bank().questions if one.is_graded]
    assert drawable(bank()) == graded
    assert max(map(guess_chance, graded)) <= MOST_GUESSABLE


def test_guessing_is_strong_in_no_drawn_test_with_a_chance_of_one_in_a_thousand() -> None:
    # Harsher than the rule: a number, too, is guessed as easily as one option of four.
    for seed in range(1000):
        drawn = draw_test(bank(), [], seed)
        chances = [guess_chance(one) or MOST_GUESSABLE for one in drawn]
        assert chance_of_strong(chances) < 0.001


def test_guessing_in_drawn_tests_is_almost_never_strong() -> None:
    rng = random.Random(1)
    assert share_strong(lambda one, learner: guess(one, learner, rng), tests=2000) < 0.001


def test_knowing_95_percent_of_the_answers_is_almost_always_strong() -> None:
    rng = random.Random(2)

    def answer(question: Question, learner: str) -> Answer:
        if rng.random() < 0.95:
            return right_answer(question, learner)
        return guess(question, learner, rng)

    assert chance_of_strong([0.95] * 10) > 0.9
    assert share_strong(answer, tests=500) > 0.9


def test_knowing_every_answer_is_always_strong() -> None:
    assert share_strong(right_answer, tests=100) == 1.0
