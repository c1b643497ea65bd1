"""The rounds of a live question, and what an instructor may do in each; nothing reads a clock.

Every step is stored as the round that it leads to, so the last one is the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Literal, TypeAlias

from msgspec.structs import replace

from lessons_lib.classroom.record.kinds import Payload

Do: TypeAlias = Literal["open", "close", "again", "reveal", "end"]
RoundPhase: TypeAlias = Literal["idle", "open", "closed", "revealed"]
MAY: Mapping[RoundPhase, tuple[Do, ...]] = {
    "idle": ("open",),
    "open": ("close",),
    "closed": ("open", "again", "reveal", "end"),
    "revealed": ("open", "end"),
}
LEADS_TO: Mapping[Do, RoundPhase] = {
    "open": "open",
    "close": "closed",
    "again": "open",
    "reveal": "revealed",
    "end": "idle",
}
LONGEST_PAUSE = timedelta(hours=12)  # after which a sitting that nobody ended is over


class Round(Payload, frozen=True, omit_defaults=True):
    """One vote on one question, or nothing between two sittings.

    Attributes
    ----------
    phase : str
        Votes are taken while it is open, and the key is shown once it is revealed.
    sitting : str
        The id of the sitting, from the first question of a lecture to its end.
    number : int
        Counts all rounds of the sitting, from 1.
    question : str
        The name of the question.
    revision : int
        Of the question as it was opened.
    first : int
        The number of the first of the rounds in a row that ask this question.
    result : float or str, optional
        What the instructor revealed as the result of a guess.
    began, last : datetime
        When the sitting began, and when an instructor last did something in it.
    """

    kind: ClassVar[str] = "live"
    phase: RoundPhase = "idle"
    sitting: str = ""
    number: int = 0
    question: str = ""
    revision: int = 0
    first: int = 0
    result: float | str | None = None
    began: datetime | None = None
    last: datetime | None = None

    @property
    def mark(self) -> str:
        """What no other round has: it is on each vote."""
        return f"{self.sitting}.{self.number}" if self.sitting else ""

    @property
    def marks(self) -> list[str]:
        """The marks of all rounds that asked this question in a row, this one included."""
        return [f"{self.sitting}.{one}" for one in range(self.first, self.number + 1)]

    def at(self, now: datetime) -> Round:
        """Return the round at a time: a sitting that was left alone for long is over."""
        is_over = self.last is None or now - self.last > LONGEST_PAUSE
        return Round() if is_over else self


def after(
    before: Round,
    do: Do,
    now: datetime,
    *,
    sitting: str = "",
    question: str = "",
    revision: int = 0,
    result: float | str | None = None,
) -> Round:
    """Return the round to which a step leads, which `MAY` must allow.

    Parameters
    ----------
    before : Round
        At that time.
    do : str
        The step.
    now : datetime
        The time.
    sitting : str
        The id of the sitting that begins if there is none.
    question : str
        The name of the question, to open it.
    revision : int
        Of that question.
    result : float or str, optional
        The result of a guess, to reveal it.
    """
    if do == "end":
        return Round()
    if before.phase == "idle":
        before = Round(sitting=sitting, began=now)
    if do in ("open", "again"):
        before = replace(before, number=before.number + 1)
    if do == "open":
        before = replace(before, question=question, revision=revision, first=before.number)
    return replace(before, phase=LEADS_TO[do], result=result, last=now)
