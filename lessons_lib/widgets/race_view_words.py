"""What a race showed, in a sentence made from its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lessons_lib.widgets.figures import two_digits_or_whole

WAYS = {"batch": "in batches", "real-time": "one by one", "micro-batching": "in micro-batches"}
ABOUT_THE_SAME = 1.05


class Lane(Protocol):
    """How far a lane is; `timing.race.Lane` is one."""

    @property
    def name(self) -> str:
        """The mode that it runs."""
        ...

    @property
    def done(self) -> int:
        """How many texts are answered."""
        ...

    @property
    def seconds(self) -> float:
        """How long it computed."""
        ...


def way_of(name: str) -> str:
    """Return how a mode runs texts: "in batches"; another name stays as it is."""
    return WAYS.get(name, name)


def finish_in_words(lanes: Sequence[Lane], total: int) -> str:
    """Return the sentence of a race in which every lane has done all."""
    if len(lanes) == 1:
        return f"{_begin(lanes[0])}, {_texts(total)} took {seconds_in_words(lanes[0].seconds)}."
    ordered = sorted(lanes, key=lambda one: one.seconds)
    first, last = ordered[0], ordered[-1]
    ratio = _ratio(first.seconds, last.seconds)
    took = (
        f"{_begin(first)}, {_texts(total)} took {seconds_in_words(first.seconds)}; "
        f"{way_of(last.name)}, {seconds_in_words(last.seconds)}:"
    )
    if ratio < ABOUT_THE_SAME:
        return f"{took} about the same. Here, nothing was gained."
    unusual = " Here, batching did not pay." if last.name == "batch" else ""
    return f"{took} {two_digits_or_whole(ratio)} times as long.{unusual}"


def stopped_in_words(lanes: Sequence[Lane], total: int, what_happened: str) -> str:
    """Return how far each lane was when the race ended early, and what its pace implies."""
    standings = [
        f"{way_of(lane.name)}, {lane.done:,} of {_texts(total)} were done "
        f"in {seconds_in_words(lane.seconds)}"
        for lane in lanes
    ]
    return f"{what_happened}: {'; '.join(standings)}. {_implied(lanes, total)}"


def seconds_in_words(seconds: float) -> str:
    """Return a time in seconds, in two digits: 0.094 s, 0.74 s, 12 s."""
    return f"{two_digits_or_whole(seconds)} s"


def _implied(lanes: Sequence[Lane], total: int) -> str:
    if any(lane.done == 0 for lane in lanes):
        return "That is too early to tell which is faster."
    ordered = sorted(lanes, key=lambda one: one.seconds / one.done)
    first, last = ordered[0], ordered[-1]
    first_s, last_s = (total * one.seconds / one.done for one in (first, last))
    needs = f"At this pace, {way_of(last.name)} would take {seconds_in_words(last_s)} for all"
    if first is last:
        return f"{needs}."
    ratio = _ratio(first_s, last_s)
    if ratio < ABOUT_THE_SAME:
        return f"{needs}, about as long as {way_of(first.name)}."
    return f"{needs}, {two_digits_or_whole(ratio)} times as long as {way_of(first.name)}."


def _ratio(first_s: float, last_s: float) -> float:
    return last_s / first_s if first_s else 1.0


def _texts(total: int) -> str:
    return "1 text" if total == 1 else f"{total:,} texts"


def _begin(lane: Lane) -> str:
    words = way_of(lane.name)
    return words[:1].upper() + words[1:]
