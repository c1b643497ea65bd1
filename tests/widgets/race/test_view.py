"""The race: started, stopped, interrupted, failed; each lane's steps are the test's own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Callable, Coroutine, Iterator
from itertools import count
from typing import Any, TypeVar

import numpy as np
import pytest

from lessons_lib.timing.race import Lane, RaceState
from lessons_lib.widgets.race.view import MOST_POINTS, RaceView

Result = TypeVar("Result")


def states(total: int = 1000, ratio: int = 8) -> Iterator[RaceState]:
    """One by one takes a millisecond a text, and batches that divided by the ratio."""
    for tick in range(1, total + 1):
        fast = min(tick * ratio, total)
        lanes = (Lane("real-time", tick, tick / 1000), Lane("batch", fast, fast / ratio / 1000))
        yield RaceState(lanes, total)


def endless() -> Iterator[RaceState]:
    for tick in count(1):
        lanes = (Lane("real-time", tick, tick / 100), Lane("batch", 4 * tick, tick / 100))
        yield RaceState(lanes, 1_000_000)


def ticking() -> Callable[[], float]:
    """Return a clock by which every look takes a hundredth of a second."""
    looks = count()
    return lambda: next(looks) / 100


def view(start: Callable[[], Iterator[Any]] = states, **changes: Any) -> RaceView:
    given: dict[str, Any] = {"total": 1000, "clock": ticking()} | changes
    return RaceView(start, **given)


def send(race: RaceView, do: object) -> None:
    race._handle_custom_msg({"do": do}, [])


async def until(race: RaceView, *phases: str) -> None:
    while race.state["phase"] not in phases:
        await asyncio.sleep(0)


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end; the time limit is for tests that would else wait for ever."""
    return asyncio.run(asyncio.wait_for(main, timeout=60))


def test_before_the_start_both_clocks_stand_at_zero() -> None:
    race = view()
    assert race.state == {"phase": "ready", "lanes": [[0, 0.0], [0, 0.0]], "said": ""}
    assert race.about["lanes"] == [
        {"name": "real-time", "way": "one by one"},
        {"name": "batch", "way": "in batches"},
    ]


def test_a_race_runs_to_its_end_and_says_by_how_much_it_was_won() -> None:
    race = view()
    send(race, "start")
    assert race.state == {
        "phase": "over",
        "lanes": [[1000, 1.0], [1000, 0.125]],
        "said": "In batches, 1,000 texts took 0.12 s; one by one, 1.0 s: 8.0 times as long. "
        "Both ran the same model.",
    }


def test_the_browser_is_told_of_slices_not_of_steps() -> None:
    race = view()
    phases: list[str] = []
    race.observe(lambda change: phases.append(change["new"]["phase"]), "state")
    send(race, "start")
    assert phases[-1] == "over"
    assert 100 < len(phases) < 1000


def test_the_history_holds_each_lane_from_start_to_end() -> None:
    race = view()
    send(race, "start")
    slow, fast = race.history
    assert slow[0] == fast[0] == [0.0, 0]
    assert (slow[-1], fast[-1]) == ([1.0, 1000], [0.125, 1000])
    assert slow == sorted(slow)
    assert len(slow) <= MOST_POINTS + 1


def test_a_race_can_be_run_again() -> None:
    starts: list[int] = []

    def start() -> Iterator[RaceState]:
        starts.append(1)
        return states()

    race = view(start)
    send(race, "start")
    send(race, "start")
    assert len(starts) == 2
    assert race.state["phase"] == "over"


def test_stop_ends_a_race_and_says_how_far_each_was_and_what_that_implies() -> None:
    async def main() -> RaceView:
        race = view(endless, total=1_000_000)
        send(race, "start")
        while race.state["lanes"][0][0] < 10:
            await asyncio.sleep(0)
        send(race, "stop")
        await until(race, "stopped")
        return race

    race = run(main())
    said = race.state["said"]
    assert said.startswith("Stopped: one by one, ")
    assert "of 1,000,000 texts were done in 0." in said
    assert said.endswith(
        "At this pace, one by one would take 10,000 s for all, 4.0 times as long as in batches."
    )
    assert race.history == []


def test_a_second_start_while_it_runs_changes_nothing() -> None:
    async def main() -> int:
        starts: list[int] = []

        def start() -> Iterator[RaceState]:
            starts.append(1)
            return endless()

        race = view(start)
        send(race, "start")
        while not starts:
            await asyncio.sleep(0)
        send(race, "start")
        send(race, "stop")
        await until(race, "stopped")
        return len(starts)

    assert run(main()) == 1


def test_an_interrupt_that_python_raises_ends_the_race_in_words() -> None:
    def interrupted() -> Iterator[RaceState]:
        yield from list(states())[:50]
        raise KeyboardInterrupt

    race = view(interrupted)
    send(race, "start")
    assert race.state["phase"] == "stopped"
    assert race.state["said"].startswith("The kernel was interrupted: one by one, ")


def test_an_interrupt_that_is_ignored_elsewhere_ends_the_race_too(
    ignoring_interrupts: None,
) -> None:
    def pressed() -> Iterator[RaceState]:
        for place, state in enumerate(endless()):
            if place == 50:
                os.kill(os.getpid(), signal.SIGINT)
            yield state

    async def main() -> RaceView:
        race = view(pressed)
        send(race, "start")
        await until(race, "stopped")
        return race

    race = run(main())
    assert race.state["said"].startswith("The kernel was interrupted: one by one, ")
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_race_that_breaks_says_why() -> None:
    def broken() -> Iterator[RaceState]:
        yield from list(states())[:5]
        raise ValueError("a lane <b>fell</b>")

    race = view(broken)
    send(race, "start")
    assert race.state["phase"] == "failed"
    assert race.state["said"] == "The race could not go on. ValueError: a lane <b>fell</b>"


def test_a_race_that_cannot_be_started_says_why() -> None:
    def unstartable() -> Iterator[RaceState]:
        raise RuntimeError("no model")

    for start in (unstartable, lambda: iter(())):
        race = view(start)
        send(race, "start")
        assert race.state["phase"] == "failed"
        assert race.state["said"].startswith("The race could not go on. ")


@pytest.mark.parametrize("content", [None, 7, "start", {}, {"do": ["start"]}, {"do": "win"}])
def test_messages_that_no_page_sends_do_nothing(content: object) -> None:
    race = view()
    before = race.state
    race._handle_custom_msg(content, [])
    assert race.state == before


def test_a_browser_cannot_set_the_result() -> None:
    race = view()
    race.set_state({"state": {"phase": "over", "lanes": [], "said": "I won"}, "history": [1]})
    assert race.state["phase"] == "ready"
    assert race.history == []


def test_its_text_form_does_not_depend_on_a_race() -> None:
    race = view()
    before = repr(race)
    send(race, "start")
    assert repr(race) == before == "RaceView(1,000 texts, one by one against in batches)"


def test_what_is_no_race_is_refused() -> None:
    with pytest.raises(TypeError, match="takes a callable that starts a race"):
        RaceView(states())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"total=\.\.\.\) must be an integer ≥ 1, got 0"):
        RaceView(states, total=0)
    with pytest.raises(
        TypeError, match=r"RaceView\(note=\.\.\.\) takes a text \(str\), got NoneTy"
    ):
        RaceView(states, note=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "got"),
    [
        ({"total": 1.5}, "total=...) must be an integer ≥ 1, got float."),
        ({"total": "5"}, "total=...) must be an integer ≥ 1, got str."),
        ({"total": True}, "total=...) must be an integer ≥ 1, got bool."),
    ],
)
def test_a_total_of_a_wrong_kind_is_refused(changes: dict[str, Any], got: str) -> None:
    words = f"RaceView({got}"
    with pytest.raises(TypeError, match=f"^{re.escape(words)}$"):
        view(**changes)


def test_a_total_counted_by_an_array_library_is_a_plain_number() -> None:
    assert type(view(total=np.int64(1000)).about["total"]) is int
