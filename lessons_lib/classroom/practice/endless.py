"""Endless practice: which question comes next for a learner, and why."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.rating import Ratings
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.draw import can_draw, drawn_from, last_shown
from lessons_lib.classroom.quiz.progress import QuestionProgress, progress_of
from lessons_lib.classroom.quiz.question import DIFFICULTIES, Question
from lessons_lib.classroom.quiz.regrade import GradedRecord
from lessons_lib.classroom.record.event import Event, utc_now
from lessons_lib.classroom.record.kinds import Answer, Position, payload_of

REST = 6  # a question comes back after at least this many others, if there are enough
UNSEEN = 2  # this many unseen questions come between two that were missed
TARGET = 0.75  # the probability of a right answer that a new question should have
IN_NOTEBOOK = 0.1  # a question that a notebook shows counts as this much further from the target


class FirstTry(NamedTuple):
    """A question and whether it was answered correctly at once: trying again does not count."""

    question: Question
    is_right: bool


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
        Decides among equally suitable questions; the same seed and record give the same question.

    Raises
    ------
    ValueError
        If the bank contains no graded question.

    Notes
    -----
    If there is none of the kind whose turn it is, the other kind comes, and then what was answered
    correctly, the longest ago first. Of the unseen questions, the one comes whose probability of a
    right answer is nearest to `TARGET`, by the learner's `Ratings`. Those on an objective about
    nothing come last, apart from those without which no test of unseen questions could be drawn.
    """
    record = list(events)
    asked = {one.id: one for one in bank.questions}
    graded = GradedRecord(record, bank)
    progress = [one for one in progress_of(graded).questions if one.id in asked]
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
    turn = ("unseen", "missed") if came_back else ("missed", "unseen")
    order = (*turn, "kept", "right")
    rng = random.Random(seed)
    tie_breaks = {one.id: rng.random() for one in progress}
    ratings, about = Ratings.after(first_tries(graded, bank)), course().about
    kept = _kept_for_a_test(bank, record)

    def priority(one: QuestionProgress) -> tuple[bool, int, int, bool, float, float]:
        group = "unseen" if not one.attempts else "right" if one.right_last else "missed"
        rank = order.index("kept" if one.id in kept else group)
        since, question = age.get(one.id, never), asked[one.id]
        is_beyond = about.get(question.objective, "") is None
        is_shown = question.place != "pool"
        distance = abs(ratings.chance(question) - TARGET) + IN_NOTEBOOK * is_shown
        return one.id in resting, rank, since, is_beyond, distance, tie_breaks[one.id]

    return asked[min(progress, key=priority).id]


def first_tries(graded: GradedRecord, bank: QuizBank) -> list[FirstTry]:
    """Return the first answer of each time that a question was answered, oldest first."""
    found, before = list[FirstTry](), ""
    for event, _, verdict in graded.answers:
        if verdict is not None and event.subject != before:
            found.append(FirstTry(bank.question(event.subject), verdict.is_right))
        before = event.subject
    return found


def reason_for(question: Question, tries: Sequence[FirstTry]) -> str:
    """Return in a sentence why a question comes next, after a learner's tries so far."""
    earlier = [one.is_right for one in tries if one.question.id == question.id]
    if earlier:
        is_missed = "You missed this question before."
        return "You answered this question a while ago." if all(earlier) else is_missed
    objective = _in_words(question.objective)
    on_it = [one for one in tries if one.question.objective == question.objective]
    if not on_it:
        return f"You haven't answered a question on {objective} yet."
    right = list(takewhile(lambda one: one.is_right, reversed(on_it)))
    if not right:
        return f"You missed the last question on {objective}."
    last = "last answer" if len(right) == 1 else f"last {len(right)} answers"
    were = "was" if len(right) == 1 else "were"
    hardest = max(DIFFICULTIES.index(one.question.difficulty) for one in right)
    is_harder = DIFFICULTIES.index(question.difficulty) > hardest
    return f"{'A step harder: your' * is_harder or 'Your'} {last} on {objective} {were} right."


def _in_words(objective: str) -> str:
    goals = {one.slug: lesson.title for lesson in course().lessons for one in lesson.objectives}
    title = f" ({goals[objective]})" if objective in goals else ""
    return f"this objective{title}"


def _kept_for_a_test(bank: QuizBank, record: list[Event]) -> set[str]:
    """Return the questions without which no test of only unseen questions could be drawn."""
    shown = last_shown(record, utc_now())
    unseen = [one for one in drawn_from(bank) if one.id not in shown]
    if not can_draw(unseen):
        return set()
    about = course().about
    alike = {one.id: (about.get(one.objective), one.difficulty) for one in unseen}
    needed = {
        alike[one.id]
        for one in {alike[one.id]: one for one in unseen}.values()
        if not can_draw(other for other in unseen if other is not one)
    }
    return {name for name, kind in alike.items() if kind in needed}


def _questions_shown(record: list[Event]) -> list[str]:
    """Return the questions that were answered or shown by endless practice, oldest first."""
    shown: list[str] = []
    for event in record:
        position = payload_of(event, Position) if is_turn(event) else None
        name = position.question if position else event.subject
        if (position or payload_of(event, Answer)) and shown[-1:] != [name]:
            shown.append(name)
    return shown
