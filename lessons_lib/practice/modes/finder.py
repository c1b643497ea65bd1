"""Three questions for a learner who is not sure, and the one mode that fits the answers.

A plain table: the same answers always propose the same mode, for the reason that stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import Struct

from lessons_lib.practice.modes.modes import Mode, mode
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


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the three questions: the field of the wish, the words, and the answers."""

    field: str
    text: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The mode that fits, and why."""

    mode: Mode
    reason: str


QUESTIONS = (
    Asked(
        "want",
        "What do you want today?",
        {
            "understand": "Understand the idea",
            "do": "Do something with it",
            "check": "Check what I know",
        },
    ),
    Asked(
        "time",
        "How much time is there?",
        {"ten": "About ten minutes", "twenty": "About twenty", "hour": "An hour"},
    ),
    Asked(
        "way",
        "What do you like best?",
        {"read": "Reading", "watch": "Watching", "type": "Typing"},
    ),
)

_CONCEPT = "It is the short way through the whole idea, to be read in one go."
_PIPELINE = "An hour is enough for all six stages, and you see the values change at each of them."
_TRACE = "You type a text, and it is taken apart before you, layer by layer."
_WATCH = "You see requests wait and batches form; the guided tour tells you where to look."
_EXPERIMENT = "You turn the knobs yourself, and your own machine says how things are."
_CARDS = "A few cards show at once what you remember, and you may stop after any of them."
_TEN = "Ten questions end in a verdict, and in a list of what is worth reading."
_PRACTICE = "You give the answers, and every answer comes with the steps that lead to it."
_CODE = "You write real calls, and each is checked by what it does as soon as you run it."

_TABLE: Mapping[tuple[str, str, str], tuple[str, str]] = {
    ("understand", "ten", "read"): ("concept", _CONCEPT),
    ("understand", "ten", "watch"): ("watch", _WATCH),
    ("understand", "ten", "type"): ("trace", _TRACE),
    ("understand", "twenty", "read"): ("concept", _CONCEPT),
    ("understand", "twenty", "watch"): ("watch", _WATCH),
    ("understand", "twenty", "type"): ("trace", _TRACE),
    ("understand", "hour", "read"): ("pipeline", _PIPELINE),
    ("understand", "hour", "watch"): ("pipeline", _PIPELINE),
    ("understand", "hour", "type"): ("pipeline", _PIPELINE),
    ("do", "ten", "read"): (
        "flashcards",
        "Reading a card and recalling its answer is the shortest thing to do with what you know.",
    ),
    ("do", "ten", "watch"): (
        "training",
        "You train a model in a few seconds, and watch its curves grow.",
    ),
    ("do", "ten", "type"): ("trace", _TRACE),
    ("do", "twenty", "read"): ("practice", _PRACTICE),
    ("do", "twenty", "watch"): (
        "training",
        "You train a model, watch its curves, and have time to change a setting and train again.",
    ),
    ("do", "twenty", "type"): ("experiment", _EXPERIMENT),
    ("do", "hour", "read"): ("pipeline", _PIPELINE),
    ("do", "hour", "watch"): ("experiment", _EXPERIMENT),
    ("do", "hour", "type"): ("code-along", _CODE),
    ("check", "ten", "read"): ("flashcards", _CARDS),
    ("check", "ten", "watch"): (
        "watch",
        "Say what the queue will do before you press Play: the picture tells whether you knew.",
    ),
    ("check", "ten", "type"): ("flashcards", _CARDS),
    ("check", "twenty", "read"): ("test", _TEN),
    ("check", "twenty", "watch"): (
        "experiment",
        "You guess first, and then see how far the measurement lies from your guess.",
    ),
    ("check", "twenty", "type"): ("practice", _PRACTICE),
    ("check", "hour", "read"): ("test", _TEN),
    ("check", "hour", "watch"): (
        "experiment",
        "You guess first, and have time to find out why the measurement is another.",
    ),
    ("check", "hour", "type"): ("code-along", _CODE),
}


def propose(wish: Wish) -> Proposal | None:
    """Return the mode that fits a wish, or None while an answer is missing."""
    if not wish.is_whole:
        return None
    slug, reason = _TABLE[wish.want, wish.time, wish.way]
    return Proposal(mode(slug), reason)


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
