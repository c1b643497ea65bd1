"""The decision table: a mode chosen for each task, and a verdict based on measurements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.record.kinds import ModeChoice, event_of, latest_choices
from lessons_lib.classroom.sessions.page import Page, error_in_words
from lessons_lib.classroom.widgets.job import Job, JobEnd
from lessons_lib.classroom.widgets.page import PageWidget, framed_styles, script
from lessons_lib.classroom.widgets.record import learner_record
from lessons_lib.formats import counted
from lessons_lib.pipeline.timing.decisions import MODES, Demand, ModeCosts, Outcome, outcome


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do in one of the three modes.

    Attributes
    ----------
    id : str
        Lower-case words joined by hyphens; the subject of the choice in the record.
    text : str
        What to do, with its demand in numbers.
    check : callable
        Accepts a mode and returns its outcome, or an awaitable of it, computed from measurements:
        for instance ``partial(outcome, demand=Offline(10_000), costs=costs)``.
    """

    id: str
    text: str
    check: Callable[[str], Outcome | Awaitable[Outcome]]


def verdict(chosen: str, outcomes: Mapping[str, Outcome]) -> Page:
    """Return whether a choice is right and what it would do, then the same for every mode."""
    each = [
        {"name": mode.capitalize(), "meets": outcomes[mode].meets, "text": outcomes[mode].sentence}
        for mode in MODES
    ]
    is_right = outcomes[chosen].meets
    wrong = "Not right" if any(one["meets"] for one in each) else "Not met"
    return {
        "standing": "right" if is_right else "wrong",
        "word": "Right" if is_right else wrong,
        "line": outcomes[chosen].sentence,
        "each": each,
    }


NOT_CHOSEN: Page = {"standing": "open", "word": "Open", "line": "Choose a mode first."}


class DecisionAction(Struct, frozen=True):
    """What a page may request."""

    do: Literal["choose", "check"]
    task: Annotated[str, Meta(max_length=80)] = ""
    mode: str = ""


class DecisionTable(PageWidget):
    """Lets the learner choose a mode for each task, and checks which modes meet its demand.

    Parameters
    ----------
    tasks : sequence of Task
        The tasks in the order to show.
    log : EventLog, optional
        The session's record if not given. Earlier choices are read from it.
    note : str
        The machine that measured: `machine_line()`.
    """

    _esm = script("lesson/views/decisions/table.js")
    _css = framed_styles("lesson/views/modes.css", "lesson/views/decisions/table.css")
    uses_cells_above = True  # the costs that were measured there
    saved = ("Which mode for which task?", "Choose a mode for each task.")
    _kind = DecisionAction

    def __init__(
        self, tasks: Sequence[Task], *, log: EventLog | None = None, note: str = ""
    ) -> None:
        self._tasks = {one.id: one for one in tasks}
        self._record, self._note = learner_record(log), note
        self._choices = {
            task: mode
            for task, mode in latest_choices(self._record.events).items()
            if task in self._tasks and mode in MODES
        }
        self._verdicts: dict[str, Page] = {}
        self._is_checking = False
        self._job = Job()
        super().__init__()

    def __repr__(self) -> str:
        return f"DecisionTable(a mode for each of {counted(len(self._tasks), 'task')})"

    def submit(self, action: DecisionAction) -> None:
        """Save a choice, or check all of them."""
        if action.do == "check":
            if not self._is_checking:
                self._is_checking = True
                self.refresh(status="Checking.")
                self._job.start(self._check_all, then=self._finish)
        elif action.mode in MODES and action.task in self._tasks:
            if self._choices.get(action.task) != action.mode:
                self._choices[action.task] = action.mode
                self._verdicts.pop(action.task, None)
                self._record.append(event_of(action.task, ModeChoice(action.mode)))
            self.refresh()

    async def _check_all(self) -> None:
        for task in self._tasks.values():
            chosen = self._choices.get(task.id)
            found = await self._checked(task, chosen)
            if self._choices.get(task.id) == chosen:  # unchanged during the check
                self._verdicts[task.id] = found
            self.refresh()

    async def _checked(self, task: Task, chosen: str | None) -> Page:
        """Return the verdict on a choice, or a description of the error."""
        if chosen is None:
            return NOT_CHOSEN
        try:
            return verdict(chosen, {mode: await self._job.call(task.check, mode) for mode in MODES})
        except Exception as error:
            line = f"This could not be checked. {error_in_words(error)}"
            return {"standing": "failed", "word": "Not checked", "line": line}

    def _finish(self, end: JobEnd[None]) -> None:
        self._is_checking = False
        self.refresh(status=self._summary())

    def _summary(self) -> str:
        standings = [one["standing"] for one in self._verdicts.values()]
        right, open_ = standings.count("right"), standings.count("open")
        left = f" {open_} without a mode." if open_ else ""
        return f"{right} of {len(self._tasks)} choices meet their demand.{left}"

    def content(self) -> Page:
        """Return the tasks with their choices and verdicts so far."""
        return {
            "status": "",
            "note": self._note,
            "notices": self._record.notices,
            "is_checking": self._is_checking,
            "summary": self._summary() if len(self._verdicts) == len(self._tasks) else "",
            "modes": [{"name": mode, "title": mode.capitalize()} for mode in MODES],
            "tasks": [
                {
                    "id": task.id,
                    "text": task.text,
                    "chosen": self._choices.get(task.id, ""),
                    "verdict": self._verdicts.get(task.id),
                }
                for task in self._tasks.values()
            ],
        }


def show_decisions(demands: Mapping[str, Demand], costs: ModeCosts) -> DecisionTable:
    """Return a table in which the learner chooses a mode for each demand.

    Parameters
    ----------
    demands : mapping of ids to demands
        The id identifies the choice in the learner's record, for instance ``"archive"``.
    costs : ModeCosts
        The cost of a batch in each mode; every choice is simulated with it.
    """
    judges = {name: partial(outcome, demand=one, costs=costs) for name, one in demands.items()}
    return DecisionTable([Task(name, str(demands[name]), judge) for name, judge in judges.items()])
