"""What is due: flashcards and missed questions, and what is left of those that a learner began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.flashcards.deck import Flashcard, deck
from lessons_lib.classroom.practice.flashcards.schedule import day_around, ratings, schedule
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import last_test
from lessons_lib.classroom.quiz.progress import summarise
from lessons_lib.classroom.quiz.question import Question
from lessons_lib.classroom.quiz.regrade import GradedRecord
from lessons_lib.classroom.record.event import Clock, Event, utc_now
from lessons_lib.classroom.record.kinds import BegunDay, event_of, payload_of
from lessons_lib.formats import counted

MOST_MISSED = 5  # questions a day


@dataclass(frozen=True, slots=True)
class Due:
    """Flashcards and missed questions, in the order in which they are asked."""

    cards: tuple[Flashcard, ...] = ()
    questions: tuple[Question, ...] = ()

    def __iter__(self) -> Iterator[Flashcard | Question]:
        return iter((*self.cards, *self.questions))

    def __str__(self) -> str:
        cards = [counted(len(self.cards), "card")] * bool(self.cards)
        missed = [counted(len(self.questions), "missed question")] * bool(self.questions)
        return " and ".join(cards + missed)

    @property
    def ids(self) -> tuple[str, ...]:
        """The id of each card and question."""
        return tuple(one.id for one in self)

    def among(self, other: Due) -> Due:
        """Return what is also in another one, with the same revision."""
        there = {(one.id, one.revision) for one in other}
        return Due(
            tuple(one for one in self.cards if (one.id, one.revision) in there),
            tuple(one for one in self.questions if (one.id, one.revision) in there),
        )


def today_quiz() -> str:
    """Return the name of the quiz that the answers to what is due belong to."""
    return f"{course().practice}_today"


def due_at(
    events: Sequence[Event], bank: QuizBank, now: datetime, *, most: int | None = MOST_MISSED
) -> Due:
    """Return the cards that are due at a time, and the questions that were missed.

    Parameters
    ----------
    events : sequence of Event
        The learner's record, oldest first.
    bank : QuizBank
        The current questions.
    now : datetime
        With its time zone.
    most : int, optional
        How many missed questions there may be, those answered longest ago first; None for all.

    Notes
    -----
    What a test asks that has not ended is not among them, because that would give it away.
    """
    plan, test = course(), last_test(events, bank)
    cards = schedule(events, deck(bank), now).due if plan.mode_counted("cards") else ()
    if not plan.practice:
        return Due(cards)
    asked = set(test.last_part.asked) if test and not test.last_part.has_ended else set[str]()
    known = {one.id for one in bank.questions} - asked
    tried = (one for one in summarise(events, bank).questions if one.attempts and one.id in known)
    missed = [one for one in tried if not one.right_last]
    missed.sort(key=lambda one: one.last_time or now)
    return Due(cards, tuple(bank.question(one.id) for one in missed[:most]))


def begun_today(events: Sequence[Event], now: datetime) -> Event | None:
    """Return the event with which the learner last began what is due, if that was on this day."""
    begins, ends = day_around(now)
    begun = (one for one in reversed(events) if one.kind == BegunDay.kind)
    return next((one for one in begun if begins <= one.time_utc < ends), None)


def begun_of(begun: Event, bank: QuizBank) -> Due:
    """Return what an event began, without what was revised or removed since."""
    payload = payload_of(begun, BegunDay)
    pairs = payload.items if payload else ()
    cards = {(one.id, one.revision): one for one in deck(bank)}
    questions = {(one.id, one.revision): one for one in bank.questions}
    return Due(
        tuple(cards[one] for one in pairs if one in cards),
        tuple(questions[one] for one in pairs if one in questions),
    )


def left_of(begun: Event, events: Sequence[Event], bank: QuizBank) -> Due:
    """Return what is left of what an event began: not rated or answered since, anywhere."""
    due, ids = begun_of(begun, bank), [one.id for one in events]
    later = events[ids.index(begun.id) :] if begun.id in ids else ()
    done = {event.subject for event, _ in ratings(later, due.cards)}
    done |= {name for name, one in GradedRecord(later, bank).tries.items() if one.verdicts}
    return Due(
        tuple(one for one in due.cards if one.id not in done),
        tuple(one for one in due.questions if one.id not in done),
    )


def left_today(
    events: Sequence[Event], bank: QuizBank, now: datetime, *, most: int | None = MOST_MISSED
) -> Due:
    """Return what is left of what the learner began today, or else what is due, as in `due_at`."""
    begun = begun_today(events, now)
    return left_of(begun, events, bank) if begun else due_at(events, bank, now, most=most)


def begin(
    due: Due, events: Sequence[Event], bank: QuizBank, *, clock: Clock = utc_now
) -> Event | None:
    """Return the event that begins what was counted as due, as far as it still is; else None."""
    still = due.among(left_today(events, bank, clock(), most=None))
    items = tuple((one.id, one.revision) for one in still)
    return event_of(today_quiz(), BegunDay(items), clock=clock) if items else None
