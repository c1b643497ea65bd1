from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from lessons_lib.timing.ratios import time_in_turn


def ticking() -> Callable[[], float]:
    """Return a clock that is one second further at each look."""
    seconds = count()
    return lambda: float(next(seconds))


def test_each_job_runs_once_a_round_and_none_always_first() -> None:
    ran: list[str] = []
    jobs = {name: (lambda name=name: ran.append(name)) for name in "abc"}
    times = time_in_turn(jobs, rounds=3, warmup=1, clock=ticking())
    assert "".join(ran) == "abc" + "bca" + "cab" + "abc"
    assert times == {"a": [1.0] * 3, "b": [1.0] * 3, "c": [1.0] * 3}


def test_the_seconds_are_those_between_two_looks_at_the_clock() -> None:
    now = [0.0]

    def work(seconds: float) -> Callable[[], None]:
        return lambda: now.__setitem__(0, now[0] + seconds)

    times = time_in_turn({1: work(0.5), 2: work(2.0)}, rounds=2, warmup=0, clock=lambda: now[0])
    assert times == {1: [0.5, 0.5], 2: [2.0, 2.0]}


def test_a_short_job_is_repeated_and_its_mean_counts() -> None:
    now, ran = [0.0], []

    def work(name: str, seconds: float) -> Callable[[], None]:
        def job() -> None:
            ran.append(name)
            # The first run after another job finds nothing in the caches.
            now[0] += seconds if ran[-2:-1] == [name] else 2 * seconds

        return job

    jobs = {"short": work("short", 1.0), "long": work("long", 8.0)}
    times = time_in_turn(jobs, rounds=1, warmup=0, least_s=5.0, clock=lambda: now[0])
    assert ran == ["short"] * 4 + ["long"]
    assert times == {"short": [1.25], "long": [16.0]}


def test_progress_goes_through_warm_up_and_rounds() -> None:
    seen: list[int] = []

    def progress(steps: range) -> Iterator[int]:
        for step in steps:
            yield step
            seen.append(step)

    time_in_turn({"job": lambda: None}, rounds=2, warmup=1, progress=progress)
    assert seen == [0, 1, 2]


def test_an_interrupt_keeps_the_rounds_that_are_done() -> None:
    calls = count(1)

    def job() -> None:
        if next(calls) == 4:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="from 2 of 5 rounds"):
        times = time_in_turn({"job": job}, rounds=5, warmup=1, clock=ticking())
    assert times == {"job": [1.0, 1.0]}


def test_an_interrupt_before_the_first_timed_round_stays_one() -> None:
    def job() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), warnings.catch_warnings():
        time_in_turn({"job": job})


@pytest.mark.parametrize(
    ("jobs", "rounds", "warmup"),
    [({}, 1, 0), ({"a": print}, 0, 0), ({"a": print}, 1, -1)],
)
def test_nothing_to_time_is_refused(
    jobs: dict[str, Callable[[], object]], rounds: int, warmup: int
) -> None:
    with pytest.raises(ValueError, match=f"got {len(jobs)} jobs, rounds={rounds}"):
        time_in_turn(jobs, rounds=rounds, warmup=warmup)
