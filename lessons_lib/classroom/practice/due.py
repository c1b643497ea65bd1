"""What is due: flashcards and missed questions, and what is left of those that a learner began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.flashcards import Flashcard, day_around, deck, ratings, schedule
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import last_test
from lessons_lib.classroom.quiz.progress import summarise
from lessons_lib.classroom.quiz.question import Question
from lessons_lib.classroom.quiz.regrade import GradedRecord
from lessons_lib.classroom.record.event import Event, utc_now
from lessons_lib.classroom.record.kinds import BegunDay, event_of, payload_of
from lessons_lib.formats import counted

MOST_MISSED = 5  # questions a day


@dataclass(frozen=True, slots=True)
class Due:
    """Flashcards, and questions that were missed, in the order in which they are asked."""

    cards: tuple[Flashcard, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def items(self) -> tuple[tuple[str, int], ...]:
        """The id and the revision of each card and question."""
        return tuple((one.id, one.revision) for one in (*self.cards, *self.questions))

    @property
    def words(self) -> list[str]:
        """How many cards and questions there are, as texts."""
        cards = [counted(len(self.cards), "card")] * bool(self.cards)
        return cards + [counted(len(self.questions), "missed question")] * bool(self.questions)


def due_quiz() -> str:
    """Return the name of the quiz that what is due is asked in."""
    return f"{course().practice}_due"


def due_at(
    events: Sequence[Event], bank: QuizBank, now: datetime, most: int | None = MOST_MISSED
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
    asked = test.last_part.asked if test and not test.last_part.has_ended else ()
    known = {one.id for one in bank.questions} - {*asked} if plan.practice else ()
    tried = (one for one in summarise(events, bank).questions if one.attempts and one.id in known)
    missed = [one for one in tried if not one.right_last]
    missed.sort(key=lambda one: one.last_time or now)
    return Due(cards, tuple(bank.question(one.id) for one in missed[:most]))


def begun_today(events: Sequence[Event], now: datetime) -> Event | None:
    """Return the event with which the learner last began what is due, if that was on this day."""
    begins, ends = day_around(now)
    begun = (one for one in reversed(events) if one.kind == BegunDay.kind)
    return next((one for one in begun if begins <= one.time_utc < ends), None)


def left_of(begun: Event, events: Sequence[Event], bank: QuizBank) -> Due:
    """Return what is left of what an event began: unchanged, and not done since, anywhere."""
    payload, ids = payload_of(begun, BegunDay), [one.id for one in events]
    later = events[ids.index(begun.id) :] if begun.id in ids else ()
    done = {event.subject for event, _ in ratings(later, deck(bank))}
    done |= {name for name, one in GradedRecord(later, bank).tries.items() if one.verdicts}
    known = {(one.id, one.revision): one for one in (*deck(bank), *bank.questions)}
    pairs = [one for one in (payload.items if payload else ()) if one[0] not in done]
    left = [known[one] for one in pairs if one in known]
    cards = tuple(one for one in left if isinstance(one, Flashcard))
    return Due(cards, tuple(one for one in left if not isinstance(one, Flashcard)))


def left_today(
    events: Sequence[Event], bank: QuizBank, now: datetime, most: int | None = MOST_MISSED
) -> Due:
    """Return what is left of what the learner began today, or else what is due, as in `due_at`."""
    begun = begun_today(events, now)
    return left_of(begun, events, bank) if begun else due_at(events, bank, now, most)


def begin(due: Due, events: Sequence[Event], bank: QuizBank) -> Event | None:
    """Return the event that begins what was counted as due, as far as it still is; else None."""
    still = left_today(events, bank, utc_now(), None).items
    items = tuple(one for one in due.items if one in still)
    return event_of(due_quiz(), BegunDay(items), clock=utc_now) if items else None
