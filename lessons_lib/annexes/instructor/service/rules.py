"""When a graded quiz is open, what an answer counts, and when its key may be seen.

Everything here is computed from times that are passed in; nothing reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

Phase: TypeAlias = Literal["before", "open", "late", "closed"]
Known: TypeAlias = Literal["nothing", "verdict", "everything"]
KeyRule: TypeAlias = Literal["after-close", "when-final"]
GRACE = timedelta(minutes=2)  # for answers that were sent in time and waited for the service
MOST_YEARS = 3000
UNTIL_KEYS = timedelta(minutes=30)  # after the last close, to give more time before keys are seen


class ImpossibleTimeError(ValueError):
    """A local time that a clock skips, or shows twice."""


def instant(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time, in UTC.

    Parameters
    ----------
    text : str
        For instance ``2026-12-08 18:00``.
    zone : ZoneInfo
        The zone of the class.

    Raises
    ------
    ValueError
        If the text is not such a time.
    ImpossibleTimeError
        If clocks in the zone skip that time or show it twice.
    """
    try:
        local = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    except ValueError:
        raise ValueError("there is no such date or time.") from None
    if local.year >= MOST_YEARS:
        raise ValueError(f"choose a year before {MOST_YEARS}.")
    found = {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    if len(found) == 1:
        return found.pop()
    is_skipped = all(one.astimezone(zone).replace(fold=0) != local for one in found)
    what = "skip this time" if is_skipped else "show this time twice"
    raise ImpossibleTimeError(f"clocks in {zone.key} {what}: choose one an hour earlier or later.")


@dataclass(frozen=True, slots=True)
class Timeline:
    """When one learner may answer one quiz, in UTC.

    Attributes
    ----------
    opens, due, closes : datetime
        Answers count in full from `opens` to `due`, both included, and in part until `closes`.
    late_share : float
        The share of the credit that a late answer gets, between 0 and 1.
    """

    opens: datetime
    due: datetime
    closes: datetime
    late_share: float = 0.0

    def phase(self, now: datetime) -> Phase:
        """Return what the learner may do at a time."""
        if now < self.opens:
            return "before"
        if now <= self.due:
            return "open"
        return "late" if now <= self.closes else "closed"

    def counts_as(self, arrived: datetime) -> Phase:
        """Return in which phase an answer counts that arrived at a time.

        It has two minutes more than a page says: it may have been sent in time, while the service
        was being restarted or the hub was slow.
        """
        return self.later(GRACE).phase(arrived)

    def share(self, arrived: datetime) -> float:
        """Return the share of the credit that an answer gets, which was accepted at a time.

        It counts in full before `opens`, too: then a plan that changed since has moved that.
        """
        shares = {"before": 1.0, "open": 1.0, "late": self.late_share}
        return shares.get(self.counts_as(arrived), 0.0)

    def later(self, by: timedelta) -> Timeline:
        """Return the timeline with a later end."""
        return Timeline(self.opens, self.due + by, self.closes + by, self.late_share)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a learner did with a question: how often they answered, and whether rightly."""

    attempts: int = 0
    is_right: bool = False


def may_answer(phase: Phase, tried: Tried, tries: int) -> bool:
    """Return whether another answer is taken.

    Parameters
    ----------
    phase : str
        In which the answer counts.
    tried : Tried
        What they did so far.
    tries : int
        How many answers are taken; with 0, answers can be changed until the quiz closes.
    """
    if phase not in ("open", "late"):
        return False
    return not tries or (tried.attempts < tries and not tried.is_right)


def known(tried: Tried, tries: int, key: KeyRule, *, is_over: bool) -> Known:
    """Return what a learner may know about a question.

    Parameters
    ----------
    tried : Tried
        What they did with it.
    tries : int
        As for `may_answer`. With 0, no verdict is given before everybody has to stop.
    key : str
        ``after-close`` shows key and reasons when nobody may answer any more, ``when-final`` also
        when the learner's own answer is right or their tries are used up.
    is_over : bool
        Whether the key may be shown to everybody; see `Plan.keys_shown`.
    """
    if is_over:
        return "everything"
    if not (tries and tried.attempts):
        return "nothing"
    is_final = tried.is_right or tried.attempts >= tries
    return "everything" if is_final and key == "when-final" else "verdict"
