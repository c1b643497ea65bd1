"""When each flashcard is due, by FSRS: the record of ratings replayed, so always the same.

Ratings count in the order in which they were given. A time that lies before the last one is
taken for the last one, and a rating from the future is passed over, so that a wrong clock neither
breaks the schedule nor puts a card off for years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from fsrs import Card, Rating, Scheduler, State

from lessons_lib.practice.flashcards.deck import Flashcard
from lessons_lib.practice.flashcards.record import at_utc, ratings
from lessons_lib.record.event import Event
from lessons_lib.record.kinds import RATINGS, RatingName

NEW_A_DAY = 10
REVIEWS_AHEAD = timedelta(days=1)
UNDO_WITHIN = timedelta(hours=1)
STEP = timedelta(minutes=10)

# Without fuzz, so that the same ratings always lead to the same days.
SCHEDULER = Scheduler(
    learning_steps=(STEP,), relearning_steps=(STEP,), maximum_interval=365, enable_fuzzing=False
)


@dataclass(frozen=True, slots=True)
class Review:
    """A rating that counts, and the card as it was after it."""

    event: str
    card_id: str
    at: datetime
    after: Card


def replay(events: Iterable[Event], deck: Sequence[Flashcard], now: datetime) -> list[Review]:
    """Return the reviews that a record holds of the cards of a deck, oldest first.

    Parameters
    ----------
    events : iterable of Event
        In the order of the log. What does not fit is passed over.
    deck : sequence of Flashcard
        Reviews of other cards, or of another revision, do not count.
    now : datetime
        With its zone; reviews more than a day later are not believed.
    """
    reviews: list[Review] = []
    latest: dict[str, Review] = {}
    for event, given in ratings(events, deck, now + REVIEWS_AHEAD):
        at, before = at_utc(event), latest.get(event.subject)
        at = max(at, before.at) if before else at
        after = rated(before.after if before else new_card(at), given.rating, at)
        latest[event.subject] = Review(event.id, event.subject, at, after)
        reviews.append(latest[event.subject])
    return reviews


def new_card(now: datetime) -> Card:
    """Return a card that was never rated. Our own ids name it, so FSRS's is always 0."""
    return Card(card_id=0, due=now)


def rated(card: Card, rating: RatingName, at: datetime) -> Card:
    """Return a card as it is after a rating at a time in UTC."""
    return SCHEDULER.review_card(card, Rating(RATINGS.index(rating) + 1), at)[0]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What there is to do at a moment.

    Attributes
    ----------
    now : datetime
        The moment, in UTC.
    day_ends : datetime
        When the learner's day is over; a card that is due on a day is due from its start.
    due : tuple of Flashcard
        Asked now, the longest due first.
    later : tuple of Flashcard
        Due again later today, the next one first: cards that were just missed.
    new : tuple of Flashcard
        Never rated, and still to come today.
    all_new : tuple of Flashcard
        Never rated.
    next_due : datetime or None
        When the first card is due that is not due now.
    cards : mapping
        The state of each rated card, by its id.
    last : Review or None
        The last rating; for a while it can be taken back.
    """

    now: datetime
    day_ends: datetime
    due: tuple[Flashcard, ...]
    later: tuple[Flashcard, ...]
    new: tuple[Flashcard, ...]
    all_new: tuple[Flashcard, ...]
    next_due: datetime | None
    cards: Mapping[str, Card]
    last: Review | None

    @property
    def due_today(self) -> int:
        """How many rated cards are asked again before the day is over."""
        return len(self.due) + len(self.later)

    @property
    def may_undo(self) -> bool:
        """Whether the last rating was given just now."""
        return self.last is not None and self.now - self.last.at < UNDO_WITHIN

    def next_card(self, *, early: bool = False) -> Flashcard | None:
        """Return what is asked next: what is due, then what is new; `early`, what comes later."""
        queue = (*self.due, *self.new, *(self.later if early else ()))
        return queue[0] if queue else None

    def after(self, card: Flashcard, rating: RatingName) -> timedelta:
        """Return how long a card would rest after a rating now."""
        before = self.cards.get(card.id) or new_card(self.now)
        at = max(self.now, before.last_review or self.now)
        return rated(before, rating, at).due - at


def schedule(
    events: Iterable[Event],
    deck: Sequence[Flashcard],
    now: datetime,
    *,
    extra: int = 0,
    zone: tzinfo | None = None,
) -> Schedule:
    """Return what there is to do with a deck.

    Parameters
    ----------
    events, deck, now
        As `replay` takes them.
    extra : int
        How many new cards the learner asked for, beyond `NEW_A_DAY`.
    zone : tzinfo, optional
        Where the learner's days begin; this machine's zone if not given.
    """
    day_begins, day_ends = day_around(now, zone)
    reviews = replay(events, deck, now)
    cards = {one.card_id: one.after for one in reviews}
    first = {one.card_id: one.at for one in reversed(reviews)}
    known = sorted((one for one in deck if one.id in cards), key=lambda one: cards[one.id].due)
    today = [one for one in known if cards[one.id].due < day_ends]
    due = tuple(one for one in today if _is_due(cards[one.id], now, day_ends))
    fresh = tuple(one for one in deck if one.id not in cards)
    begun_today = sum(day_begins <= at < day_ends for at in first.values())
    return Schedule(
        now=now,
        day_ends=day_ends,
        due=due,
        later=tuple(one for one in today if one not in due),
        new=fresh[: max(0, NEW_A_DAY + extra - begun_today)],
        all_new=fresh,
        next_due=min((cards[one.id].due for one in known if one not in due), default=None),
        cards=cards,
        last=reviews[-1] if reviews else None,
    )


def _is_due(card: Card, now: datetime, day_ends: datetime) -> bool:
    """Say whether a card is asked now: one that rests for days from the start of its day."""
    return card.due < day_ends if card.state == State.Review else card.due <= now


def day_around(now: datetime, zone: tzinfo | None = None) -> tuple[datetime, datetime]:
    """Return when the learner's day begins and ends, in UTC; it may have 23 or 25 hours."""
    local = now.astimezone(zone)
    begins = datetime(local.year, local.month, local.day, tzinfo=zone)
    return begins.astimezone(UTC), (begins + timedelta(days=1)).astimezone(UTC)
