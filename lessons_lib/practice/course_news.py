"""Which lessons have changed since the learner was last here, however the course was updated.

What is compared is what the course ships, not the notebooks: those the learner changes by running
them. A copy tells it by its manifest, a clone (as nbgitpuller makes one) by its sources.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from lessons_lib.practice.course import Lesson, course
from lessons_lib.practice.old_notebooks import old_notebooks
from lessons_lib.record.event import Clock, Event, EventLog, new_event, utc_now
from lessons_lib.record.log import session_log

KIND = "course"
SUBJECT = "shipped"
MANIFEST = ".lessons-course.json"
# News stays for so long after it was first told, however often the cell runs.
NEWS_FOR = timedelta(hours=12)
KEPT = "Your answers and whatever you changed are kept."
MERGED = (
    "Where you had changed a line of a notebook, yours won.\n"
    "To read the new one, rename yours and open the link to the course again."
)


def tell_news(
    folder: Path | None = None, *, log: EventLog | None = None, clock: Clock = utc_now
) -> None:
    """Print what is new in the course; nothing if nothing is.

    Parameters
    ----------
    folder : Path, optional
        The course folder; the one around the notebook if not given.
    log : EventLog, optional
        The session's record if not given. It remembers what the learner has seen.
    clock : callable
        Gives the time.
    """
    folder = Path.cwd().parent if folder is None else folder
    changed = news(shipped_marks(folder), session_log() if log is None else log, clock=clock)
    for old, new in old_notebooks(folder).items():
        advice = f": open {new} instead." if new else "."
        print(f"{old} was made for an earlier edition and no longer runs{advice}")
    if changed:
        titles = [f"  {one.number} {one.title}" for one in changed]
        print("New since you ran this last:", *titles, KEPT, *_where_the_new_is(folder), sep="\n")


def news(shipped: Mapping[str, str], log: EventLog, *, clock: Clock = utc_now) -> list[Lesson]:
    """Return the lessons that are not as they were, and remember how they are now."""
    seen = list(log.events(KIND))
    if shipped and (not seen or seen[-1].payload != shipped):
        log.append(new_event(KIND, SUBJECT, shipped, clock=clock))
    before = _last_seen(seen, clock() - NEWS_FOR)
    if before is None:
        return []
    return [
        one for one in course().lessons if shipped.get(one.slug, "") != before.get(one.slug, "")
    ]


def _where_the_new_is(folder: Path) -> list[str]:
    """Say how to read the new notebook where the learner's own was kept."""
    if not (folder / MANIFEST).exists():
        return [MERGED]
    beside = sorted(path.name for path in folder.glob("notebooks/*.new-*.ipynb"))
    if not beside:
        return []
    return ["Where you had changed a notebook, the new one lies beside it:", *beside]


def shipped_marks(folder: Path) -> dict[str, str]:
    """Return a mark for each lesson's notebook and questions as shipped; none if unknown."""
    try:
        parts = _in_manifest(folder / MANIFEST)
    except FileNotFoundError:
        parts = _in_sources(folder)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
    marks = {}
    for one in course().lessons:
        own = [parts.get(f"notebooks/{one.slug}", ""), parts.get(f"quizzes/{one.slug}", "")]
        if any(own):
            marks[one.slug] = _mark(" ".join(own).encode())
    return marks


def _last_seen(seen: Iterable[Event], until: datetime) -> Mapping[str, str] | None:
    """Return what the learner saw last before a time, or else first of all."""
    events = list(seen)
    old = [one for one in events if one.time_utc <= until]
    known = old[-1:] or events[:1]
    return known[0].payload if known else None


def _in_manifest(path: Path) -> dict[str, str]:
    """Return what a copy of the course knows of the files it was made from."""
    manifest = json.loads(path.read_bytes())
    marks = {**manifest["files"], **manifest.get("cells", {})}
    return {str(Path(name).with_suffix("").as_posix()): str(mark) for name, mark in marks.items()}


def _in_sources(folder: Path) -> dict[str, str]:
    """Return marks of the files of a clone that nobody changes by working with it."""
    marks = {}
    for top, pattern in (("notebooks", "notebooks/source/*.py"), ("quizzes", "quizzes/*.yaml")):
        for path in folder.glob(pattern):
            try:
                marks[f"{top}/{path.stem}"] = _mark(path.read_bytes())
            except OSError:
                continue
    return marks


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
