"""A learner's copy of the course: where it is, how it is updated, and what is new in it.

An update replaces what the learner did not change. Exercise cells and calls for help with them are
the learner's: edits there are no change of a notebook, and are kept. News is about what was
shipped, in a copy's manifest or a clone's sources (nbgitpuller makes clones), because notebooks
change when the learner runs them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import lessons_lib
from lessons_lib.classroom.course import Notebook, course, course_folder
from lessons_lib.classroom.record.event import Clock, EventLog, new_event, utc_now
from lessons_lib.classroom.record.kinds import COURSE
from lessons_lib.classroom.record.log import session_log
from lessons_lib.console import CommandError, say
from lessons_lib.files import read_file, write_whole

FOLDER_NAME = "lessons-course"  # of a copy or a clone, whatever the repository is called
MANIFEST = ".lessons-course.json"
COURSE_FILES = ("notebooks/*.ipynb", "notebooks/*.md", "quizzes/*.yaml", "quizzes/*.json")
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
_EXERCISE = re.compile(r"\s*%%exercise[ \t]+([\w-]+)")
_HELP = re.compile(r"""\s*(hint|solution|last_try)\(\s*["'][\w-]*["']\s*\)\s*""")
_IMPORT = re.compile(r"^\s*(?:from|import) (lessons_lib(?:\.\w+)*)", re.MULTILINE)


def expected_folder(requested: Path | None = None) -> Path:
    """Return where the course is, or will be copied to, without writing anything.

    It is the folder that the learner requested, or else the clone that the library runs from, the
    nearest copy at or above the working directory, or `lessons-course` in the working directory.
    """
    if requested is not None:
        return named_folder(requested)
    if is_clone(course_folder()):
        return course_folder()
    here = Path.cwd()
    around = (one for one in (here, *here.parents) if (one / MANIFEST).is_file())
    return next(around, here / FOLDER_NAME)


def named_folder(name: Path) -> Path:
    """Return the absolute path of a folder that a learner typed; `~` is their home."""
    try:
        folder = name.expanduser().absolute()
    except RuntimeError:
        raise CommandError(f"{name}: this user has no home folder. Write the full path.") from None
    if folder.is_file():
        raise CommandError(f"{name} is a file. Write the path of a folder.")
    return folder


def is_clone(folder: Path) -> bool:
    """Return whether a folder is a clone of the project, with the notebooks' sources."""
    return (folder / "pyproject.toml").is_file() and (folder / "notebooks" / "source").is_dir()


def start_page() -> str:
    """Return the path of the notebook to open first, in a course folder."""
    return f"notebooks/{course().home.file_name}"


def start_notebook(folder: Path) -> str:
    """Return the notebook to open first: 00, or its new version if 00 no longer runs."""
    return old_notebooks(folder).get(start_page()) or start_page()


def require_start_page(folder: Path) -> None:
    """Raise a `CommandError` if a course folder lacks the notebook to open first."""
    if not (folder / start_page()).is_file():
        restore = "Restore the files of this clone: git checkout -- notebooks"
        advice = restore if is_clone(folder) else "Install the package again."
        raise CommandError(f"{start_page()} is not in {folder}. {advice}")


def shipped_files() -> dict[str, bytes]:
    """Return the content of the shipped notebooks and quizzes, by their path in a course folder."""
    source = course_folder()
    require_start_page(source)
    paths = sorted(path for pattern in COURSE_FILES for path in source.glob(pattern))
    return {path.relative_to(source).as_posix(): path.read_bytes() for path in paths}


def open_course(requested: Path | None = None) -> Path:
    """Copy or update the course in a folder, print what was copied, and return the folder."""
    folder = expected_folder(requested)
    if is_clone(folder):
        require_start_page(folder)
    else:
        if not folder.exists():
            say(f"Creating a folder for your copy of the course: {folder}")
        report = update_copy(shipped_files(), folder, lessons_lib.__version__)
        if report.added:
            say(f"Copied {len(report.added)} files of the course.")
        say(*(f"Updated {name}" for name in report.updated))
        print_kept(report, "you")
    say(*news_of_old_notebooks(folder), f"The course is in {folder}")
    return folder


@dataclass(slots=True)
class CopyReport:
    """Which files were added, updated or kept; `kept` maps a changed file to the new version."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def print_kept(report: CopyReport, who: str) -> None:
    """Print which files were kept because somebody changed them."""
    for name, beside in report.kept.items():
        say(f"Kept {name}, which {who} changed; the new version is next to it: {beside}")


def update_copy(shipped: Mapping[str, bytes], folder: Path, version: str) -> CopyReport:
    """Copy missing files, replace unchanged ones, and save new versions next to changed ones.

    Parameters
    ----------
    shipped : mapping of str to bytes
        Each file's content by its path, with `/` between the parts.
    folder : Path
        Created if it does not exist. Its manifest records what was shipped last.
    version : str
        Part of the name of a new version that is saved next to a changed file.

    Raises
    ------
    OSError
        If the folder cannot be read or written. Files copied so far stay, and the next call
        continues from there.
    """
    report = CopyReport()
    marks = {name: _mark(name, content) for name, content in shipped.items()}
    known, started = read_manifest(folder)
    for name, content in shipped.items():
        path = folder / name
        here = read_file(path) if path.exists() else b""
        mark = _mark(name, here)
        if not path.exists():
            _write(path, content)
            report.added.append(name)
        elif mark == marks[name]:  # only outputs and exercises may differ
            continue
        elif mark == known.get(name):
            _write(path, _with_own_exercises(content, here, started.get(name, {})))
            report.updated.append(name)
        elif known.get(name) != marks[name] or needs_missing_modules(here):
            report.kept[name] = _save_beside(folder, name, content, version)
    starts = {name: found for name in shipped if (found := _starters(shipped[name]))}
    if (marks, starts) != (known, started):
        about = "sha256 of each file as shipped (of a notebook: its cells), to detect changes"
        manifest = {"about": about, "version": version, "files": marks, "starters": starts}
        _write(folder / MANIFEST, json.dumps(manifest, indent=1).encode() + b"\n")
    return report


def _save_beside(folder: Path, name: str, content: bytes, version: str) -> str:
    """Save a new version next to a changed file, under an unused name."""
    # A notebook keeps its extension, so that it opens; a second .yaml would be a second quiz.
    stem, ending = (name[:-6], ".ipynb") if name.endswith(".ipynb") else (name, "")
    beside, number = f"{stem}.new-{version}{ending}", 1
    while (folder / beside).exists():
        if _mark(name, read_file(folder / beside)) == _mark(name, content):
            return beside
        number += 1
        beside = f"{stem}.new-{version}-{number}{ending}"
    _write(folder / beside, content)
    return beside


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def read_manifest(folder: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the hashes of the files, and of the exercises' starter code, as they were copied.

    Both are empty if the manifest is missing or damaged; `OSError` if it cannot be read.
    """
    try:
        manifest = json.loads(read_file(folder / MANIFEST))
        starters = {name: dict(one) for name, one in manifest.get("starters", {}).items()}
        return {name: str(mark) for name, mark in manifest["files"].items()}, starters
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}, {}


def _mark(name: str, content: bytes) -> str:
    """Return the sha256 of a notebook's cells except exercises, or of all bytes of another file."""
    cells = cells_of(content) if name.endswith(".ipynb") else []
    lesson = [(one.kind, one.source) for one in cells if not one.is_learners]
    return _hash(json.dumps(lesson).encode() if cells else content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Cell(NamedTuple):
    """A cell of a notebook: its type, its source as one text, and the JSON that it is stored as."""

    kind: str
    source: str
    stored: Any

    @property
    def exercise(self) -> str | None:
        """The id of the exercise that it is for, if any."""
        return exercise_of_cell(self.source) if self.kind == "code" else None

    @property
    def is_learners(self) -> bool:
        """Whether it is for an exercise, or for help with one."""
        is_call = self.kind == "code" and _HELP.fullmatch(self.source) is not None
        return is_call or self.exercise is not None

    @property
    def start(self) -> str:
        """A hash of its source, to compare an exercise with its starter code."""
        return _hash(self.source.strip().encode("utf-8", "replace"))


def cells_of(content: bytes) -> list[Cell]:
    """Return the cells of a notebook; none if it cannot be read.

    Empty cells at the end are left out, because JupyterLab adds one after running the last.
    """
    try:
        stored = json.loads(content)["cells"]
        cells = [Cell(str(one["cell_type"]), "".join(one["source"]), one) for one in stored]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    while cells and not cells[-1].source.strip():
        cells.pop()
    return cells


def exercise_of_cell(source: str) -> str | None:
    """Return the id of the exercise that a code cell is for, or None for any other cell."""
    found = _EXERCISE.match(source)
    return found[1] if found else None


def _starters(content: bytes) -> dict[str, str]:
    """Return a hash of the starter code of each exercise in a notebook, by the exercise's id."""
    return {one.exercise: one.start for one in cells_of(content) if one.exercise}


def _with_own_exercises(shipped: bytes, here: bytes, started: Mapping[str, str]) -> bytes:
    """Return a shipped notebook whose exercise cells contain the learner's code.

    `started` has the `_starters` of the previously shipped one; cells that match are replaced.
    """
    own: dict[str | None, list[Any]] = {}
    for cell in cells_of(here):
        if cell.exercise and started.get(cell.exercise) != cell.start:
            own.setdefault(cell.exercise, []).append(cell.stored)
    cells = cells_of(shipped)
    if not own or not cells:
        return shipped
    kept = [one for cell in cells for one in own.pop(cell.exercise, [cell.stored])]
    notebook = json.loads(shipped)
    notebook["cells"] = [*kept, *(one for left in own.values() for one in left)]
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


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
                marks[slug] = _hash(" ".join(parts).encode())[:16]
    except OSError:
        return {}
    return marks


def _mark_of_file(path: Path) -> str:
    return _hash(read_file(path))[:16] if path.exists() else ""


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


def needs_missing_modules(content: bytes) -> bool:
    """Return whether a notebook imports modules that this edition of the library lacks."""
    sources = [one.source for one in cells_of(content) if one.kind == "code"]
    return not all(_is_here(name) for source in sources for name in _IMPORT.findall(source))


def _is_here(module: str) -> bool:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:  # a parent package is missing
        return False
    # What a pull leaves of a removed package, caches, passes for one, but has no file.
    return spec is not None and spec.origin is not None
