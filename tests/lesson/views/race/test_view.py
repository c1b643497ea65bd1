"""The race: started, stopped, interrupted, failed; the tests define the steps of each lane."""

import signal
from collections.abc import Iterator
from itertools import count

from lessons_lib.lesson.views.race import MOST_POINTS, Lane, RaceView, show_race
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from tests.classroom.widgets.pretend_browser import interrupt, run, send, until
from tests.support.race_view import finished, states, view


def endless() -> Iterator[tuple[Lane, ...]]:
    for tick in count(1):
        yield Lane("real-time", tick, tick / 100), Lane("batch", 4 * tick, tick / 100)


async def until_stopped(race: RaceView) -> RaceView:
    await until(lambda: race.page["phase"] == "stopped")
    return race


def test_a_race_begins_at_zero_sends_slices_and_reports_the_ratio_at_its_end() -> None:
    race, phases = view(), list[str]()
    assert (race.page["phase"], race.page["lanes"]) == ("ready", [[0, 0.0], [0, 0.0]])
    assert race.page["ratio"][0] == "?×"
    race.observe(lambda change: phases.append(change["new"]["phase"]), "page")
    send(race, "start")
    assert 100 < len(phases) < 1000  # a slice is not a step
    assert (race.page["phase"], race.page["lanes"]) == ("over", [[1000, 1.0], [1000, 0.125]])
    assert race.page["ratio"][0] == "8.0×"
    assert "8.0 times as long. Both lanes" in race.page["status"]


def test_the_history_of_each_lane_reaches_from_start_to_end() -> None:
    slow, fast = finished().page["history"]
    assert slow[0] == fast[0] == [0.0, 0]
    assert (slow[-1], fast[-1]) == ([1.0, 1000], [0.125, 1000])
    assert slow == sorted(slow)
    assert len(slow) <= MOST_POINTS + 1


def test_a_second_start_changes_nothing_and_stop_reports_how_far_each_lane_was() -> None:
    starts: list[int] = []

    def start() -> Iterator[tuple[Lane, ...]]:
        starts.append(1)
        return endless()

    async def main() -> RaceView:
        race = view(start, total=1_000_000)
        send(race, "start")
        await until(lambda: race.page["lanes"][0][0] >= 10)
        send(race, "start")
        send(race, "stop")
        return await until_stopped(race)

    race = run(main())
    assert starts == [1]
    assert race.page["status"].startswith("Stopped: one by one, ")
    assert "10,000 s one by one, 4.0 times as long as in batches" in race.page["status"]
    assert race.page["history"] == []
    assert race.page["ratio"][0] == "?×"


def test_an_interrupt_ends_the_race(ignoring_interrupts: None) -> None:
    def pressed() -> Iterator[tuple[Lane, ...]]:
        for index, state in enumerate(endless()):
            if index == 50:
                interrupt()
            yield state

    async def main() -> RaceView:
        return await until_stopped(finished(pressed))

    assert run(main()).page["status"].startswith("The kernel was interrupted: one by one, ")
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def broken() -> Iterator[tuple[Lane, ...]]:
    yield from list(states())[:5]
    raise ValueError("a lane <b>fell</b>")


def test_a_race_that_fails_shows_the_error() -> None:
    race = finished(broken)
    assert race.page["phase"] == "failed"
    assert race.page["status"] == "The race stopped with an error. ValueError: a lane <b>fell</b>"


def test_the_race_runs_over_all_texts() -> None:
    race = show_race(FoldedPipeline.load(), ["I love sunny days"] * 40)
    assert race.about["total"] == 40
    send(race, "start")
    send(race, "start")
    assert race.page["phase"] == "over"
    assert [done for done, _ in race.page["lanes"]] == [40, 40]
