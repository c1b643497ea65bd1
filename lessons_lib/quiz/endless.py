"""Choose the next question in endless practice: missed first, then unseen, then oldest."""

from __future__ import annotations

import random
from collections.abc import Iterable

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.progress import QuestionProgress, recent_questions, summarise
from lessons_lib.quiz.question import Question
from lessons_lib.record.event import Event

REST = 3  # a question comes back after at least this many others, if there are enough


def next_question(bank: QuizBank, events: Iterable[Event], seed: int) -> Question:
    """Return the question to practice next.

    Parameters
    ----------
    bank : QuizBank
        Where to choose from; only graded questions are considered.
    events : iterable of Event
        The learner's record.
    seed : int
        Decides among unseen questions; the same seed and record give the same question.

    Raises
    ------
    ValueError
        If the bank contains no graded question.
    """
    record = list(events)
    progress = summarise(record, bank).questions
    if not progress:
        raise ValueError("Practice needs a graded question, but the bank contains none.")
    latest = recent_questions(record, len(record))
    age = {name: -index for index, name in enumerate(latest)}  # 0 for the latest, less if older
    resting = set(latest[: min(REST, len(progress) - 1)])
    rng = random.Random(seed)
    tie_breaks = {one.id: rng.random() for one in progress}

    def priority(one: QuestionProgress) -> tuple[bool, int, int, float]:
        group = 1 if not one.attempts else 2 if one.right_last else 0
        return one.id in resting, group, age.get(one.id, 0), tie_breaks[one.id]

    return bank.question(min(progress, key=priority).id)
