"""Which question comes next in endless practice: missed ones, then unseen ones, then the oldest."""

from __future__ import annotations

import random
from collections.abc import Iterable

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.progress import QuestionProgress, recent_questions, summarise
from lessons_lib.quiz.question import Question
from lessons_lib.record.event import Event

REST = 3  # a question comes back after at least that many others, if there are that many


def next_question(bank: QuizBank, events: Iterable[Event], seed: int) -> Question:
    """Return the question to practise next.

    Parameters
    ----------
    bank : QuizBank
        Chosen from; every question with a right answer.
    events : iterable of Event
        The learner's record.
    seed : int
        Decides among the unseen; the same seed and record give the same question.

    Raises
    ------
    ValueError
        If the bank holds no question with a right answer.
    """
    record = list(events)
    progress = summarise(record, bank).questions
    if not progress:
        raise ValueError("Practice needs a question with a right answer, but the bank holds none.")
    latest = recent_questions(record, len(record))
    age = {name: -place for place, name in enumerate(latest)}  # the latest is 0, older are less
    resting = set(latest[: min(REST, len(progress) - 1)])
    chance = random.Random(seed)
    lots = {one.id: chance.random() for one in progress}

    def turn(one: QuestionProgress) -> tuple[bool, int, int, float]:
        group = 1 if not one.attempts else 2 if one.right_last else 0
        return one.id in resting, group, age.get(one.id, 0), lots[one.id]

    return bank.question(min(progress, key=turn).id)
