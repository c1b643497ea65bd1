"""Three questions for a learner who is not sure, and the one mode that fits the answers.

The same answers always propose the same mode, for the reason that stands in `course.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable

from lessons_lib.practice.course import Proposal, course
from lessons_lib.record.event import Clock, Event, utc_now
from lessons_lib.record.kinds import Wish, event_of, payloads

SUBJECT = "modes"


def propose(wish: Wish) -> Proposal | None:
    """Return the proposal that fits a wish, or None while an answer is missing."""
    if not wish.is_whole:
        return None
    answers = f"{wish.want} {wish.time} {wish.way}"
    return next(one for one in course().finder.proposals if answers in one.fits)


def wish_event(wish: Wish, *, clock: Clock = utc_now) -> Event:
    """Return the event of answers given to the three questions."""
    return event_of(SUBJECT, wish, clock=clock)


def latest_wish(events: Iterable[Event]) -> Wish:
    """Return the answers given last, an empty wish if there are none."""
    wishes = [wish for _, wish in payloads(events, Wish)]
    return wishes[-1] if wishes else Wish()
