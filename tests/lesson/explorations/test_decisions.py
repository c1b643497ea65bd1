"""A mode for each task: choices are saved and restored, and checked only when asked."""

import pytest

from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.explore.explore import Explore, Table
from lessons_lib.lesson.explorations.decisions import EACH, MINE, NOT_YET, show_decisions, verdicts
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.decisions import (
    MODES,
    Demand,
    ModeCosts,
    Offline,
    OnePerson,
    Outcome,
)
from tests.classroom.widgets.pretend_browser import ask

COST = CostModel(fixed_s=0.002, per_text_s=0.0001)


def decisions(log: InMemoryLog) -> Explore:
    demands: dict[str, Demand] = {"archive": Offline(10_000), "one-person": OnePerson(50)}
    return show_decisions(demands, ModeCosts(COST, COST, COST), log=log)


def met_online(task: str, mode: str) -> Outcome:
    return Outcome(mode != "batch", f"{mode} for the {task}.")


def test_only_the_modes_of_the_learner_are_judged_until_all_are_asked_for() -> None:
    chosen = {"one": "batch", "two": "", "three": "real-time"}
    sentence, table = verdicts(MINE, chosen, met_online)
    assert sentence == "Your choices meet the demands of 1 of 3 tasks."
    _, each = verdicts(EACH, chosen, met_online)
    assert isinstance(table, Table) and isinstance(each, Table)
    assert table.rows == [
        ("1", "batch", "✗ Does not meet it. batch for the one."),
        ("3", "real-time", "✓ Meets it. real-time for the three."),
    ]
    assert [row[:2] for row in each.rows] == [(task, mode) for task in "13" for mode in MODES]


def test_each_task_is_judged_by_its_demand_and_the_measured_costs() -> None:
    chosen = {"archive": "batch", "one-person": "real-time"}
    sentence, _ = ask(decisions(InMemoryLog()), **chosen, check=MINE)["parts"]
    assert sentence["text"] == "Your choices meet the demands of 2 of 2 tasks."


def test_choices_are_saved_once_each_and_restored_unchecked() -> None:
    log = InMemoryLog()
    first = decisions(log)
    for mode in ("real-time", "batch", "batch"):
        ask(first, archive=mode, check=MINE)
    assert [event.payload["mode"] for event in log.events("choice")] == ["real-time", "batch"]
    again = decisions(log)
    assert again.page["values"] == {"archive": "batch", "one-person": "", "check": NOT_YET}
    assert again.page["parts"] == []
    assert (repr(again), again.saved) == (repr(first), first.saved)
    assert len(list(log.events())) == 2


@pytest.mark.parametrize("mode", ["<b>fast</b>", 7, None])
def test_a_mode_that_does_not_exist_is_neither_restored_nor_saved(mode: object) -> None:
    log = InMemoryLog([new_event("choice", "archive", {"mode": mode})])
    widget = decisions(log)
    assert widget.page["values"]["archive"] == ""
    assert "problem" in ask(widget, archive=mode or 0)
    assert len(list(log.events())) == 1
