"""The page behind the last question: the score, what was missed, and where to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import answers_in
from lessons_lib.quiz.progress import summarise
from lessons_lib.quiz.question import Quiz
from lessons_lib.record.event import Event
from lessons_lib.widgets.quiz_page import MetQuestion, place_to_read


def review_page(
    quiz: Quiz, bank: QuizBank, events: Iterable[Event], all_met: Sequence[MetQuestion]
) -> dict[str, Any]:
    """Return the review of a quiz; it tells right from wrong only where the quiz does."""
    return {
        "view": "review",
        "heading": "Review",
        "summary": _summary(quiz, events, all_met),
        "questions": question_list(all_met),
        "reading": reading_list(all_met, bank),
    }


def question_list(all_met: Sequence[MetQuestion]) -> list[dict[str, Any]]:
    """Return a line on each question."""
    return [
        {"number": number, "difficulty": met.question.difficulty, "standing": met.standing}
        for number, met in enumerate(all_met, start=1)
    ]


def reading_list(all_met: Sequence[MetQuestion], bank: QuizBank) -> list[dict[str, Any]]:
    """Return the places that teach what was missed, in the order of the course."""
    missed: defaultdict[str, list[int]] = defaultdict(list)
    for number, met in enumerate(all_met, start=1):
        is_due = met.is_over or met.standing != "open"
        if met.teaches and is_due and met.standing != "right":
            missed[met.question.objective].append(number)
    places = [
        {**place, "numbers": numbers}
        for objective, numbers in missed.items()
        if (place := place_to_read(objective, bank))
    ]
    return sorted(places, key=lambda one: one["file"])


def _summary(quiz: Quiz, events: Iterable[Event], all_met: Sequence[MetQuestion]) -> str:
    answered = sum(one.standing != "open" for one in all_met)
    told = [one for one in all_met if one.teaches]
    if not told:
        return f"{answered} of {len(all_met)} answered. Your answers are kept."
    ids = {one.question.id for one in told}
    here = [
        one for one, answer in answers_in(events) if (answer.quiz, answer.test) == (quiz.name, "")
    ]
    progress = summarise(here, QuizBank((quiz,))).questions
    first = sum(one.right_first for one in progress if one.id in ids)
    now = sum(one.standing == "right" for one in told)
    rest = f" {len(all_met) - answered} not answered yet." if answered < len(all_met) else ""
    return f"{now} of {len(told)} right now, {first} at the first try.{rest}"
