"""A task of the decision table, and the verdict on the mode that was chosen for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lessons_lib.widgets.named_items import check_id, check_text

MODES = ("batch", "real-time", "micro-batching")
TITLES = {mode: mode.capitalize() for mode in MODES}


class Outcome(Protocol):
    """Whether a mode meets a demand; `timing.decisions.Outcome` is one."""

    @property
    def meets(self) -> bool:
        """Whether it does."""
        ...

    @property
    def sentence(self) -> str:
        """The figures that say so."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
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

    id: str
    text: str
    check: Callable[[str], Outcome | Awaitable[Outcome]]

    def __post_init__(self) -> None:
        check_id("Task", self.id, "score-the-archive")
        check_text("Task(text=...)", self.text)
        if not self.text.strip():
            raise ValueError(f"Task {self.id!r} says what has to be done, got an empty text.")
        if not callable(self.check):
            raise TypeError(f"Task(check=...) takes a callable, got {type(self.check).__name__}.")


def verdict(chosen: str, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """Return whether a choice is right, in words made from the outcomes of all modes."""
    meeting = [mode for mode in MODES if outcomes[mode].meets]
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
    others = _listed([mode for mode in MODES if mode != chosen])
    return f"{others} would not do here."


def _listed(modes: Sequence[str]) -> str:
    names = " and ".join(modes)
    return names[:1].upper() + names[1:]
