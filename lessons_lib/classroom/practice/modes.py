"""A learner's progress in each learning mode, reading the record once for all, and what is next.

Modes that share a notebook share its progress, because they share the learner's answers. What to do
today is what is due, what was missed, and where the last verdict points.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from lessons_lib.classroom.course import Counted, Mode, Notebook, course
from lessons_lib.classroom.practice.exercises.catalog import exercise_states
from lessons_lib.classroom.practice.flashcards import deck, ratings, schedule
from lessons_lib.classroom.practice.guesses import first_guesses, guess_table
from lessons_lib.classroom.practice.up_next import Due
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import ended_tests, judge, last_test, scores_in_words
from lessons_lib.classroom.quiz.progress import Tally, summarise
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Done, Guess, payloads, rounds_in
from lessons_lib.classroom.tables.load import CourseFileError
from lessons_lib.formats import counted

NOT_BEGUN = "Not started yet"
# What the mode is counted by that events of a kind belong to, if they name no quiz.
_COUNTED: Mapping[str, Counted] = {
    "card": "cards",
    "choice": "rounds",
    "exercise": "tasks",
    "guess": "rounds",
    "test": "verdict",
    "test-end": "verdict",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A learner's progress: how many items are done, of how many, and the same as text.

    `next_lesson` is the notebook to continue with, empty for the first one.
    """

    done: int = 0
    of: int = 0
    words: str = NOT_BEGUN
    next_lesson: str = ""

    @property
    def is_begun(self) -> bool:
        """Whether anything was done."""
        return self.words != NOT_BEGUN

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return 0 < self.of <= self.done


def standings(events: Iterable[Event], bank: QuizBank) -> dict[str, Standing]:
    """Return a learner's progress in each mode, by its slug.

    Parameters
    ----------
    events : iterable of Event
        The learner's record, oldest first.
    bank : QuizBank
        The current questions; a mode whose quiz cannot be read counts as not begun.
    """
    record = list(events)
    tallies = summarise(record, bank).in_notebooks.by("quiz")
    return {
        one.slug: _standing(one, record, bank)
        or _after(_deed(one, record), _of_questions(one, tallies))
        for one in course().modes
    }


def activities(events: Iterable[Event], bank: QuizBank, now: datetime) -> dict[Mode, str]:
    """Return in words what a learner did in modes other than answering a lesson's questions.

    Parameters
    ----------
    events, bank
        As in `standings`.
    now : datetime
        With its time zone; decides which flashcards are due.
    """
    record = list(events)
    words = {}
    for mode in course().modes:
        if (standing := _standing(mode, record, bank)) and standing.is_begun:
            words[mode] = standing.words
            if mode.counted == "cards":
                plan = schedule(record, deck(bank), now)
                words[mode] += f", {plan.learned} learned, {len(plan.due)} due now"
        elif deed := _deed(mode, record):
            words[mode] = deed
    return words


def _standing(mode: Mode, record: list[Event], bank: QuizBank) -> Standing | None:
    """Return the progress in a mode, or None if it depends on the questions of its lessons."""
    match mode.counted:
        case "tasks":
            return _of_tasks(record)
        case "cards":
            return _of_cards(record, bank)
        case "verdict":
            return _of_test(record, bank)
    return None


def _of_questions(mode: Mode, tallies: Mapping[str, Tally]) -> Standing:
    own = [(slug, tallies[slug]) for slug in mode.lessons if slug in tallies]
    done = sum(tally.attempted for _, tally in own)
    of = sum(tally.questions for _, tally in own)
    if not done:
        return Standing(of=of)
    if done == of:
        right = sum(tally.right_last for _, tally in own)
        return Standing(done, of, f"All {of} questions answered, {right} correctly")
    left = next(slug for slug, tally in own if tally.attempted < tally.questions)
    resume = left if left != mode.lessons[0] else ""
    return Standing(done, of, f"{done} of {of} questions answered", resume)


def _of_tasks(record: list[Event]) -> Standing:
    states = exercise_states(record)
    solved, of = sum(one.is_solved for one in states.values()), len(states)
    if solved == of:
        return Standing(solved, of, f"All {of} tasks solved")
    is_begun = any(one.tries for one in states.values())
    return Standing(solved, of, f"{solved} of {of} tasks solved" if is_begun else NOT_BEGUN)


def _after(deed: str, asked: Standing) -> Standing:
    """Return the progress by questions, with what the learner did added to its text."""
    if not deed:
        return asked
    words = f"{deed}; {asked.words[0].lower()}{asked.words[1:]}" if asked.is_begun else deed
    return replace(asked, words=words)


def _deed(mode: Mode, record: list[Event]) -> str:
    """Return what was done in a mode other than answering, or an empty text."""
    if mode.counted == "rounds":
        measured = len({event.subject for event, _ in rounds_in(record)})
        noun = "guess" if measured == 1 else "guesses"
        return f"{measured} {noun} checked" if measured else ""
    done = {event.subject for event, _ in payloads(record, Done)}
    return mode.deed.words.capitalize() if mode.deed and mode.deed.activity in done else ""


def _of_cards(record: list[Event], bank: QuizBank) -> Standing:
    cards = deck(bank)
    seen = len({event.subject for event, _ in ratings(record, cards)})
    if not seen:
        return Standing(of=len(cards))
    words = "All" if seen == len(cards) else f"{seen} of"
    return Standing(seen, len(cards), f"{words} {len(cards)} cards seen")


def _of_test(record: list[Event], bank: QuizBank) -> Standing:
    test = last_test(record, bank)
    if test is None:
        return Standing()
    of = len(test.asked)
    judgments = [judge(one, bank) for one in ended_tests(record, bank)]
    verdict = (
        f"Last verdict: {judgments[-1].level}, {scores_in_words(judgments)}" if judgments else ""
    )
    if test.has_ended:
        return Standing(of, of, verdict)
    begun = Standing(len(test.answers), of, f"In progress: {len(test.answers)} of {of} answered")
    return _after(verdict, begun)


def last_lesson(events: Iterable[Event], among: Container[str] | None = None) -> Notebook | None:
    """Return the lesson of the latest event that belongs to one, or to one among some slugs."""
    slugs = filter(None, map(_lesson_of, reversed(list(events))))
    slug = next((one for one in slugs if among is None or one in among), "")
    return course().lesson(slug) if slug else None


def _lesson_of(event: Event) -> str:
    if event.kind == Guess.kind and not any(rounds_in([event])):
        return _lesson_of_guess(event.subject)
    if mode := _mode_of(event):
        return mode.lessons[0]
    names = [str(event.payload.get("quiz", "")), event.subject]
    slugs = [lesson.slug for lesson in course().lessons]
    # Endless practice is a quiz of its own, whose name begins with its lesson's.
    return next((slug for slug in slugs if any(name.startswith(slug) for name in names)), "")


def _lesson_of_guess(name: str) -> str:
    with suppress(CourseFileError):  # learners can go on without it; the progress page reports it
        return next((one.lesson for one in guess_table().guesses if one.id == name), "")
    return ""


def _mode_of(event: Event) -> Mode | None:
    """Return the mode of an event that does not name a quiz."""
    if event.kind != Done.kind:
        counted = _COUNTED.get(event.kind)
        return course().mode_counted(counted) if counted else None
    deeds = ((one, one.deed) for one in course().modes)
    return next((mode for mode, deed in deeds if deed and deed.activity == event.subject), None)


MINUTES_A_CARD = 1 / 4
MINUTES_A_QUESTION = 1.0  # that was missed; those of the test have its own minutes


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
    """Return about how long the rest of a lesson takes: its share of the minutes.

    Parameters
    ----------
    minutes : float
        How long the whole lesson takes.
    left, of : int
        How many of its questions and guesses are not answered yet, and how many there are.
    """
    return minutes * left / max(of, 1)


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
