"""Three questions for a learner who is not sure, and the one mode that fits the answers.

The same answers always propose the same mode, for the reason that stands in `course.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import Struct

from lessons_lib.practice.course import Proposal, course
from lessons_lib.quiz.events import payload_of
from lessons_lib.record.event import Clock, Event, new_event, utc_now

MODE_WISH, SUBJECT = "mode-wish", "modes"


class Wish(Struct, frozen=True):
    """What a learner asks of a mode; empty where not answered. Payload of a `mode-wish`."""

    want: Literal["", "understand", "do", "check"] = ""
    time: Literal["", "ten", "twenty", "hour"] = ""
    way: Literal["", "read", "watch", "type"] = ""

    @property
    def is_whole(self) -> bool:
        """Whether all three questions are answered."""
        return all((self.want, self.time, self.way))


def propose(wish: Wish) -> Proposal | None:
    """Return the proposal that fits a wish, or None while an answer is missing."""
    if not wish.is_whole:
        return None
    answers = f"{wish.want} {wish.time} {wish.way}"
    return next(one for one in course().finder.proposals if answers in one.fits)


def wish_event(wish: Wish, *, clock: Clock = utc_now) -> Event:
    """Return the event of answers given to the three questions."""
    return new_event(MODE_WISH, SUBJECT, msgspec.to_builtins(wish), clock=clock)


def latest_wish(events: Iterable[Event]) -> Wish:
    """Return the answers given last, an empty wish if none; what does not fit is passed over."""
    wish = Wish()
    for event in events:
        if event.kind == MODE_WISH:
            wish = payload_of(event, Wish) or wish
    return wish
