"""What flashcards write into the record, and which ratings in it count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lessons_lib.practice.flashcards.deck import Flashcard
from lessons_lib.record.event import Clock, Event, utc_now
from lessons_lib.record.kinds import Rated, RatingName, Undone, event_of, payloads


def rated_event(card: Flashcard, rating: RatingName, *, clock: Clock = utc_now) -> Event:
    """Return the event of a card rated just now."""
    return event_of(card.id, Rated(rating, card.revision), clock=clock)


def undone_event(card_id: str, event_id: str, *, clock: Clock = utc_now) -> Event:
    """Return the event of a rating taken back."""
    return event_of(card_id, Undone(event_id), clock=clock)


def ratings(
    events: Iterable[Event], deck: Iterable[Flashcard], until: datetime | None = None
) -> list[tuple[Event, Rated]]:
    """Return the ratings that count, oldest first.

    Parameters
    ----------
    events : iterable of Event
        In the order of the log. What does not fit is skipped.
    deck : iterable of Flashcard
        Ratings of other cards, or of another revision, do not count.
    until : datetime, optional
        Later ratings do not count.

    Notes
    -----
    Only the last rating of a card can be taken back, again and again.
    """
    revisions = {one.id: one.revision for one in deck}
    kept: list[tuple[Event, Rated]] = []
    for event, payload in payloads(events, Rated, Undone):
        if isinstance(payload, Undone):
            own = [place for place, (one, _) in enumerate(kept) if one.subject == event.subject]
            if own and kept[own[-1]][0].id == payload.event:
                del kept[own[-1]]
        elif isinstance(payload, Rated):
            is_current = revisions.get(event.subject) == payload.revision
            if is_current and (until is None or at_utc(event) <= until):
                kept.append((event, payload))
    return kept


def at_utc(event: Event) -> datetime:
    """Return an event's time in UTC; the end of the calendar if it lies beyond either end."""
    try:
        return event.time_utc.astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
