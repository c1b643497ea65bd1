"""A queue without a browser, and what a browser would send to it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from lessons_lib.lesson.views.queue import QueueView, tour_for
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import SimulatedRun, simulate_poisson
from tests.classroom.widgets.pretend_browser import send

T = TypeVar("T")
SETTING = {"rate_per_s": 400.0, "max_batch_size": 4, "batch_wait_timeout_ms": 3.0}
COST = CostModel(fixed_s=0.0002, per_text_s=0.00004)


def simulator() -> partial[SimulatedRun]:
    """Return what a notebook passes to the view."""
    return partial(simulate_poisson, cost=COST, n=400)


TOUR = tour_for(COST.texts_per_s)


def queue(simulate: Callable[..., Any] | None = None, **more: Any) -> QueueView:
    return QueueView(simulate or simulator(), **{"tour": TOUR, **more})


def ask(view: QueueView, **changes: Any) -> dict[str, Any]:
    send(view, "ask", id="mine", setting={**SETTING, **changes})
    run: dict[str, Any] = view.page["run"]
    assert view.page["replies_to"] == "mine"
    return run


def press_measure(view: QueueView, **changes: Any) -> None:
    send(view, "measure", setting={**SETTING, **changes})


def without_loop(call: Callable[[], T]) -> T:
    """Call in a separate thread, because an earlier browser test leaves its loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()
