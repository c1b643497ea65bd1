from __future__ import annotations

from collections.abc import Callable
from itertools import count

from tests.benchmarks.rounds import alternate, interleave, rotated


def _clock() -> Callable[[], float]:
    """Return a clock that goes on by one second each time it is looked at."""
    seconds = count()
    return lambda: float(next(seconds))


def test_each_turn_begins_one_further_and_goes_round() -> None:
    assert [rotated("abc", turn) for turn in range(4)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["a", "b", "c"],
    ]


def test_nobody_takes_no_turn() -> None:
    assert rotated([], 3) == []


def test_every_job_runs_once_a_round_in_another_order() -> None:
    ran: list[str] = []
    jobs = {name: (lambda name=name: ran.append(name)) for name in "ab"}
    alternate(jobs, 3, clock=_clock())
    assert ran == ["a", "b", "b", "a", "a", "b"]


def test_a_job_has_one_figure_a_round() -> None:
    assert alternate({"a": int, "b": int}, 2, clock=_clock()) == {"a": [1.0, 1.0], "b": [1.0, 1.0]}


def test_a_figure_is_the_time_of_that_job_alone() -> None:
    clock = _clock()
    seconds = alternate({"idle": int, "looks at the clock": clock}, 2, clock=clock)
    assert seconds == {"idle": [1.0, 1.0], "looks at the clock": [2.0, 2.0]}


def test_a_short_job_is_repeated_until_its_turn_is_over() -> None:
    ran: list[str] = []
    alternate({"a": lambda: ran.append("a")}, 1, at_least_s=3.0, clock=_clock())
    assert ran == ["a", "a", "a"]


def test_the_figure_of_a_repeated_job_is_that_of_one_run() -> None:
    assert alternate({"a": int}, 1, at_least_s=3.0, clock=_clock()) == {"a": [1.0]}


def test_calls_take_turns_in_blocks_and_all_meet_every_text_in_order() -> None:
    met: list[str] = []
    calls = {name: (lambda text, name=name: met.append(name + text)) for name in "ab"}
    interleave(calls, list("12345"), block=2, clock=_clock())
    assert met == ["a1", "a2", "b1", "b2", "b3", "b4", "a3", "a4", "a5", "b5"]


def test_each_single_call_has_a_figure() -> None:
    seconds = interleave({"a": len, "b": len}, list("12345"), block=2, clock=_clock())
    assert seconds == {"a": [1.0] * 5, "b": [1.0] * 5}
