"""The decision table: choices are saved, and checked against outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.kinds import ModeChoice, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.lesson.views.decisions.table import DecisionTable, Task, show_decisions
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.decisions import (
    MODES,
    Demand,
    ModeCosts,
    Offline,
    OnePerson,
    Outcome,
)
from tests.classroom.widgets.pretend_browser import run, send, until

ONLINE = ["real-time", "micro-batching"]


def met_by(*modes: str) -> Callable[[str], Outcome]:
    return lambda mode: Outcome(mode in modes, f"Figures of {mode}.")


def table(*checks: Callable[[str], Any], log: InMemoryLog | None = None) -> DecisionTable:
    tasks = [
        Task(f"task-{number}", f"Do {number}.", check) for number, check in enumerate(checks, 1)
    ]
    return DecisionTable(tasks, log=InMemoryLog() if log is None else log)


def choose(decisions: DecisionTable, mode: str, task: int = 1) -> None:
    send(decisions, "choose", task=f"task-{task}", mode=mode)


def verdict(decisions: DecisionTable, task: int = 1) -> tuple[str, str]:
    found = decisions.page["tasks"][task - 1]["verdict"]
    return found["word"], found["line"]


def checked(mode: str, *checks: Callable[[str], Any]) -> DecisionTable:
    """Return a table in which one mode was chosen for each task and checked."""
    decisions = table(*checks)
    for task in range(1, len(checks) + 1):
        choose(decisions, mode, task)
    send(decisions, "check")
    return decisions


@pytest.mark.parametrize(
    ("mode", "meeting", "word"),
    [
        ("batch", ["batch"], "Right"),
        ("real-time", ONLINE, "Right"),
        ("micro-batching", ONLINE, "Right"),
        ("batch", ONLINE, "Not right"),
        ("batch", [], "Not met"),
    ],
)
def test_every_mode_that_meets_the_demand_is_right_and_no_other(
    mode: str, meeting: list[str], word: str
) -> None:
    decisions = checked(mode, met_by(*meeting))
    assert verdict(decisions) == (word, f"Figures of {mode}.")
    each = decisions.page["tasks"][0]["verdict"]["each"]
    assert [one["meets"] for one in each] == [one in meeting for one in MODES]


def test_without_a_choice_the_verdict_reveals_nothing() -> None:
    decisions = table(met_by("batch"), met_by("real-time"))
    choose(decisions, "batch", task=1)
    send(decisions, "check")
    assert verdict(decisions, task=2) == ("Open", "Choose a mode first.")
    assert decisions.page["summary"] == "1 of 2 choices meet their demand. 1 without a mode."


def test_an_exception_in_a_check_is_shown_in_its_row_only() -> None:
    def broken(mode: str) -> Outcome:
        raise RuntimeError("no <b>figures</b>")

    decisions = checked("batch", broken, met_by("batch"))
    assert verdict(decisions) == (
        "Not checked",
        "This could not be checked. RuntimeError: no <b>figures</b>",
    )
    assert verdict(decisions, task=2)[0] == "Right"
    assert decisions.page["is_checking"] is False


def test_a_check_may_return_an_awaitable() -> None:
    async def slow(mode: str) -> Outcome:
        await asyncio.sleep(0)
        return Outcome(mode == "batch", "Measured.")

    assert verdict(checked("batch", slow))[0] == "Right"


def test_a_new_choice_removes_the_verdict_on_the_old_one() -> None:
    decisions = checked("batch", met_by("batch"))
    choose(decisions, "real-time")
    assert decisions.page["tasks"][0]["verdict"] is None
    assert decisions.page["summary"] == ""


def test_a_choice_that_changes_during_its_check_gets_no_verdict() -> None:
    async def main() -> DecisionTable:
        begun, gate = asyncio.Event(), asyncio.Event()

        async def slow(mode: str) -> Outcome:
            begun.set()
            await gate.wait()
            return Outcome(mode == "batch", "Measured.")

        decisions = checked("batch", slow)
        await begun.wait()
        choose(decisions, "real-time")
        gate.set()
        await until(lambda: not decisions.page["is_checking"])
        return decisions

    (task,) = run(main()).page["tasks"]
    assert (task["chosen"], task["verdict"]) == ("real-time", None)


def test_choices_are_saved_once_each_and_restored() -> None:
    log = InMemoryLog()
    decisions = table(met_by("batch"), log=log)
    for mode in ("real-time", "batch", "batch"):
        choose(decisions, mode)
    assert [event.payload["mode"] for event in log.events("choice")] == ["real-time", "batch"]
    (task,) = table(met_by("batch"), log=log).page["tasks"]
    assert (task["chosen"], task["verdict"]) == ("batch", None)


def test_choices_of_unknown_tasks_and_invalid_ones_are_skipped() -> None:
    log = InMemoryLog(
        [
            event_of("elsewhere", ModeChoice("batch")),
            event_of("task-1", ModeChoice("<b>fast</b>")),
            new_event("choice", "task-1", {"mode": 7}),
        ]
    )
    assert table(met_by("batch"), log=log).page["tasks"][0]["chosen"] == ""


@pytest.mark.parametrize(
    "content",
    [
        None,
        {"do": "win"},
        {"do": "choose", "task": "task-9", "mode": "batch"},
        {"do": "choose", "task": "task-1", "mode": "fast"},
        {"do": "choose", "task": "task-1"},
    ],
)
def test_messages_that_no_page_sends_do_nothing(content: object) -> None:
    decisions = table(met_by("batch"))
    before = decisions.page
    decisions._handle_custom_msg(content, [])
    assert decisions.page == before


def test_each_demand_is_a_task_and_is_judged_by_its_costs() -> None:
    cost = CostModel(fixed_s=0.002, per_text_s=0.0001)
    demands: dict[str, Demand] = {"task-1": Offline(texts=10_000), "task-2": OnePerson(p99_ms=50)}
    decisions = show_decisions(demands, ModeCosts(cost, cost, cost))
    assert [task["id"] for task in decisions.page["tasks"]] == list(demands)
    for task, right in enumerate(("batch", "real-time"), start=1):
        choose(decisions, right, task)
    send(decisions, "check")
    assert [verdict(decisions, task)[0] for task in (1, 2)] == ["Right", "Right"]
