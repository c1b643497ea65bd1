"""Draw the ten questions of a test: 4 easy, 3 medium, 3 hard, across the stages."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import answers_in
from lessons_lib.quiz.question import (
    ChoiceQuestion,
    Difficulty,
    NumberQuestion,
    Question,
    SingleQuestion,
)
from lessons_lib.record.event import Event

TEST_PLAN: dict[Difficulty, int] = {"easy": 4, "medium": 3, "hard": 3}
TEST_SIZE = sum(TEST_PLAN.values())
MOST_GUESSABLE = 0.25  # questions that are easier to guess are not drawn
RECENT = 2 * TEST_SIZE  # the questions answered last are avoided


class DrawError(ValueError):
    """The bank does not hold enough questions for a test; the message says what is missing."""


def draw_test(bank: QuizBank, events: Iterable[Event], seed: int) -> tuple[Question, ...]:
    """Return ten questions, the easy ones first.

    Parameters
    ----------
    bank : QuizBank
        Drawn from.
    events : iterable of Event
        The learner's record: what they answered last is avoided where there is enough else.
    seed : int
        The same seed, bank and record give the same test.

    Raises
    ------
    DrawError
        If there are not enough questions of a difficulty.

    Notes
    -----
    Each next question comes from the stage that was drawn from least so far.
    """
    rng = random.Random(seed)
    recent = set(recent_questions(events, RECENT))
    stages: Counter[str] = Counter()
    drawn: list[Question] = []
    for difficulty, wanted in TEST_PLAN.items():
        candidates = [one for one in drawable(bank) if one.difficulty == difficulty]
        if len(candidates) < wanted:
            have = f"{len(candidates)} fit in the bank"
            raise DrawError(f"A test takes {wanted} {difficulty} questions, but {have}: add some.")
        rng.shuffle(candidates)
        for _ in range(wanted):
            best = min(candidates, key=lambda one: (one.id in recent, stages[one.stage]))
            candidates.remove(best)
            drawn.append(best)
            stages[best.stage] += 1
    return tuple(drawn)


def drawable(bank: QuizBank) -> list[Question]:
    """Return the questions that a test may hold: with a right answer that is hard to guess."""
    return [
        question
        for quiz in bank.quizzes
        for question in quiz.questions
        if question.is_graded
        and quiz.mode_of(question) != "survey"
        and guess_chance(question) <= MOST_GUESSABLE
    ]


def guess_chance(question: Question) -> float:
    """Return how likely a learner who knows nothing is to answer rightly.

    Notes
    -----
    One of n options: 1/n. Several of n: one of the 2ⁿ − 1 ways to choose any. A number is taken
    as impossible to guess.
    """
    if isinstance(question, NumberQuestion):
        return 0.0
    if not isinstance(question, ChoiceQuestion):
        raise TypeError(f"guess_chance() takes a question of a known kind, got {type(question)}.")
    options = len(question.options)
    return 1 / options if isinstance(question, SingleQuestion) else 1 / (2**options - 1)


def recent_questions(events: Iterable[Event], count: int) -> list[str]:
    """Return the ids of the questions answered last, the latest first."""
    last: dict[str, None] = {}
    for event, _ in answers_in(events):
        last.pop(event.subject, None)
        last[event.subject] = None
    return list(last)[::-1][:count]
