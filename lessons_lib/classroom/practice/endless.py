"""Endless practice: which question comes next for a learner."""

from __future__ import annotations

import random
from collections.abc import Iterable

from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.progress import QuestionProgress, summarise
from lessons_lib.classroom.quiz.question import Question
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, Position, payload_of

REST = 6  # a question comes back after at least this many others, if there are enough
UNSEEN = 2  # this many unseen questions come between two that were missed


def endless_quiz() -> str:
    """Return the name of the quiz that turns of endless practice belong to."""
    return f"{course().practice}_endless"


def is_turn(event: Event) -> bool:
    """Return whether an event begins a turn of endless practice."""
    return event.kind == Position.kind and event.subject == endless_quiz()


def next_question(bank: QuizBank, events: Iterable[Event], seed: int) -> Question:
    """Return the question to practice next: one that was missed, then two unseen ones, and so on.

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

    Notes
    -----
    If there is none of the kind whose turn it is, the other kind comes, and then what was answered
    correctly, the longest ago first. Unseen questions that no notebook shows come first.
    """
    record = list(events)
    asked = {one.id: one for one in bank.questions}
    progress = [one for one in summarise(record, bank).questions if one.id in asked]
    if not progress:
        raise ValueError("Practice needs a graded question, but the bank contains none.")
    shown = _questions_shown(record)
    latest = list(dict.fromkeys(reversed(shown)))
    age = {name: -index for index, name in enumerate(latest)}  # 0 for the latest, less if older
    never = -len(latest)
    resting = set(latest[: min(REST, len(progress) - 1)])
    came_back = any(
        name in shown[:-back] for back, name in enumerate(shown[: -UNSEEN - 1 : -1], start=1)
    )
    order = ("unseen", "missed", "right") if came_back else ("missed", "unseen", "right")
    rng = random.Random(seed)
    tie_breaks = {one.id: rng.random() for one in progress}

    def priority(one: QuestionProgress) -> tuple[bool, int, int, bool, float]:
        group = "unseen" if not one.attempts else "right" if one.right_last else "missed"
        rank, since = order.index(group), age.get(one.id, never)
        is_shown = asked[one.id].place != "pool"
        return one.id in resting, rank, since, is_shown, tie_breaks[one.id]

    return asked[min(progress, key=priority).id]


def _questions_shown(record: list[Event]) -> list[str]:
    """Return the questions that were answered or shown by endless practice, oldest first."""
    shown: list[str] = []
    for event in record:
        position = payload_of(event, Position) if is_turn(event) else None
        name = position.question if position else event.subject
        if (position or payload_of(event, Answer)) and shown[-1:] != [name]:
            shown.append(name)
    return shown
