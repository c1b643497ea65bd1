"""The decision table: one mode chosen for each task, and a verdict from measured figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta, Struct

from lessons_lib.arguments import check_callable, check_text
from lessons_lib.formats import counted
from lessons_lib.record.event import Clock, EventLog, utc_now
from lessons_lib.record.kinds import choice_event, latest_choices
from lessons_lib.widgets.job import Job, JobEnd
from lessons_lib.widgets.page import (
    NamedItem,
    Page,
    PageWidget,
    by_id,
    error_in_words,
    script,
    styles,
)
from lessons_lib.widgets.record import LearnerRecord

if TYPE_CHECKING:
    from lessons_lib.timing.decisions import Outcome

INFERENCE_MODES = ("batch", "real-time", "micro-batching")
TITLES = {mode: mode.capitalize() for mode in INFERENCE_MODES}


@dataclass(frozen=True)
class Task(NamedItem):
    """Something that has to be done, in one of the three modes.

    Attributes
    ----------
    id : str
        Lower-case words joined by hyphens; the choice is kept in the record under it.
    text : str
        What has to be done, with its demand in figures.
    check : callable
        Takes a mode and returns (or is awaited for) its outcome, from measured figures: for
        instance ``partial(outcome, demand=Offline(10_000), costs=costs)``.

    Raises
    ------
    TypeError, ValueError
        If `check` cannot be called, or `id` or `text` is not as it should be.
    """

    text: str
    check: Callable[[str], Outcome | Awaitable[Outcome]]

    _example = "score-the-archive"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_text("Task(text=...)", self.text)
        if not self.text.strip():
            raise ValueError(f"Task {self.id!r} says what has to be done, got an empty text.")
        check_callable("Task(check=...)", self.check)


def verdict(chosen: str, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """Return whether a choice is right, in words made from the outcomes of all modes."""
    meeting = [mode for mode in INFERENCE_MODES if outcomes[mode].meets]
    own = outcomes[chosen].sentence
    if chosen in meeting:
        others = [mode for mode in meeting if mode != chosen]
        also = f"{_listed(others)} would do as well." if others else _beaten(chosen, outcomes)
        return {"standing": "right", "word": "Right", "lines": [own, also]}
    if not meeting:
        none = "No mode meets this demand with the figures of this machine."
        return {"standing": "wrong", "word": "Not met", "lines": [own, none]}
    lines = [own, *(f"{TITLES[one]} meets it. {outcomes[one].sentence}" for one in meeting)]
    return {"standing": "wrong", "word": "Not right", "lines": lines}


def _beaten(chosen: str, outcomes: Mapping[str, Outcome]) -> str:
    others = _listed([mode for mode in INFERENCE_MODES if mode != chosen])
    return f"{others} would not do here."


def _listed(modes: Sequence[str]) -> str:
    names = " and ".join(modes)
    return names[:1].upper() + names[1:]


TaskVerdict = dict[str, Any]
NOT_CHOSEN: TaskVerdict = {"standing": "open", "word": "Open", "lines": ["Choose a mode first."]}


class DecisionAction(Struct, frozen=True):
    """What a page may ask for."""

    do: Literal["choose", "check"]
    task: Annotated[str, Meta(max_length=80)] = ""
    mode: Literal["", "batch", "real-time", "micro-batching"] = ""


class DecisionTable(PageWidget):
    """Takes a mode for each task, and says from the figures which one meets the demand.

    Parameters
    ----------
    tasks : sequence of Task
        In the order in which they are shown.
    log : EventLog, optional
        The session's record if not given; choices are found in it again.
    note : str
        Where the figures were measured: `machine_line()`.
    clock : callable
        Says when a choice was made.

    Raises
    ------
    TypeError, ValueError
        If there is no task, two have the same id, or `note` is no text.
    """

    _esm = script("decisions/table.js")
    _css = styles("frame.css", "decisions/table.css")
    _kind = DecisionAction

    def __init__(
        self,
        tasks: Sequence[Task],
        *,
        log: EventLog | None = None,
        note: str = "",
        clock: Clock = utc_now,
    ) -> None:
        self._tasks = by_id("DecisionTable", Task, tasks)
        check_text("DecisionTable(note=...)", note)
        self._record, self._note, self._clock = LearnerRecord(log), note, clock
        self._choices = {
            task: mode
            for task, mode in latest_choices(self._record.events).items()
            if task in self._tasks and mode in INFERENCE_MODES
        }
        self._verdicts: dict[str, TaskVerdict] = {}
        self._is_checking = False
        self._job = Job()
        super().__init__()

    def __repr__(self) -> str:
        return f"DecisionTable(a mode for each of {counted(len(self._tasks), 'task')})"

    def submit(self, action: DecisionAction) -> None:
        """Keep a choice, or check them all."""
        if action.do == "check":
            if not self._is_checking:
                self._is_checking = True
                self.refresh(said="Checking.")
                self._job.start(self._check_all, then=self._finish)
        elif action.mode and action.task in self._tasks:
            if self._choices.get(action.task) != action.mode:
                self._choices[action.task] = action.mode
                self._verdicts.pop(action.task, None)
                self._record.append(choice_event(action.task, action.mode, clock=self._clock))
            self.refresh()

    async def _check_all(self) -> None:
        for task in self._tasks.values():
            chosen = self._choices.get(task.id)
            found = await self._checked(task, chosen)
            if self._choices.get(task.id) == chosen:  # not changed meanwhile
                self._verdicts[task.id] = found
            self.refresh()

    async def _checked(self, task: Task, chosen: str | None) -> TaskVerdict:
        """Return the verdict on a choice, or in words what went wrong in finding it."""
        if chosen is None:
            return NOT_CHOSEN
        try:
            return verdict(
                chosen, {mode: await self._job.call(task.check, mode) for mode in INFERENCE_MODES}
            )
        except Exception as error:
            lines = [f"This could not be checked. {error_in_words(error)}"]
            return {"standing": "failed", "word": "Not checked", "lines": lines}

    def _finish(self, end: JobEnd[None]) -> None:
        self._is_checking = False
        self.refresh(said=self._summary())

    def _summary(self) -> str:
        standings = [one["standing"] for one in self._verdicts.values()]
        right, open_ = standings.count("right"), standings.count("open")
        left = f" {open_} without a mode." if open_ else ""
        return f"{right} of {len(self._tasks)} choices meet their demand.{left}"

    def content(self) -> Page:
        """Return the tasks with the choices and verdicts so far."""
        return {
            "said": "",
            "note": self._note,
            "notices": self._record.notices,
            "is_checking": self._is_checking,
            "summary": self._summary() if len(self._verdicts) == len(self._tasks) else "",
            "modes": [{"name": mode, "title": TITLES[mode]} for mode in INFERENCE_MODES],
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
