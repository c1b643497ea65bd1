"""Find what changed in the course since the learner's last visit, however it was updated.

The comparison uses a copy's manifest or a clone's sources (nbgitpuller makes clones), because the
notebooks themselves change when the learner runs them. A notebook that a learner kept from an
earlier edition may import modules that no longer exist.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from lessons_lib.classroom.course import Notebook, course
from lessons_lib.classroom.record.event import Clock, EventLog, new_event, utc_now
from lessons_lib.classroom.record.kinds import COURSE
from lessons_lib.classroom.record.log import session_log
from lessons_lib.files import read_file

NEWS_SUBJECT = "shipped"
FOLDER_NAME = "lessons-course"  # of a copy or a clone, whatever the repository is called
MANIFEST = ".lessons-course.json"
# News is repeated for this long after it was first printed, however often the cell runs.
NEWS_FOR = timedelta(hours=12)
KEPT = "Your answers and your changes are safe."
MERGED = (
    "Lines that you had changed in a notebook stay as you wrote them.\n"
    "To get the new version, rename your notebook and open the link to the course again."
)
LOST = "download the course again to get the new one."
OWN = (
    "import each name from lessons_lib itself, as in `from lessons_lib import show_quiz`. If "
    "`lessons collect` wrote this notebook, run it again."
)
_IMPORT = re.compile(r"^\s*(?:from|import) (lessons_lib(?:\.\w+)*)", re.MULTILINE)


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
        log.append(new_event(COURSE, NEWS_SUBJECT, shipped, clock=clock))
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
    marks = {}
    try:
        manifest = read_manifest(folder)[0] if (folder / MANIFEST).exists() else None
        for slug in (one.slug for one in course().lessons):
            if manifest is None:
                # Working with a clone changes notebooks, but not their sources.
                sources = folder / f"notebooks/source/{slug}.py", folder / f"quizzes/{slug}.yaml"
                parts = [_mark(read_file(one)) if one.exists() else "" for one in sources]
            else:
                names = f"notebooks/{slug}.ipynb", f"quizzes/{slug}.yaml"
                parts = [manifest.get(name, "") for name in names]
            if any(parts):
                marks[slug] = _mark(" ".join(parts).encode())
    except OSError:
        return {}
    return marks


def read_manifest(folder: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the hashes of the files, and of the exercises' starter code, as they were copied.

    Both are empty if the manifest is missing or damaged; `OSError` if it cannot be read.
    """
    try:
        manifest = json.loads(read_file(folder / MANIFEST))
        files = {**manifest["files"], **manifest.get("cells", {})}  # separate in the first edition
        return {name: str(mark) for name, mark in files.items()}, dict(manifest.get("starters", {}))
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return {}, {}


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def old_notebooks(folder: Path) -> dict[str, str]:
    """Return a course folder's notebooks that no longer run, each with the new one next to it.

    Paths are relative to the folder; the value is empty if there is no new one.
    """
    found = {}
    for path in sorted(folder.glob("notebooks/*.ipynb")):
        is_own = path.is_file() and ".new-" not in path.name
        if is_own and needs_missing_modules(path.read_bytes()):
            beside = sorted(path.parent.glob(f"{path.stem}.new-*.ipynb"))
            new = beside[-1].relative_to(folder).as_posix() if beside else ""
            found[path.relative_to(folder).as_posix()] = new
    return found


def news_of_old_notebooks(folder: Path) -> Iterator[str]:
    """Yield a line for each notebook that no longer runs, with advice."""
    shipped = {f"notebooks/{one.file_name}" for one in course().lessons}
    for old, new in old_notebooks(folder).items():
        advice = f"open {new} instead." if new else LOST if old in shipped else OWN
        yield f"{old} was made for an earlier edition and no longer runs: {advice}"


def needs_missing_modules(content: bytes) -> bool:
    """Return whether a notebook imports modules that this edition of the library lacks."""
    cells = cells_of(content) or []
    sources = [source for kind, source in cells if kind == "code"]
    return not all(_is_here(name) for source in sources for name in _IMPORT.findall(source))


def cells_of(content: bytes) -> list[tuple[str, str]] | None:
    """Return the type and source of each cell of a notebook; None if it cannot be read.

    Empty cells at the end are left out, because JupyterLab adds one after running the last.
    """
    try:
        notebook = json.loads(content)
        cells = [(str(one["cell_type"]), "".join(one["source"])) for one in notebook["cells"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    while cells and not cells[-1][1].strip():
        cells.pop()
    return cells


def _is_here(module: str) -> bool:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:  # a parent package is missing
        return False
    # What a pull leaves of a removed package, caches, passes for one, but has no file.
    return spec is not None and spec.origin is not None
