"""A race between jobs on one core, with a separate clock for each job and without threads.

Each lane does one step of work at a time, and the lane whose clock is furthest behind goes next.
The clocks therefore agree to within one step, as if each lane had its own core, although the lanes
take turns and do not disturb each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter


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


def race(
    lanes: Mapping[str, Iterator[int]], *, total: int, clock: Callable[[], float] = perf_counter
) -> Iterator[tuple[Lane, ...]]:
    """Run lanes in turn until all have finished, and yield all of them after every step.

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
    RuntimeError
        If a lane ends before `total` texts.

    Notes
    -----
    A lane that has finished drops out, while the clocks of the others continue.
    """
    standings = {name: Lane(name) for name in lanes}
    while running := [lane for lane in standings.values() if lane.done < total]:
        lane = min(running, key=lambda one: one.seconds)
        began = clock()
        done = next(lanes[lane.name])
        standings[lane.name] = Lane(lane.name, done, lane.seconds + clock() - began)
        yield tuple(standings.values())
