"""What flashcards write into the record: ratings, and ratings taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from lessons_lib.practice.flashcards.deck import Flashcard
from lessons_lib.record.event import Clock, Event, new_event, utc_now

CARD = "card"
RatingName: TypeAlias = Literal["again", "hard", "good", "easy"]
RATINGS: tuple[RatingName, ...] = ("again", "hard", "good", "easy")


class Rated(Struct, frozen=True, tag_field="what", tag="rated", forbid_unknown_fields=True):
    """Payload of a rating; the subject is the card's id, the time that of the event."""

    rating: RatingName
    revision: int = 1


class Undone(Struct, frozen=True, tag_field="what", tag="undone", forbid_unknown_fields=True):
    """Payload of a rating taken back: `event` is the id of its event."""

    event: str


Payload: TypeAlias = Rated | Undone


def rated_event(card: Flashcard, rating: RatingName, *, clock: Clock = utc_now) -> Event:
    """Return the event of a card rated just now."""
    return _event(card.id, Rated(rating, card.revision), clock)


def undone_event(card_id: str, event_id: str, *, clock: Clock = utc_now) -> Event:
    """Return the event of a rating taken back."""
    return _event(card_id, Undone(event_id), clock)


def payload_of(event: Event) -> Payload | None:
    """Return what a `card` event says, or None if it is none or does not fit."""
    if event.kind != CARD:
        return None
    try:
        return msgspec.convert(event.payload, Payload)  # type: ignore[no-any-return]
    except (msgspec.ValidationError, RecursionError):
        return None


def rated_cards(events: Iterable[Event], deck: Iterable[Flashcard]) -> set[str]:
    """Return the ids of those cards of a deck that were rated, as they are worded now.

    A rating that was taken back does not count. When a card is due is not looked at.
    """
    revisions = {one.id: one.revision for one in deck}
    ratings: dict[str, list[str]] = {}
    for event in events:
        payload = payload_of(event)
        if isinstance(payload, Rated) and revisions.get(event.subject) == payload.revision:
            ratings.setdefault(event.subject, []).append(event.id)
        elif isinstance(payload, Undone) and ratings.get(event.subject, [])[-1:] == [payload.event]:
            ratings[event.subject].pop()
    return {card for card, left in ratings.items() if left}


def _event(subject: str, payload: Payload, clock: Clock) -> Event:
    return new_event(CARD, subject, msgspec.to_builtins(payload), clock=clock)


def at_utc(event: Event) -> datetime | None:
    """Return an event's time in UTC, or None at the far ends of the calendar."""
    try:
        return event.time_utc.astimezone(UTC)
    except OverflowError:
        return None
