"""A race of jobs on one core: two clocks side by side, without threads.

Each lane does one step of its work at a time, and the lane whose own clock is behind goes next. So
at every moment the clocks agree to within a step, as if each lane had a core of its own, while in
truth they take turns and neither disturbs the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter

from lessons_lib.arguments import checked_integer


@dataclass(frozen=True, slots=True)
class Lane:
    """How far a lane is.

    Attributes
    ----------
    name : str
        The mode that it runs.
    done : int
        How many texts are answered.
    seconds : float
        How long it computed for them; the turns of others are not in it.
    """

    name: str
    done: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RaceState:
    """All lanes at one moment, in the order in which they were given."""

    lanes: tuple[Lane, ...]
    total: int

    @property
    def is_over(self) -> bool:
        """Whether every lane has done all."""
        return all(lane.done == self.total for lane in self.lanes)


def race(
    lanes: Mapping[str, Iterator[int]],
    *,
    total: int,
    clock: Callable[[], float] = perf_counter,
) -> Iterator[RaceState]:
    """Run lanes in turn until each has done all, and yield the state after every step.

    Parameters
    ----------
    lanes : mapping of names to iterators
        Each `next()` does one step of work and returns how many texts are done in all. Short steps,
        of a few milliseconds, make a smooth race.
    total : int
        How many texts each lane has to do.
    clock : callable
        Returns seconds; an argument so that tests need no waiting.

    Raises
    ------
    TypeError, ValueError
        If there is no lane, `total` is not an integer ≥ 1, or a lane does not count up
        to it.

    Notes
    -----
    A lane that has finished leaves the race, and the clocks of the others run on.
    """
    if not lanes:
        raise ValueError("race() takes at least one lane, got none.")
    return _run(dict(lanes), checked_integer("race(total=...)", total), clock)


def _run(
    steps: dict[str, Iterator[int]], total: int, clock: Callable[[], float]
) -> Iterator[RaceState]:
    standings = {name: Lane(name) for name in steps}
    while running := [lane for lane in standings.values() if lane.done < total]:
        lane = min(running, key=lambda one: one.seconds)
        began = clock()
        done = next(steps[lane.name], None)
        seconds = lane.seconds + clock() - began
        standings[lane.name] = Lane(lane.name, _counted(lane, done, total), seconds)
        yield RaceState(tuple(standings.values()), total)


def _counted(lane: Lane, done: int | None, total: int) -> int:
    if done is None:
        raise ValueError(f"The lane {lane.name!r} ended at {lane.done:,} of {total:,} texts.")
    if not lane.done <= done <= total:
        raise ValueError(
            f"The lane {lane.name!r} counts up to {total:,} texts, got {done:,} after "
            f"{lane.done:,}."
        )
    return done
