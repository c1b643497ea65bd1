"""A race of the same texts in two modes: drawn live, and summarized from its clocks.

Each lane does one step of work at a time, and the lane whose clock is furthest behind goes next.
There are no threads. The clocks agree to within one step, as if each lane had its own core,
although the lanes take turns and do not disturb each other.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal, TypeAlias

from msgspec import Struct

from lessons_lib.arguments import checked_integer
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.widgets.job import Job, JobEnd
from lessons_lib.classroom.widgets.page import Card, framed_styles, script
from lessons_lib.formats import counted, two_digits_or_whole
from lessons_lib.pipeline.inference.jobs import lanes
from lessons_lib.pipeline.inference.prediction import Pipeline, load_textbook
from lessons_lib.pipeline.text.corpus import load_corpus_or_demo
from lessons_lib.pipeline.timing.machine import ReadClock, machine_line, thread_clock


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
    lanes: Mapping[str, Iterator[int]], *, total: int, clock: ReadClock = thread_clock
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


WAYS = {"real-time": "one by one", "batch": "in batches"}  # the lanes, in their order
ABOUT_THE_SAME = 1.05
UNKNOWN_RATIO = ["?×", "as many texts per second in batches as one by one"]


def finish_in_words(lanes: Sequence[Lane], total: int) -> str:
    """Compare the times of a race that both lanes finished."""
    first, last = sorted(lanes, key=lambda one: one.seconds)
    ratio = _ratio(first.seconds, last.seconds)
    both = (
        f"{WAYS[first.name].capitalize()}, {counted(total, 'text')} took "
        f"{seconds_in_words(first.seconds)}; "
        f"{WAYS[last.name]}, {seconds_in_words(last.seconds)}:"
    )
    if ratio < ABOUT_THE_SAME:
        return f"{both} about the same. Batching made no difference here."
    unusual = " Here, batching did not pay off." if last.name == "batch" else ""
    return f"{both} {two_digits_or_whole(ratio)} times as long.{unusual}"


def ratio_in_words(lanes: Sequence[Lane]) -> list[str]:
    """Return how many times the throughput of the slower lane the faster one had, and its words."""
    first, last = sorted(lanes, key=lambda one: one.seconds)
    ratio = _ratio(first.seconds, last.seconds)
    if ratio < ABOUT_THE_SAME:
        return ["1×", "as many texts per second: both were about equally fast"]
    words = f"as many texts per second {WAYS[first.name]} as {WAYS[last.name]}"
    return [f"{two_digits_or_whole(ratio)}×", words]


def stopped_in_words(lanes: Sequence[Lane], total: int, how: str) -> str:
    """Describe how far each lane was when the race ended early, and what its pace implies."""
    if not lanes:
        return f"{how}."
    standings = [
        f"{WAYS[lane.name]}, {lane.done:,} of {counted(total, 'text')} were done "
        f"in {seconds_in_words(lane.seconds)}"
        for lane in lanes
    ]
    return f"{how}: {'; '.join(standings)}. {_implied(lanes, total)}"


def seconds_in_words(seconds: float) -> str:
    """Format a time in seconds with two digits: 0.094 s, 0.74 s, 12 s."""
    return f"{two_digits_or_whole(seconds)} s"


def _implied(lanes: Sequence[Lane], total: int) -> str:
    if not all(lane.done for lane in lanes):
        return "It is too early to tell which is faster."
    first, last = sorted(lanes, key=lambda one: one.seconds / one.done)
    first_s, last_s = (total * one.seconds / one.done for one in (first, last))
    needs = f"At this pace, all texts would take {seconds_in_words(last_s)} {WAYS[last.name]}"
    ratio = _ratio(first_s, last_s)
    if ratio < ABOUT_THE_SAME:
        return f"{needs}, about as long as {WAYS[first.name]}."
    return f"{needs}, {two_digits_or_whole(ratio)} times as long as {WAYS[first.name]}."


def _ratio(first_s: float, last_s: float) -> float:
    return last_s / first_s if first_s else 1.0


REMARK = "Both lanes ran the same model."
SLICE_S = 0.03  # how long to compute before the kernel may do something else
PAUSE_S = 0.001  # long enough for a message from the browser to arrive
MOST_POINTS = 150

Points: TypeAlias = list[list[list[float]]]  # of each lane: after how many seconds, how many texts


class RaceAction(Struct, frozen=True):
    """What a page may request."""

    do: Literal["start", "stop"]


class RaceView(Card):
    """Starts a race, shows it live, and summarizes how it ended.

    Parameters
    ----------
    start : callable
        Called for each race; returns an iterator that computes a little and yields the state, for
        instance ``lambda: race(lanes(pipeline, texts), total=10_000)``.
    total : int
        How many texts each lane has to finish.
    note : str
        The machine that measures: `machine_line()`.
    clock : callable
        Returns seconds; only used to end a slice.

    Raises
    ------
    TypeError, ValueError
        If `total` is not an integer ≥ 1.

    Notes
    -----
    The race runs as a task of the kernel's event loop, slice by slice. Between two slices the
    kernel responds to Stop and to any other message.
    """

    _esm = script("lesson/views/race/view.js")
    _css = framed_styles("lesson/views/modes.css", "lesson/views/race/view.css")
    _kind = RaceAction

    def __init__(
        self,
        start: Callable[[], Iterator[Sequence[Lane]]],
        *,
        total: int = 10_000,
        note: str = "",
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._total = checked_integer("RaceView(total=...)", total)
        self._start_race, self._clock = start, clock
        title = f"{counted(self._total, 'text')}, {' and '.join(WAYS.values())}"
        self.saved = (title, "Race the two on this machine.")
        self._job = Job()
        self._begin("ready")
        lanes = [{"name": name, "way": way} for name, way in WAYS.items()]
        super().__init__({"total": self._total, "note": note, "lanes": lanes})

    def __repr__(self) -> str:
        return f"RaceView({self._total:,} texts, {' against '.join(WAYS.values())})"

    def submit(self, action: RaceAction) -> None:
        """Start or stop a race."""
        starts = action.do == "start" and not self._job.is_running
        if action.do == "stop":
            self._job.stop()
        elif starts:
            self._begin("running")
        self.refresh()
        if starts:
            self._job.start(self._run, then=self._finish, ends_itself=True)

    def content(self) -> Page:
        """Return how far each lane is, what is said of it, and points of a race that has ended."""
        lanes = [[lane.done, lane.seconds] for lane in self._lanes] or [[0, 0.0] for _ in WAYS]
        ratio = ratio_in_words(self._lanes) if self._phase == "over" else UNKNOWN_RATIO
        status = {"phase": self._phase, "status": self._status, "ratio": ratio}
        return {**status, "lanes": lanes, "history": self._history}

    def _begin(self, phase: str) -> None:
        self._phase, self._status = phase, ""
        self._lanes: Sequence[Lane] = ()
        self._history: Points = []

    async def _run(self) -> Points:
        """Run the race to its end, and return points (seconds, texts done) for each lane."""
        points: Points = [[[0.0, 0]] for _ in WAYS]
        states = self._start_race()
        while reached := self._slice(states):
            for state in reached:
                for known, lane in zip(points, state, strict=True):
                    if known[-1][1] != lane.done:
                        known.append([lane.seconds, lane.done])
            self._lanes = reached[-1]
            self.refresh()
            self._job.check()
            await asyncio.sleep(PAUSE_S)
            self._job.check()
        return [_thinned(one) for one in points]

    def _slice(self, states: Iterator[Sequence[Lane]]) -> list[Sequence[Lane]]:
        """Return the states of the next slice; an empty list when the race is over."""
        found: list[Sequence[Lane]] = []
        until = self._clock() + SLICE_S
        for state in states:
            found.append(state)
            if self._job.is_stopped or self._clock() >= until:
                break
        return found

    def _finish(self, end: JobEnd[Points]) -> None:
        self._history = end.result or []
        if end.failed:
            self._phase, self._status = "failed", f"The race stopped with an error. {end.failed}"
        elif end.stopped:
            self._phase = "stopped"
            self._status = stopped_in_words(self._lanes, self._total, end.stopped)
        else:
            self._phase = "over"
            self._status = f"{finish_in_words(self._lanes, self._total)} {REMARK}"
        self.refresh()


def _thinned(points: list[list[float]]) -> list[list[float]]:
    """Return about `MOST_POINTS` of the points, including the last one."""
    step = len(points) // MOST_POINTS + 1
    return points[:-1:step] + points[-1:]


def show_race(pipeline: Pipeline | None = None, texts: Sequence[str] | None = None) -> RaceView:
    """Return a widget in which real-time and batch race over the same texts on one core.

    Parameters
    ----------
    pipeline : Pipeline, optional
        What both modes run; by default the textbook path.
    texts : sequence of str, optional
        By default the 10,000 texts of the archive.
    """
    pipeline = pipeline or load_textbook()
    texts = load_corpus_or_demo().archive() if texts is None else texts
    return RaceView(
        lambda: race(lanes(pipeline, texts), total=len(texts)),
        total=len(texts),
        note=machine_line(),
    )
