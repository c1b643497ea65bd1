"""Explorations: what is sent to the browser, what comes back, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from lessons_lib.classroom.sessions.controls import Choice, Control, Number, Slider, Text, sent_by
from lessons_lib.classroom.widgets.explore.explore import (
    Chip,
    Chips,
    Curve,
    Explore,
    Link,
    Shown,
    ShownPart,
    Table,
    plain_parts,
)
from tests.classroom.widgets.pretend_browser import ask, send, sent

CONTROLS: dict[str, Control] = {
    "rate": Slider("Requests", (10, 20, 50), 20, "per second"),
    "full": Choice("When the queue is full", ("refuse", "wait")),
    "price": Number("Price", 0.04, "$", 0, 100),
    "text": Text("Your text", "great", max_length=10),
}


def exploration(seen: list[dict[str, Any]], shown: Shown = "Done.") -> Explore:
    def compute(**values: Any) -> Shown:
        seen.append(values)
        return shown

    return Explore(CONTROLS, compute, title="A title", lead="A lead.")


def test_the_first_values_are_computed_at_once_and_then_those_of_each_control() -> None:
    seen: list[dict[str, Any]] = []
    explore = exploration(seen)
    assert seen == [{"rate": 20.0, "full": "refuse", "price": 0.04, "text": "great"}]
    assert explore.page["parts"] == [{"kind": "sentence", "text": "Done."}]
    assert (explore.saved, repr(explore)) == (("A title", "A lead."), "Explore(A title)")
    assert sent(explore.about)
    ask(explore, rate=2, full="wait", price="1", text="a long text, cut")
    assert seen[-1] == {"rate": 50.0, "full": "wait", "price": 1.0, "text": "a long tex"}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        *[({"rate": one}, "Choose one of the options") for one in (3, -1, True, "1")],
        *[({"full": one}, "Choose one of the options") for one in ("explode", ["wait"])],
        ({"price": ""}, "The field is empty"),
        ({"price": "-1"}, "Enter a number from 0 to 100, got −1"),
        ({"price": "cheap"}, "got 'cheap'"),
    ],
)
def test_an_impossible_value_is_explained_and_nothing_is_computed(
    values: dict[str, object], problem: str
) -> None:
    seen: list[dict[str, Any]] = []
    explore = exploration(seen)
    answer = ask(explore, **values)
    assert problem in answer["problem"]
    assert "parts" not in answer
    assert len(seen) == 1


def test_unknown_names_are_dropped_and_missing_ones_keep_their_start() -> None:
    seen: list[dict[str, Any]] = []
    explore = exploration(seen)
    send(explore, "ask", values={"full": "wait", "<b>": 1}, more=2)
    assert explore.page["values"].keys() == CONTROLS.keys()
    assert seen[-1] == {"rate": 20.0, "full": "wait", "price": 0.04, "text": "great"}


@pytest.mark.parametrize(
    "asked",
    [
        {"values": [1]},
        {"id": 7, "values": {}},
        {"id": "x" * 10_000_000, "values": {"rate": float("nan"), "text": {"a": [1]}}},
        {"values": {"text": "\ud83d", "full": "\ud83d"}},
        {"values": {"text": "x" * 10_000_000, "price": "9" * 10_000_000}},
    ],
)
def test_whatever_is_sent_can_be_sent_back(asked: dict[str, Any]) -> None:
    explore = Explore(CONTROLS, lambda **values: str(values["text"]), title="t")
    send(explore, "ask", **asked)
    assert len(sent(explore.page)) < 5_000


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ValueError("Type a word first."), "Type a word first."),
        (RuntimeError("no <b>"), "This couldn't be computed. RuntimeError: no <b>"),
    ],
)
def test_an_exception_is_shown_and_the_widget_goes_on(error: Exception, problem: str) -> None:
    failing = [error]

    def compute(rate: float) -> str:
        if failing:
            raise failing.pop()
        return f"{rate:g}"

    explore = Explore({"rate": CONTROLS["rate"]}, compute, title="t")
    assert explore.page["problem"] == problem
    assert ask(explore)["parts"] == [{"kind": "sentence", "text": "20"}]


@pytest.mark.parametrize(
    "make", [lambda: Choice("c", ()), lambda: Choice("c", "a", "b"), lambda: Slider("s", [], 3)]
)
def test_a_control_must_start_with_one_of_its_values(make: Callable[[], Control]) -> None:
    with pytest.raises(ValueError, match="must start with one of"):
        make()


def test_a_choice_may_be_open_at_first() -> None:
    explore = Explore(
        {"full": Choice("Full?", ("refuse", "wait"), "")}, lambda full: repr(full), title="t"
    )
    assert explore.page["parts"][0]["text"] == "''"
    assert ask(explore, full="wait")["parts"][0]["text"] == "'wait'"
    assert "problem" in ask(explore, full="explode")
    assert sent_by(explore.controls["full"]) == ["", "refuse", "wait"]


def test_all_kinds_of_parts_become_plain_values() -> None:
    parts: list[ShownPart] = [
        "A sentence.",
        Table(("label", "p"), [("negative", "0.9")], "Labels", [1.7]),
        Chips("tokens", [Chip("great"), Chip("sooo", "unknown")]),
        Link("Read ", "the test", "12_test.ipynb#cell-id=one", " first."),
    ]
    _, table, chips, link = plain_parts(parts)
    assert table["bars"] == [1.0]  # within the track
    assert table["rows"] == [["negative", "0.9"]]
    assert [chip["mark"] for chip in chips["chips"]] == ["", "unknown"]
    assert (link["file"], link["fragment"]) == ("12_test.ipynb", "#cell-id=one")


def test_a_curve_becomes_places_between_its_axes() -> None:
    curve = Curve([(10, 0), (20, 5), (50, 20)], (20, 5), "x", "y", "It rises.").plain()
    assert curve["points"] == [[0, 0], [0.25, 0.25], [1, 1], [0.25, 0.25]]
    assert curve["ends"] == ["10", "50", "20"]
    flat = Curve([(0, 0), (1, 0)], (1, 0), "x", "y", "Nobody waits.").plain()
    assert flat["points"] == [[0, 0], [1, 0], [1, 0]]


def test_with_stops_a_number_becomes_a_slider_and_all_that_can_be_sent_is_listed() -> None:
    price = Number("Price", 0.04, "$", 0, 100, stops=(0, 0.04, 1))
    controls = {"rate": CONTROLS["rate"], "full": CONTROLS["full"], "price": price}
    explore = Explore(controls, lambda **values: f"{values}", title="T", lead="L")
    finite = explore.finite()
    assert {name: sent_by(one) for name, one in finite.controls.items()} == {
        "rate": [0, 1, 2],
        "full": ["refuse", "wait"],
        "price": [0, 1, 2],
    }
    assert finite.controls["price"].plain()["stops"] == ["$0", "$0.04", "$1"]
    assert finite.page["parts"] == explore.page["parts"]
    assert finite.saved == explore.saved
    for at, typed in enumerate(("0", "0.04", "1")):
        sent = {"rate": 2, "full": "wait"}
        expected = explore.answer_to({**sent, "price": typed})
        assert finite.answer_to({**sent, "price": at}) == expected != {}
    assert explore.controls["price"].plain()["kind"] == "number"  # unchanged where it can compute


@pytest.mark.parametrize("control", [CONTROLS["text"], CONTROLS["price"]], ids=["text", "number"])
def test_what_has_no_stops_has_no_list_of_what_can_be_sent(control: Control) -> None:
    explore = Explore({"one": control}, lambda one: f"{one}", title="T")
    with pytest.raises(ValueError, match="can send anything for '"):
        sent_by(explore.finite().controls["one"])
