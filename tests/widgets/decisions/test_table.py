"""The decision table: choices kept, checked against outcomes, and never judged by a rule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from lessons_lib.record.event import new_event
from lessons_lib.record.kinds import choice_event
from lessons_lib.record.log import InMemoryLog
from lessons_lib.timing.decisions import Outcome
from lessons_lib.widgets.decisions.table import DecisionTable, Task

Result = TypeVar("Result")


def met_by(*modes: str) -> Callable[[str], Outcome]:
    return lambda mode: Outcome(mode in modes, f"Figures of {mode}.")


def table(*checks: Callable[[str], Any], log: InMemoryLog | None = None) -> DecisionTable:
    tasks = [
        Task(f"task-{number}", f"Do {number}.", check) for number, check in enumerate(checks, 1)
    ]
    return DecisionTable(tasks, log=InMemoryLog() if log is None else log)


def choose(decisions: DecisionTable, mode: str, task: int = 1) -> None:
    decisions._handle_custom_msg({"do": "choose", "task": f"task-{task}", "mode": mode}, [])


def check(decisions: DecisionTable) -> None:
    decisions._handle_custom_msg({"do": "check"}, [])


def verdict(decisions: DecisionTable, task: int = 1) -> tuple[str, list[str]]:
    told = decisions.page["tasks"][task - 1]["verdict"]
    return told["word"], told["lines"]


def checked(mode: str, *meeting: str) -> tuple[str, list[str]]:
    decisions = table(met_by(*meeting))
    choose(decisions, mode)
    check(decisions)
    return verdict(decisions)


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end; the time limit is for tests that would else wait for ever."""
    return asyncio.run(asyncio.wait_for(main, timeout=60))


def test_a_mode_that_alone_meets_the_demand_is_right() -> None:
    assert checked("batch", "batch") == (
        "Right",
        ["Figures of batch.", "Real-time and micro-batching would not do here."],
    )


def test_any_of_two_modes_that_meet_the_demand_is_right() -> None:
    for mode, other in (("real-time", "Micro-batching"), ("micro-batching", "Real-time")):
        word, lines = checked(mode, "real-time", "micro-batching")
        assert (word, lines[1]) == ("Right", f"{other} would do as well.")


def test_a_mode_that_fails_is_told_with_those_that_meet_the_demand() -> None:
    assert checked("batch", "real-time", "micro-batching") == (
        "Not right",
        [
            "Figures of batch.",
            "Real-time meets it. Figures of real-time.",
            "Micro-batching meets it. Figures of micro-batching.",
        ],
    )


def test_a_demand_that_no_mode_meets_makes_no_choice_right() -> None:
    word, lines = checked("batch")
    assert word == "Not met"
    assert lines[-1] == "No mode meets this demand with the figures of this machine."


def test_before_a_choice_nothing_is_given_away() -> None:
    decisions = table(met_by("batch"), met_by("real-time"))
    choose(decisions, "batch", task=1)
    check(decisions)
    assert verdict(decisions, task=2) == ("Open", ["Choose a mode first."])
    assert decisions.page["summary"] == "1 of 2 choices meet their demand. 1 without a mode."


def test_an_exception_in_a_check_is_told_in_its_row_alone() -> None:
    def broken(mode: str) -> Outcome:
        raise RuntimeError("no <b>figures</b>")

    decisions = table(broken, met_by("batch"))
    for task in (1, 2):
        choose(decisions, "batch", task)
    check(decisions)
    assert verdict(decisions) == (
        "Not checked",
        ["This could not be checked. RuntimeError: no <b>figures</b>"],
    )
    assert verdict(decisions, task=2)[0] == "Right"
    assert decisions.page["is_checking"] is False


def test_a_check_may_be_awaited() -> None:
    async def slow(mode: str) -> Outcome:
        await asyncio.sleep(0)
        return Outcome(mode == "batch", "Measured.")

    decisions = table(slow)
    choose(decisions, "batch")
    check(decisions)
    assert verdict(decisions)[0] == "Right"


def test_a_new_choice_takes_back_the_verdict_on_the_old_one() -> None:
    decisions = table(met_by("batch"))
    choose(decisions, "batch")
    check(decisions)
    choose(decisions, "real-time")
    assert decisions.page["tasks"][0]["verdict"] is None
    assert decisions.page["summary"] == ""


def test_a_choice_changed_while_it_is_checked_gets_no_verdict_on_the_old_one() -> None:
    async def main() -> DecisionTable:
        begun, gate = asyncio.Event(), asyncio.Event()

        async def slow(mode: str) -> Outcome:
            begun.set()
            await gate.wait()
            return Outcome(mode == "batch", "Measured.")

        decisions = table(slow)
        choose(decisions, "batch")
        check(decisions)
        await begun.wait()
        choose(decisions, "real-time")
        gate.set()
        while decisions.page["is_checking"]:
            await asyncio.sleep(0)
        return decisions

    decisions = run(main())
    assert decisions.page["tasks"][0]["chosen"] == "real-time"
    assert decisions.page["tasks"][0]["verdict"] is None


def test_choices_are_kept_and_found_again() -> None:
    log = InMemoryLog()
    decisions = table(met_by("batch"), log=log)
    choose(decisions, "real-time")
    choose(decisions, "batch")
    choose(decisions, "batch")
    assert [event.payload["mode"] for event in log.events("choice")] == ["real-time", "batch"]
    again = table(met_by("batch"), log=log)
    assert again.page["tasks"][0]["chosen"] == "batch"
    assert again.page["tasks"][0]["verdict"] is None


def test_choices_of_unknown_tasks_and_forged_ones_are_passed_over() -> None:
    log = InMemoryLog(
        [
            choice_event("elsewhere", "batch"),
            choice_event("task-1", "<b>fast</b>"),
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


def test_a_browser_cannot_set_the_page() -> None:
    decisions = table(met_by("batch"))
    decisions.set_state({"page": {"tasks": []}})
    assert len(decisions.page["tasks"]) == 1


def test_its_text_form_does_not_depend_on_the_record() -> None:
    decisions = table(met_by("batch"))
    before = repr(decisions)
    choose(decisions, "batch")
    check(decisions)
    assert repr(decisions) == before == "DecisionTable(a mode for each of 1 task)"


def test_what_is_no_task_is_refused() -> None:
    task = Task("task-1", "Do it.", met_by())
    for given, error in (([], ValueError), ([task, task], ValueError), ([3], TypeError)):
        with pytest.raises(error, match=r"DecisionTable\(\) takes tasks"):
            DecisionTable(given, log=InMemoryLog())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="lower-case words"):
        Task("Not Good", "Do it.", met_by())
    with pytest.raises(ValueError, match="empty text"):
        Task("task-1", " ", met_by())
    with pytest.raises(TypeError, match="got str"):
        Task("task-1", "Do it.", "batch")  # type: ignore[arg-type]


def test_a_task_and_a_note_are_texts() -> None:
    words = r"{}=\.\.\.\) takes a text \(str\), got NoneType\."
    with pytest.raises(TypeError, match=words.format(r"Task\(id")):
        Task(None, "Do it.", met_by())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=words.format(r"Task\(text")):
        Task("task-1", None, met_by())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=words.format(r"DecisionTable\(note")):
        DecisionTable([Task("task-1", "Do it.", met_by())], note=None)  # type: ignore[arg-type]
