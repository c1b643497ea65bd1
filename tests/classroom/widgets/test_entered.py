"""What a learner typed stays when its cell runs again: by cell, and in memory only."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from lessons_lib.classroom.sessions.controls import Choice, Control, Text
from lessons_lib.classroom.widgets import page
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.classroom.widgets.page import AnsweringWidget
from lessons_lib.lesson.views.trace.explorer import TextExplorer
from lessons_lib.pipeline.inference.textbook import SentimentPipeline

TYPED: dict[str, dict[str, Any]] = {
    "explorer": {"text": "my own"},
    "exploration": {"values": {"text": "my own", "side": "left"}},
}


class Kernel:
    """Stands for IPython: what it knows of the cell that runs, if JupyterLab runs one."""

    def __init__(self, cell: str | None) -> None:
        self.cell = cell

    def get_parent(self) -> dict[str, Any]:
        return {"metadata": {} if self.cell is None else {"cellId": self.cell}}


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Kernel:
    kernel = Kernel(f"a cell of {request.node.nodeid}")
    monkeypatch.setattr(page, "get_ipython", lambda: kernel)
    return kernel


@pytest.fixture(scope="module")
def makers() -> dict[str, Callable[[], AnsweringWidget]]:
    trace = SentimentPipeline.load().trace
    return {
        "explorer": lambda: TextExplorer(trace, "an example"),
        "exploration": exploration,
    }


def exploration(title: str = "Title", text: str = "an example", side: str = "right") -> Explore:
    controls: dict[str, Control] = {
        "text": Text("Your text", text),
        "side": Choice("Side", (side, "left")),
    }
    return Explore(controls, lambda text, side: f"{text}, {side}", title=title)


def enter(widget: AnsweringWidget, **values: object) -> None:
    """Set what a browser sets when a learner types."""
    widget.set_state({"asked": {"serial": 5, **values}})


def entered(widget: AnsweringWidget) -> dict[str, Any]:
    return {name: value for name, value in widget.asked.items() if name != "serial"}


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("name", TYPED)
def test_a_cell_that_runs_again_begins_with_what_was_typed_and_answers_it(
    name: str, makers: dict[str, Callable[[], AnsweringWidget]]
) -> None:
    before = makers[name]()
    enter(before, **TYPED[name])
    again = makers[name]()
    assert entered(again) == TYPED[name]
    assert again.answer == before.answer | {"serial": 0}


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("name", TYPED)
def test_what_a_notebook_stores_never_holds_what_was_typed(
    name: str, makers: dict[str, Callable[[], AnsweringWidget]]
) -> None:
    def stored(widget: AnsweringWidget) -> tuple[str, str]:
        bundle = widget._repr_mimebundle_()
        assert bundle is not None
        return repr(widget), bundle[0]["text/html"]

    before = makers[name]()
    fresh = stored(before)
    enter(before, **TYPED[name])
    assert stored(makers[name]()) == fresh


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize(
    "change", [{"title": "Other"}, {"text": "a new example"}, {"side": "middle"}], ids=str
)
def test_a_cell_with_changed_code_begins_with_its_own_values(change: dict[str, str]) -> None:
    enter(exploration(), **TYPED["exploration"])
    expected = {"text": "an example", "side": "right"} | change
    values = entered(exploration(**change))["values"]
    assert values == {name: expected[name] for name in values}


def test_two_copies_on_one_page_keep_what_was_typed_into_each(kernel: Kernel) -> None:
    first, kernel.cell = kernel.cell, "another cell"
    enter(exploration(), values={"text": "in the second"})
    kernel.cell = first
    copy = exploration()
    assert entered(copy)["values"]["text"] == "an example"
    enter(copy, values={"text": "in the first"})
    kernel.cell = "another cell"
    assert entered(exploration())["values"]["text"] == "in the second"


@pytest.mark.parametrize("cell", [None, ""])
def test_where_no_cell_is_known_nothing_is_kept(kernel: Kernel, cell: str | None) -> None:
    kernel.cell = cell
    enter(exploration(), **TYPED["exploration"])
    assert entered(exploration())["values"] == {"text": "an example", "side": "right"}


def test_outside_of_a_kernel_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for shell in (None, SimpleNamespace()):  # Python, and IPython in a terminal
        monkeypatch.setattr(page, "get_ipython", lambda shell=shell: shell)
        enter(exploration(), **TYPED["exploration"])
        assert entered(exploration())["values"]["text"] == "an example"
