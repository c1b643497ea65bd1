"""The race: which lane is next, which clock advances, and how it ends."""

from collections.abc import Iterator

import pytest

from lessons_lib.lesson.views.race import Lane, race
from tests.pipeline.timing.conftest import Stopwatch


class Track(Stopwatch):
    """Lanes whose steps advance the clock by a fixed time."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[str] = []

    def lane(self, name: str, *, step: int, step_s: float, total: int) -> Iterator[int]:
        for done in range(step, total + step, step):
            self.turns.append(name)
            self.now += step_s
            yield min(done, total)


@pytest.fixture
def track() -> Track:
    return Track()


def run(track: Track, total: int = 12) -> list[tuple[Lane, ...]]:
    """Run one text per second against four texts in two seconds."""
    lanes = {
        "real-time": track.lane("real-time", step=1, step_s=1.0, total=total),
        "batch": track.lane("batch", step=4, step_s=2.0, total=total),
    }
    return list(race(lanes, total=total, clock=track))


def test_a_clock_counts_only_the_steps_of_its_own_lane(track: Track) -> None:
    states = run(track)
    assert states[-1] == (Lane("real-time", 12, 12.0), Lane("batch", 12, 6.0))
    ended = [alone.done for alone, batch in states if batch == Lane("batch", 12, 6.0)]
    assert ended == list(range(5, 13))  # the other lane goes on alone
    assert track.now == 12.0 + 6.0


def test_the_lane_whose_clock_is_behind_is_next(track: Track) -> None:
    states = run(track)
    assert track.turns[:6] == ["real-time", "batch", "real-time", "real-time", "batch", "real-time"]
    both = [lanes for lanes in states if all(lane.done < 12 for lane in lanes)]
    assert max(abs(one.seconds - other.seconds) for one, other in both) <= 2.0


def test_a_race_is_lazy_and_counts_no_time_between_steps(track: Track) -> None:
    lanes = {"only": track.lane("only", step=1, step_s=1.0, total=3)}
    steps = race(lanes, total=3, clock=track)
    assert track.turns == []
    for _ in range(3):
        track.now += 50
        state = next(steps)
    assert state == (Lane("only", 3, 3.0),)
