"""The page after the last question of a quiz or a lesson; a test's result shares its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.guesses import CheckedGuess, checked_guesses
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.progress import Tally, summarise
from lessons_lib.classroom.quiz.question import Quiz
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, payloads
from lessons_lib.classroom.sessions.page import Page, link_to, links_on
from lessons_lib.classroom.sessions.question_page import AskedQuestion


def review_page(
    quiz: Quiz, events: Iterable[Event], all_asked: Sequence[AskedQuestion], *, test: str = ""
) -> Page:
    """Return the review of a quiz or test; it shows right and wrong only if the quiz does."""
    missed = sum(one.is_missed for one in all_asked)
    here = f"{quiz.name}.ipynb"
    return {
        "view": "review",
        "heading": "Review",
        "summary": _summary(quiz, events, all_asked, test),
        "questions": question_list(all_asked),
        "reading": [
            one for one in reading_list(all_asked) if one["fragment"] or one["file"] != here
        ],
        "again": f"Repeat the missed question{'s' * (missed > 1)}" if missed else "",
    }


def question_list(all_asked: Sequence[AskedQuestion]) -> list[Page]:
    """Return one line per question."""
    return [
        {"number": number, "difficulty": asked.question.difficulty, "standing": asked.standing}
        for number, asked in enumerate(all_asked, start=1)
    ]


def reading_list(all_asked: Sequence[AskedQuestion]) -> list[Page]:
    """Return links to what teaches what was missed, in the order of the course."""
    missed: defaultdict[str, list[int]] = defaultdict(list)
    for number, asked in enumerate(all_asked, start=1):
        if asked.is_missed:
            missed[asked.question.objective].append(number)
    notebooks = [
        link | {"numbers": numbers}
        for objective, numbers in missed.items()
        for link in links_on(objective)
    ]
    return sorted(notebooks, key=lambda one: one["file"])


def _summary(
    quiz: Quiz, events: Iterable[Event], all_asked: Sequence[AskedQuestion], test: str
) -> str:
    answered = sum(one.standing != "open" for one in all_asked)
    graded = [one for one in all_asked if one.teaches]
    if not graded:
        return f"{answered} of {len(all_asked)} answered."
    ids = {one.question.id for one in graded}
    here = [
        event
        for event, answer in payloads(events, Answer)
        if (answer.quiz, answer.test) == (quiz.name, test)
    ]
    progress = summarise(here, QuizBank((quiz,))).questions
    first = sum(one.right_first for one in progress if one.id in ids)
    now = sum(one.standing == "right" for one in graded)
    rest = f" {len(all_asked) - answered} not answered yet." if answered < len(all_asked) else ""
    return f"{now} of {len(graded)} right, {first} on the first try.{rest}"


def ending_of(quiz: Quiz, events: Iterable[Event]) -> Page | None:
    """Return the end of the lesson that a quiz belongs to; None if it belongs to none.

    It lists every objective that the cards of the lesson asked, also those of other notebooks.

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
    shown = tuple(one for one in quiz.questions if one.place != "pool")
    asked = QuizBank((replace(quiz, questions=shown),))
    tallies = summarise(events, asked).by("objective")
    own = [goal.slug for goal in lessons[at].objectives if goal.slug in tallies]
    following = next(iter(lessons[at + 1 :]), None)
    return {
        "can": [
            link | {"standing": _standing(tallies[name])}
            for name in dict.fromkeys((*own, *tallies))
            for link in links_on(name)
        ],
        "guesses": _guesses_in_words(quiz.name, events),
        "onward": link_to(following) | {"about": ""} if following else None,
    }


def _standing(tally: Tally) -> str:
    if not tally.attempted:
        return "open"
    if tally.right_last == tally.attempted:
        return "right" if tally.attempted == tally.questions else "answered"
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
