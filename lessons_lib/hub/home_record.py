"""Read the record in one home."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from lessons_lib.hub.homes import Home
from lessons_lib.hub.record_folder import DEFAULT_DATA, HomeError, record_in
from lessons_lib.hub.screening import Notes, readable, screened
from lessons_lib.record.event import Event
from lessons_lib.record.reader import FolderReader

Status: TypeAlias = Literal["read", "in part", "no record", "unreadable"]


@dataclass(frozen=True, slots=True)
class HomeRecord:
    """The events of a home that may count, and one sentence for each thing that was wrong."""

    status: Status
    events: list[Event] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: Notes = field(default_factory=lambda: Notes({}))


def read_home(home: Home, now: datetime, data: PurePosixPath = DEFAULT_DATA) -> HomeRecord:
    """Return what the record of a home says; whatever is wrong with it, this does not fail.

    Parameters
    ----------
    home : Home
        As `list_homes` found it.
    now : datetime
        Events later than this cannot have happened.
    data : PurePosixPath
        The library's data folder, seen from the home.
    """
    if home.fault:
        return HomeRecord("unreadable", problems=[f"the home {home.fault}; passed over."])
    try:
        with record_in(home.path, data) as folder:
            if folder is None:
                return HomeRecord("no record")
            reader = FolderReader(folder.path, opened=folder.open)
            reader.refresh()
    except HomeError as error:
        return HomeRecord("unreadable", problems=[f"{error}; passed over."])
    notes = Notes(reader.places())
    events = screened(reader.events(), notes, now)
    links = {f"{name} cannot be read (a link); passed over." for name in folder.links}
    problems = [readable(one) for one in sorted(links | set(reader.problems()))]
    return HomeRecord("in part" if links or reader.losses() else "read", events, problems, notes)
