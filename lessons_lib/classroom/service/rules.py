"""When a graded quiz is open, what an answer counts, and when its key may be seen.

Everything here is computed from times that are passed in; nothing reads a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

Phase: TypeAlias = Literal["before", "open", "late", "closed"]
Known: TypeAlias = Literal["nothing", "verdict", "everything"]
KeyRule: TypeAlias = Literal["after-close", "when-final"]
MARK_EVERY = timedelta(seconds=20)  # the service stores a mark of life
LAST_HOUR = timedelta(hours=1)
LONGEST_OUTAGE = timedelta(minutes=1)  # that moves no deadline
GRACE = timedelta(minutes=5)  # beyond the outage, to come back and answer


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

    def share(self, answered: datetime) -> float:
        """Return the share of the credit that an answer gets, which was accepted at a time.

        It counts in full before `opens`, too: then a plan that changed since has moved that.
        """
        shares = {"before": 1.0, "open": 1.0, "late": self.late_share}
        return shares.get(self.phase(answered), 0.0)

    def later(self, by: timedelta) -> Timeline:
        """Return the timeline with a later end."""
        return Timeline(self.opens, self.due + by, self.closes + by, self.late_share)


def moved_by(marks: Sequence[datetime], opens: datetime, due: datetime) -> timedelta:
    """Return by how much a deadline moves, because the service was down shortly before it.

    Parameters
    ----------
    marks : sequence of datetime
        The service's marks of life, in ascending order.
    opens, due : datetime
        When the quiz opens, and when it is due without an outage.

    Returns
    -------
    timedelta
        The time between marks around outages that overlap the last hour, and five minutes more;
        nothing if that was not longer than a minute.
    """
    begin = max(opens, due - LAST_HOUR)
    down = [
        later - earlier
        for earlier, later in pairwise(marks)
        if later - earlier > 2 * MARK_EVERY and later > begin and earlier < due
    ]
    total = sum(down, timedelta())
    return total + GRACE if total > LONGEST_OUTAGE else timedelta()


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
        Of the learner's timeline.
    tried : Tried
        What they did so far.
    tries : int
        How many answers are taken; with 0, answers can be changed until the quiz closes.
    """
    if phase not in ("open", "late"):
        return False
    return not tries or (tried.attempts < tries and not tried.is_right)


def known(tried: Tried, tries: int, key: KeyRule, *, all_closed: bool) -> Known:
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
    all_closed : bool
        Whether the quiz has closed for the last learner.
    """
    if all_closed:
        return "everything"
    if not (tries and tried.attempts):
        return "nothing"
    is_final = tried.is_right or tried.attempts >= tries
    return "everything" if is_final and key == "when-final" else "verdict"
