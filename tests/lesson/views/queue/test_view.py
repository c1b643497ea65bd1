"""The queue without a browser: settings as a browser would send them, and the replies."""

import asyncio
import itertools
import json
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.lesson.explorations.load import light_queue, show_queue
from lessons_lib.lesson.views.queue import QueueView, show_light_queue, tour_for
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate_poisson
from tests.classroom.widgets.pretend_browser import sent, until
from tests.support.queue_view import (
    COST,
    SETTING,
    TOUR,
    T,
    ask,
    press_measure,
    queue,
    simulator,
    without_loop,
)

REAL = SimpleNamespace(p50_ms=3.5, p99_ms=5.0, texts_per_s=390.0, n=200)
FIGURES = ("p50_ms", "p99_ms", "texts_per_s", "utilization")
ALIKE = simulate_poisson(400, 4, 3, cost=COST, n=200)
SHOWN = {**vars(REAL), "simulated": {**{name: getattr(ALIKE, name) for name in FIGURES}, "n": 200}}


def on_a_loop(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return without_loop(lambda: asyncio.run(main()))


def test_the_first_stop_of_the_tour_is_simulated_at_once() -> None:
    view, first = queue(), TOUR[0]
    assert (view.about["can_measure"], view.page["measured"]) == (False, {})
    setting = (first.rate_per_s, first.max_batch_size, first.batch_wait_timeout_ms)
    assert view.about["tour"] == [asdict(stop) for stop in TOUR]
    assert [view.page["asked"][name] for name in SETTING] == list(setting)
    assert view.page["run"]["figures"]["p50_ms"] == simulator()(*setting).p50_ms


def test_a_setting_is_answered_by_its_run() -> None:
    view = queue()
    answer = ask(view)
    run = simulate_poisson(400, 4, 3, cost=COST, n=400)
    assert answer["n"] == len(answer["arrivals_s"]) == 400
    assert answer["batch_number"] == run.batch_number.tolist()
    assert answer["figures"]["texts_per_s"] == run.texts_per_s
    assert sent([view.about, view.page])


def test_batches_may_be_closed_while_the_model_is_busy_but_that_is_not_measured() -> None:
    view = queue(measure=plain)
    for closes_while_busy in (False, True):
        answer = ask(view, rate_per_s=20_000.0, closes_while_busy=closes_while_busy)
        run = simulate_poisson(20_000, 4, 3, closes_while_busy, cost=COST, n=400)
        assert answer["batch_number"] == run.batch_number.tolist()
    without_loop(lambda: press_measure(view, closes_while_busy=True))
    assert (
        "Our predictor closes a batch only when the model is free" in view.page["measured"]["error"]
    )
    without_loop(lambda: press_measure(view, rate_per_s=0))
    assert view.page["measured"]["error"].startswith("ValueError: The arrival rate per second")


@pytest.mark.parametrize("name", list(SETTING))
@pytest.mark.parametrize("end", [0, 1], ids=["least", "most"])
def test_every_slider_can_be_at_its_ends(name: str, end: int) -> None:
    view = queue()
    for stop in view.about["tour"]:
        setting = {key: stop[key] for key in SETTING} | {name: view.about["limits"][name][end]}
        assert "error" not in ask(view, **setting)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"rate_per_s": 0}, "The arrival rate per second must be between 9.2 and 46000, got 0"),
        ({"rate_per_s": None}, "Expected `float`, got `null` - at `$.rate_per_s`"),
        ({"max_batch_size": 0}, "The maximum batch size must be between 1 and 128, got 0"),
        ({"batch_wait_timeout_ms": -1}, "The batch wait timeout in ms must be between 0 and"),
    ],
)
def test_an_invalid_setting_is_answered_with_an_error(changes: dict[str, Any], error: str) -> None:
    view = queue()
    assert error in ask(view, **changes)["error"]
    assert "error" not in ask(view)


def plain(rate: float, size: int, timeout_ms: float) -> Any:
    assert (rate, size, timeout_ms) == (400.0, 4, 3.0)
    return REAL


def test_a_measurement_is_shown_when_done_and_a_second_click_during_it_changes_nothing() -> None:
    async def press_twice() -> None:
        gate = asyncio.Event()

        async def slow(rate: float, size: int, timeout_ms: float) -> Any:
            await gate.wait()
            return plain(rate, size, timeout_ms)

        view = queue(measure=slow)
        press_measure(view)
        assert view.page["measured"]["state"] == "running"
        press_measure(view)
        gate.set()
        await until_done(view)
        assert view.page["measured"] == {**SETTING, "state": "done", **SHOWN}
        press_measure(view)
        assert view.page["measured"]["state"] == "running"
        await until_done(view)

    on_a_loop(press_twice)


async def until_done(view: QueueView) -> None:
    await until(lambda: view.page["measured"]["state"] == "done")


def failing(error: BaseException) -> Callable[..., Any]:
    def measure(rate: float, size: int, timeout_ms: float) -> Any:
        raise error

    return measure


@pytest.mark.parametrize(
    ("measure", "error"),
    [
        (failing(OSError("the queue is closed")), "OSError: the queue is closed"),
        (failing(KeyboardInterrupt()), "The kernel was interrupted."),
    ],
)
def test_a_failed_measurement_shows_the_error(measure: Callable[..., Any], error: str) -> None:
    view = queue(measure=measure)
    without_loop(lambda: press_measure(view))
    assert view.page["measured"]["state"] == "done"
    assert view.page["measured"]["error"].startswith(error)


def test_without_earlier_cells_the_cost_is_measured_on_a_loop_of_its_own() -> None:
    async def in_a_notebook() -> QueueView:  # whose event loop is already running
        return show_queue()

    assert on_a_loop(in_a_notebook).about["can_measure"]


def light(log: InMemoryLog) -> QueueView:
    """Return the queue of a page, as plain data describes it."""
    stored = json.loads(json.dumps(light_queue()))
    return show_light_queue(CostModel(**stored["cost"]), stored["gaps"], log=log)


def of_a_notebook(log: InMemoryLog) -> QueueView:
    """Return the queue of a notebook, with a predictor that is not measured."""
    return show_queue(COST, partial(MicroBatchPredictor, FoldedPipeline.load()), ["A text"])


@pytest.mark.parametrize("show", [light, of_a_notebook])
def test_the_whole_tour_is_recorded_once(
    show: Callable[[InMemoryLog], QueueView], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = InMemoryLog()
    monkeypatch.setattr("lessons_lib.classroom.widgets.record.session_log", lambda: log)
    view = show(log)
    for stop in view.about["tour"]:
        assert list(log.events()) == []
        ask(view, **{name: stop[name] for name in SETTING})
    assert [event.subject for event in log.events()] == ["tour-taken"]


def test_the_light_queue_answers_all_settings_like_the_one_with_numpy() -> None:
    view, cost = light(InMemoryLog()), CostModel(**light_queue()["cost"])
    own = queue(partial(simulate_poisson, cost=cost, n=400), tour=tour_for(cost.texts_per_s))
    rates, sizes = (5.0, 20.0, 60.0, 120.0, 170.0, 300.0, 320.0), (1, 2, 8, 32, 128)
    settings = itertools.product(rates, sizes, (1.0, 50.0), (False, True))
    for setting in settings:
        asked = dict(zip((*SETTING, "closes_while_busy"), setting, strict=True))
        found = ask(view, **asked)
        assert "error" not in found
        assert found == ask(own, **asked)
    assert not view.about["can_measure"]
