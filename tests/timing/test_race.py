"""The race: whose turn it is, which clock runs, and how it ends; on a clock of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lessons_lib.timing.race import Lane, RaceState, race


class Track:
    """Lanes whose steps take as long as they are told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.turns: list[str] = []

    def clock(self) -> float:
        return self.now

    def lane(self, name: str, *, step: int, step_s: float, total: int) -> Iterator[int]:
        for done in range(step, total + step, step):
            self.turns.append(name)
            self.now += step_s
            yield min(done, total)


@pytest.fixture
def track() -> Track:
    return Track()


def run(track: Track, total: int = 12) -> list[RaceState]:
    """Run one text in a second against four texts in two: the second lane is twice as fast."""
    lanes = {
        "real-time": track.lane("real-time", step=1, step_s=1.0, total=total),
        "batch": track.lane("batch", step=4, step_s=2.0, total=total),
    }
    return list(race(lanes, total=total, clock=track.clock))


def test_a_clock_counts_only_the_steps_of_its_own_lane(track: Track) -> None:
    (last,) = run(track)[-1:]
    assert last == RaceState((Lane("real-time", 12, 12.0), Lane("batch", 12, 6.0)), total=12)
    assert track.now == 100.0 + 12.0 + 6.0


def test_the_lane_whose_clock_is_behind_goes_next(track: Track) -> None:
    states = run(track)
    assert track.turns[:6] == ["real-time", "batch", "real-time", "real-time", "batch", "real-time"]
    both = [state.lanes for state in states if all(lane.done < 12 for lane in state.lanes)]
    assert max(abs(one.seconds - other.seconds) for one, other in both) <= 2.0


def test_a_finished_lane_stops_and_the_race_is_over_when_all_lanes_are(track: Track) -> None:
    states = run(track)
    finish = next(place for place, one in enumerate(states) if one.lanes[1].done == 12)
    assert {one.lanes[1] for one in states[finish:]} == {Lane("batch", 12, 6.0)}
    assert [one.lanes[0].done for one in states[finish:]] == list(range(5, 13))
    states = run(track)
    assert [state.is_over for state in states] == [False] * (len(states) - 1) + [True]


def test_a_race_is_lazy_and_counts_no_time_between_steps(track: Track) -> None:
    lanes = {"only": track.lane("only", step=1, step_s=1.0, total=3)}
    steps = race(lanes, total=3, clock=track.clock)
    assert track.turns == []
    for _ in range(3):
        track.now += 50
        state = next(steps)
    assert state.lanes == (Lane("only", 3, 3.0),)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([1, 2], "ended after 2 of 3 texts"),
        ([2, 1], "must count up to 3 texts, got 1 after 2"),
        ([4], "must count up to 3 texts, got 4 after 0"),
    ],
)
def test_a_lane_must_count_up_to_the_total(counts: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        list(race({"odd": iter(counts)}, total=3))


def test_a_race_needs_a_lane_and_a_positive_integer_of_texts() -> None:
    with pytest.raises(ValueError, match="at least one lane"):
        race({}, total=3)
    for total, error in ((0, ValueError), (1.5, TypeError), (True, TypeError)):
        with pytest.raises(error, match=r"race\(total=\.\.\.\) must be an integer ≥ 1, got"):
            race({"only": iter([0])}, total=total)  # type: ignore[arg-type]
