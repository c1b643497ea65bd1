"""The end of a lesson: what the learner can do now, how their guesses went, and where to go on."""

from __future__ import annotations

from collections.abc import Iterable

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.guesses import CheckedGuess, checked_guesses
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.progress import Tally, summarise
from lessons_lib.classroom.quiz.question import Quiz
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.sessions.links import link_to
from lessons_lib.classroom.sessions.page import Page


def ending_of(quiz: Quiz, events: Iterable[Event]) -> Page | None:
    """Return the end of the lesson that a quiz belongs to; None if it belongs to none.

    Parameters
    ----------
    quiz : Quiz
        All questions of the lesson, also those that were asked before its end.
    events : iterable of Event
        The learner's record.
    """
    lessons = course().lessons
    at = next((n for n, one in enumerate(lessons) if one.slug == quiz.name), None)
    if at is None:
        return None
    events = list(events)
    tallies = summarise(events, QuizBank((quiz,))).by("objective")
    following = next(iter(lessons[at + 1 :]), None)
    return {
        "can": [
            {"text": goal.sentence, "standing": _standing(tallies[goal.slug])}
            for goal in lessons[at].objectives
            if goal.slug in tallies
        ],
        "guesses": _guesses_in_words(quiz.name, events),
        "onward": link_to(following) | {"about": ""} if following else None,
    }


def _standing(tally: Tally) -> str:
    if not tally.attempted:
        return "open"
    if tally.right_last == tally.questions:
        return "right"
    return "partly" if tally.right_last else "wrong"


def _guesses_in_words(lesson: str, events: list[Event]) -> str:
    """Return how many guesses of the lesson were close, next to those of all lessons."""
    checked = checked_guesses(events)
    here = [one for task, one in checked.items() if task.lesson == lesson]
    if not here:
        return ""
    sentence = f"Here, {_close(here)} of your {len(here)} guesses were right or close"
    if len(here) == len(checked):
        return f"{sentence}."
    return (
        f"{sentence}. In all notebooks so far, {_close(checked.values())} of {len(checked)} were."
    )


def _close(checked: Iterable[CheckedGuess]) -> int:
    return sum(one.side == "close" for one in checked)
