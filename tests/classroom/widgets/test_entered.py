"""What a learner typed stays when its cell runs again: by cell, and in memory only."""

from types import SimpleNamespace
from typing import Any

import pytest

from lessons_lib.classroom.sessions.controls import Choice, Control, Text
from lessons_lib.classroom.widgets import page
from lessons_lib.classroom.widgets.explore.explore import Explore
from tests.classroom.widgets.pretend_browser import send

TYPED = {"text": "my own", "side": "left"}
START = {"text": "an example", "side": "right"}


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


def exploration(title: str = "Title", text: str = "an example", side: str = "right") -> Explore:
    controls: dict[str, Control] = {
        "text": Text("Your text", text),
        "side": Choice("Side", (side, "left")),
    }
    return Explore(controls, lambda text, side: f"{text}, {side}", title=title)


def enter(widget: Explore, **values: str) -> None:
    """Send what a browser sends when a learner types."""
    send(widget, "ask", values=values)


def entered(widget: Explore) -> Any:
    return widget.page["values"]


@pytest.mark.usefixtures("kernel")
def test_a_cell_that_runs_again_begins_with_what_was_typed_and_answers_it() -> None:
    before = exploration()
    enter(before, **TYPED)
    again = exploration()
    assert entered(again) == TYPED
    assert again.page == before.page


@pytest.mark.usefixtures("kernel")
def test_what_a_notebook_stores_never_holds_what_was_typed() -> None:
    def stored(widget: Explore) -> tuple[str, str]:
        bundle = widget._repr_mimebundle_()
        assert bundle is not None
        return repr(widget), bundle[0]["text/html"]

    before = exploration()
    fresh = stored(before)
    enter(before, **TYPED)
    assert stored(exploration()) == fresh


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize(
    "change", [{"title": "Other"}, {"text": "a new example"}, {"side": "middle"}], ids=str
)
def test_a_cell_with_changed_code_begins_with_its_own_values(change: dict[str, str]) -> None:
    enter(exploration(), **TYPED)
    values = entered(exploration(**change))
    assert values == {name: (START | change)[name] for name in values}


def test_two_copies_on_one_page_keep_what_was_typed_into_each(kernel: Kernel) -> None:
    first, kernel.cell = kernel.cell, "another cell"
    enter(exploration(), text="in the second")
    kernel.cell = first
    copy = exploration()
    assert entered(copy)["text"] == "an example"
    enter(copy, text="in the first")
    kernel.cell = "another cell"
    assert entered(exploration())["text"] == "in the second"


@pytest.mark.parametrize(  # Python; IPython in a terminal; other pages
    "shell", [None, SimpleNamespace(), Kernel(None), Kernel("")]
)
def test_without_a_known_cell_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch, shell: object
) -> None:
    monkeypatch.setattr(page, "get_ipython", lambda: shell)
    enter(exploration(), **TYPED)
    assert entered(exploration()) == START
