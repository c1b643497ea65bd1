"""What is new in the course, and which notebooks of a copy no longer run.

News is about what was shipped, in a copy's manifest or a clone's sources (nbgitpuller makes
clones), because notebooks change when the learner runs them.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from lessons_lib.classroom.copy.place import MANIFEST, start_page
from lessons_lib.classroom.copy.update import needs_missing_modules, read_manifest, sha256_of
from lessons_lib.classroom.course import Notebook, course
from lessons_lib.classroom.record.event import Clock, EventLog, new_event, utc_now
from lessons_lib.classroom.record.kinds import COURSE
from lessons_lib.classroom.record.log import session_log
from lessons_lib.files import read_file

# News is repeated for this long after it was first printed, however often the cell runs.
NEWS_FOR = timedelta(hours=12)
KEPT = "Your answers and your changes are safe."
MERGED = (
    "Lines that you had changed in a notebook stay as you wrote them.\n"
    "To get the new version, rename your notebook and open the link to the course again."
)
LOST = "download the course again to get the new one."
OWN = (
    'change its imports. `dir(lessons_lib)` lists what there is, and `show("NAME")` shows any '
    "exploration. If `lessons collect` wrote this notebook, run it again."
)


def tell_news(
    folder: Path | None = None, *, log: EventLog | None = None, clock: Clock = utc_now
) -> None:
    """Print what is new in the course, if anything.

    Parameters
    ----------
    folder : Path, optional
        The course folder; the one around the notebook if not given.
    log : EventLog, optional
        Stores what the learner has seen; the session's record if not given.
    clock : callable
        Returns the current time.
    """
    folder = Path.cwd().parent if folder is None else folder
    changed = news(shipped_marks(folder), session_log() if log is None else log, clock=clock)
    for line in news_of_old_notebooks(folder):
        print(line)
    if changed:
        titles = [f"  {one.number} {one.title}" for one in changed]
        print("New since your last visit:", *titles, KEPT, *_new_versions(folder), sep="\n")


def news(shipped: Mapping[str, str], log: EventLog, *, clock: Clock = utc_now) -> list[Notebook]:
    """Return the lessons that have changed, and record their current state."""
    seen = list(log.events(COURSE))
    if shipped and (not seen or seen[-1].payload != shipped):
        log.append(new_event(COURSE, "shipped", shipped, clock=clock))
    until = clock() - NEWS_FOR
    known = [one for one in seen if one.time_utc <= until][-1:] or seen[:1]
    before = known[0].payload if known else shipped
    lessons = course().lessons
    return [one for one in lessons if shipped.get(one.slug, "") != before.get(one.slug, "")]


def _new_versions(folder: Path) -> list[str]:
    """Return lines on how to read the new notebook if the learner's own was kept."""
    if not (folder / MANIFEST).exists():
        return [MERGED]
    beside = sorted(path.name for path in folder.glob("notebooks/*.new-*.ipynb"))
    line = "These are new versions of notebooks that you have changed:"
    return [line, *beside] if beside else []


def shipped_marks(folder: Path) -> dict[str, str]:
    """Return a hash of each lesson's notebook and questions as shipped; none if unknown."""
    marks, is_copy = {}, (folder / MANIFEST).exists()
    # Working with a clone changes notebooks, but not their sources.
    lesson = "notebooks/{}.ipynb" if is_copy else "notebooks/source/{}.py"
    try:
        known = read_manifest(folder)[0]
        for slug in (one.slug for one in course().lessons):
            names = lesson.format(slug), f"quizzes/{slug}.yaml"
            parts = [
                known.get(name, "") if is_copy else _mark_of_file(folder / name) for name in names
            ]
            if any(parts):
                marks[slug] = sha256_of(" ".join(parts).encode())[:16]
    except OSError:
        return {}
    return marks


def _mark_of_file(path: Path) -> str:
    return sha256_of(read_file(path))[:16] if path.exists() else ""


def old_notebooks(folder: Path) -> dict[str, str]:
    """Return a course folder's notebooks that no longer run, each with the new one next to it.

    Paths are relative to the folder; the value is empty if there is no new one.
    """
    found = {}
    for path in sorted(folder.glob("notebooks/*.ipynb")):
        is_own = path.is_file() and ".new-" not in path.name
        if is_own and needs_missing_modules(path.read_bytes()):
            beside = max(path.parent.glob(f"{path.stem}.new-*.ipynb"), key=_edition, default=None)
            new = beside.relative_to(folder).as_posix() if beside else ""
            found[path.relative_to(folder).as_posix()] = new
    return found


def _edition(beside: Path) -> list[int]:
    """Return the numbers in `NAME.new-VERSION-NUMBER.ipynb`, as a key that sorts them."""
    return [int(one) for one in re.findall(r"\d+", beside.stem.rpartition(".new-")[2])]


def news_of_old_notebooks(folder: Path) -> Iterator[str]:
    """Yield a line for each notebook that no longer runs, with advice."""
    shipped = {f"notebooks/{one.file_name}" for one in course().lessons}
    for old, new in old_notebooks(folder).items():
        advice = f"open {new} instead." if new else LOST if old in shipped else OWN
        yield f"{old} was made for an earlier edition and no longer runs: {advice}"


def start_notebook(folder: Path) -> str:
    """Return the notebook to open first: 00, or its new version if 00 no longer runs."""
    return old_notebooks(folder).get(start_page()) or start_page()
