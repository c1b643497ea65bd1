"""What to do today: what is due, what was missed, and where the last verdict points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from lessons_lib.classroom.course import Notebook, course
from lessons_lib.classroom.practice.due import Due
from lessons_lib.classroom.practice.guesses import first_guesses, guess_table
from lessons_lib.classroom.practice.modes.progress import last_lesson
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import ended_tests, judge, last_test
from lessons_lib.classroom.quiz.progress import Tally, summarise
from lessons_lib.classroom.record.event import Event
from lessons_lib.formats import counted

MINUTES_A_CARD = 1 / 4
MINUTES_A_QUESTION = 1.0  # of a lesson; those of the test have its own minutes


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: what it is, about how many minutes it takes, and the link that opens it.

    A `lesson` is named by its title.
    """

    words: str
    minutes: float
    link: str
    is_lesson: bool = False


def minutes_left(minutes: float, left: int, of: int) -> float:
    """Return about how long the rest of a lesson takes: its share of the minutes, and to answer it.

    Parameters
    ----------
    minutes : float
        How long it takes to read the whole lesson.
    left, of : int
        How many of its questions and guesses are not answered yet, and how many there are.
    """
    return left * (minutes / max(of, 1) + MINUTES_A_QUESTION)


def today(events: Iterable[Event], bank: QuizBank, due: Due) -> list[Todo]:
    """Return what a learner could do today, in order; nothing if they were never here.

    Parameters
    ----------
    events : iterable of Event
        The learner's record, oldest first.
    bank : QuizBank
        The current questions.
    due : Due
        What is left of today, from `left_today`.
    """
    record = list(events)
    return list(_steps(record, bank, due)) if last_lesson(record) else []


def minutes_in_words(minutes: float) -> str:
    """Return a duration as whole minutes, at least one."""
    return counted(max(1, ceil(minutes)), "minute")


def _steps(record: list[Event], bank: QuizBank, due: Due) -> Iterator[Todo]:
    plan = course()
    cards = plan.mode_counted("cards")
    link = _practice_link() if plan.practice else cards.link() if cards else ""
    cards_due, missed = Due(due.cards), Due((), due.questions)
    for some, each in ((cards_due, MINUTES_A_CARD), (missed, MINUTES_A_QUESTION)):
        for words in some.words:
            yield Todo(words, each * len(some.items), link)
    test = last_test(record, bank)
    if test and not test.has_ended:
        left = len(test.asked) - len(test.answers)
        words = f"{counted(left, 'question')} of your test"
        each = plan.lesson(plan.exam.notebook).minutes / plan.exam.size
        yield Todo(words, each * left, f"{plan.exam.notebook}.ipynb")
    tallies = summarise(record, bank).in_notebooks.by("quiz")
    if lesson := next_lesson(record, bank, tallies):
        asked = tallies[lesson.slug]
        tasks = [one for one in guess_table().guesses if one.lesson == lesson.slug]
        of = asked.questions + len(tasks)
        left = of - asked.attempted - len(first_guesses(record, tasks))
        minutes = minutes_left(lesson.minutes, left, of)
        yield Todo(lesson.title, minutes, lesson.file_name, is_lesson=True)


def next_lesson(record: list[Event], bank: QuizBank, tallies: dict[str, Tally]) -> Notebook | None:
    """Return the notebook to go on with, or None if all questions of all notebooks are answered.

    It is the first that the last verdict names; else the one used last, or the next after it.
    """
    plan = course()
    ended = ended_tests(record, bank)
    steps = plan.exam.next_steps.get(judge(ended[-1], bank).level, ()) if ended else ()
    others = [one.slug for one in plan.lessons if not (one.is_free or one.is_optional)]
    if last := last_lesson(record, others):
        begin = others.index(last.slug)
        others = others[begin:] + others[:begin]
    for slug in [*(step.lesson for step in steps), *others]:
        if slug in tallies and tallies[slug].attempted < tallies[slug].questions:
            return plan.lesson(slug)
    return None


def _practice_link() -> str:
    plan = course()
    links = (one.link() for one in plan.modes if one.lessons == (plan.practice,))
    return next(links, f"{plan.practice}.ipynb")
