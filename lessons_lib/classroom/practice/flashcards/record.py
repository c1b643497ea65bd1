"""The events that flashcards record, and which of the ratings count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lessons_lib.classroom.practice.flashcards.deck import Flashcard
from lessons_lib.classroom.record.event import Clock, Event, utc_now
from lessons_lib.classroom.record.kinds import Rated, RatingName, Undone, event_of, payloads


def rated_event(card: Flashcard, rating: RatingName, *, clock: Clock = utc_now) -> Event:
    """Return the event for a card rated just now."""
    return event_of(card.id, Rated(rating, card.revision), clock=clock)


def undone_event(card_id: str, event_id: str, *, clock: Clock = utc_now) -> Event:
    """Return the event that undoes a rating."""
    return event_of(card_id, Undone(event_id), clock=clock)


def ratings(
    events: Iterable[Event], deck: Iterable[Flashcard], until: datetime | None = None
) -> list[tuple[Event, Rated]]:
    """Return the ratings that count, oldest first.

    Parameters
    ----------
    events : iterable of Event
        In the order of the log; invalid ones are skipped.
    deck : iterable of Flashcard
        Ratings of other cards, or of another revision, do not count.
    until : datetime, optional
        Later ratings do not count.

    Notes
    -----
    Only the latest rating of a card can be undone; the one before it is then the latest.
    """
    revisions = {one.id: one.revision for one in deck}
    counted: list[tuple[Event, Rated]] = []
    for event, payload in payloads(events, Rated, Undone):
        if isinstance(payload, Undone):
            own = [index for index, (one, _) in enumerate(counted) if one.subject == event.subject]
            if own and counted[own[-1]][0].id == payload.event:
                del counted[own[-1]]
        elif isinstance(payload, Rated):
            is_current = revisions.get(event.subject) == payload.revision
            if is_current and (until is None or event.time_utc <= until):
                counted.append((event, payload))
    return counted
