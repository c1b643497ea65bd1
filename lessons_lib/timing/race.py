"""A race between jobs on one core, with a separate clock for each job and without threads.

Each lane does one step of work at a time, and the lane whose clock is furthest behind goes next.
The clocks therefore agree to within one step, as if each lane had its own core, although the lanes
take turns and do not disturb each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter

from lessons_lib.arguments import checked_integer


@dataclass(frozen=True, slots=True)
class Lane:
    """The progress of one lane.

    Attributes
    ----------
    name : str
        The mode that it runs.
    done : int
        How many texts are answered.
    seconds : float
        The computing time for them, excluding the turns of other lanes.
    """

    name: str
    done: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RaceState:
    """All lanes at one moment, in the order in which they were passed."""

    lanes: tuple[Lane, ...]
    total: int

    @property
    def is_over(self) -> bool:
        """Whether every lane has finished."""
        return all(lane.done == self.total for lane in self.lanes)


def race(
    lanes: Mapping[str, Iterator[int]],
    *,
    total: int,
    clock: Callable[[], float] = perf_counter,
) -> Iterator[RaceState]:
    """Run lanes in turn until all have finished, and yield the state after every step.

    Parameters
    ----------
    lanes : mapping of names to iterators
        Each `next()` does one step of work and returns how many texts are done so far. Short steps
        of a few milliseconds make a smooth race.
    total : int
        The number of texts in each lane.
    clock : callable
        Returns seconds; tests replace it to avoid waiting.

    Raises
    ------
    TypeError, ValueError
        If there are no lanes, `total` is not an integer ≥ 1, or a lane does not count up to it.

    Notes
    -----
    A lane that has finished drops out, while the clocks of the others continue.
    """
    if not lanes:
        raise ValueError("race() needs at least one lane, got none.")
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
        raise ValueError(f"Lane {lane.name!r} ended after {lane.done:,} of {total:,} texts.")
    if not lane.done <= done <= total:
        raise ValueError(
            f"Lane {lane.name!r} must count up to {total:,} texts, got {done:,} after "
            f"{lane.done:,}."
        )
    return done
