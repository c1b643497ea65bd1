"""Jobs timed in turn, and the ratios computed from them, on clocks that only work advances."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from lessons_lib.pipeline.timing import latency
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.latency import (
    LatencySummary,
    own_figures,
    texts_per_s,
    time_in_turn,
    time_ratio,
)
from tests.pipeline.timing.conftest import Stopwatch


def test_each_job_runs_once_per_round_and_the_order_rotates() -> None:
    clock, ran = Stopwatch(), list[str]()

    def work(name: str) -> None:
        ran.append(name)
        clock.now += "abc".index(name) + 0.5

    jobs = {name: partial(work, name) for name in "abc"}
    times = time_in_turn(jobs, rounds=3, warmup=1, clock=clock)
    assert "".join(ran) == "abc" + "bca" + "cab" + "abc"
    assert times == {"a": [0.5] * 3, "b": [1.5] * 3, "c": [2.5] * 3}


def test_a_short_job_is_repeated_and_its_mean_counts() -> None:
    clock, ran = Stopwatch(), list[str]()

    def work(name: str, seconds: float) -> None:
        # The first run after another job takes twice as long, because the caches are cold.
        clock.now += seconds if ran[-1:] == [name] else 2 * seconds
        ran.append(name)

    jobs = {"short": partial(work, "short", 1.0), "long": partial(work, "long", 8.0)}
    times = time_in_turn(jobs, rounds=1, warmup=0, least_s=5.0, clock=clock)
    assert ran == ["short"] * 4 + ["long"]
    assert times == {"short": [1.25], "long": [16.0]}


def test_progress_covers_the_warmup_and_all_rounds() -> None:
    seen: list[int] = []

    def progress(steps: range) -> Iterator[int]:
        for step in steps:
            yield step
            seen.append(step)

    time_in_turn({"job": lambda: None}, rounds=2, warmup=1, progress=progress)
    assert seen == [0, 1, 2]


def test_an_interrupt_keeps_the_finished_rounds_and_is_raised_if_there_are_none() -> None:
    clock = Stopwatch()

    def job() -> None:
        clock.now += 1
        if clock.now >= 4:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="from 2 of 5 rounds"):
        times = time_in_turn({"job": job}, rounds=5, warmup=1, clock=clock)
    assert times == {"job": [1.0, 1.0]}
    with pytest.raises(KeyboardInterrupt):
        time_in_turn({"job": job})


@pytest.mark.parametrize(
    ("jobs", "rounds", "warmup"), [({}, 1, 0), ({"a": print}, 0, 0), ({"a": print}, 1, -1)]
)
def test_no_job_is_rejected(
    jobs: dict[str, Callable[[], object]], rounds: int, warmup: int
) -> None:
    with pytest.raises(ValueError, match=f"got {len(jobs)} jobs, rounds={rounds}"):
        time_in_turn(jobs, rounds=rounds, warmup=warmup)


def test_throughput_and_ratio_are_those_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Stopwatch()
    monkeypatch.setattr(latency, "time_in_turn", partial(time_in_turn, clock=clock))
    assert texts_per_s(clock.work(0.25), 100) == pytest.approx(400)
    assert time_ratio(clock.work(0.8), clock.work(0.1)) == pytest.approx(8)


def test_own_figures_are_plain_numbers_in_the_units_of_the_quiz() -> None:
    figures = own_figures(
        {"real-time": [2.0, 4.0, 2.0], "batch": [0.5]},
        n_texts=1_000,
        batch_size=512,
        latency=LatencySummary(10, 0.1, 0.2, 0.5, 8_000.0),
        cost=CostModel(0.004, 0.0001),
        heavier=CostModel(0.4, 0.01),
    )
    assert figures == {
        "p50_ms": 0.1,
        "p99_ms": 0.5,
        "realtime_texts_per_s": 500,
        "texts_per_s": 2_000,
        "cores": 1,
        "batch_size": 512,
        "fixed_ms": pytest.approx(4),
        "per_text_ms": pytest.approx(0.1),
        "heavier_fixed_ms": pytest.approx(400),
        "heavier_per_text_ms": pytest.approx(10),
    }
    assert all(type(figure) in (int, float) for figure in figures.values())
