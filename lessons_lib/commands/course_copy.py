"""The course folder: where it is, and how a copy of it is kept up to date."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import lessons_lib
from lessons_lib.commands.console import CommandError, say
from lessons_lib.files import read_file, write_whole
from lessons_lib.practice.course_news import (
    FOLDER_NAME,
    MANIFEST,
    needs_missing_modules,
    old_notebooks,
)
from lessons_lib.practice.learner_cells import keep_exercises, lesson_cells, starters
from lessons_lib.quiz.bank import QUIZZES_VARIABLE, QuizBank, course_folder, load_bank
from lessons_lib.quiz.problems import QuizBankError

PACKAGE = Path(lessons_lib.__file__).resolve().parent
START = "notebooks/00_start_here.ipynb"
COURSE_FILES = ("notebooks/*.ipynb", "notebooks/*.md", "quizzes/*.yaml", "quizzes/*.json")


@dataclass(frozen=True, slots=True)
class CourseFolder:
    """A folder with `notebooks/` and `quizzes/`, and whether it is a copy of the course."""

    path: Path
    is_copy: bool


@dataclass(slots=True)
class CopyReport:
    """Which files were added, updated or kept; `kept` maps a changed file to the new version."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def update_copy(shipped: Mapping[str, bytes], folder: Path, version: str) -> CopyReport:
    """Copy missing files, replace unchanged ones, and save new versions next to changed ones.

    Code in exercise cells is the learner's: it is not treated as a change, and it is kept.

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
    CommandError
        If the folder cannot be read or written. Files copied so far stay, and the next call
        continues from there.
    """
    report = CopyReport()
    try:
        known, started = _read_manifest(folder / MANIFEST)
        marks = {name: _mark(name, content) for name, content in shipped.items()}
        for name, content in shipped.items():
            _update(folder, name, content, known.get(name), started.get(name, {}), version, report)
        starts = {name: found for name in shipped if (found := starters(shipped[name]))}
        if (marks, starts) != (known, started):
            about = "sha256 of each file as shipped (of a notebook: its cells), to tell changes"
            manifest = {"about": about, "version": version, "files": marks, "starters": starts}
            _write(folder / MANIFEST, json.dumps(manifest, indent=1).encode() + b"\n")
    except OSError as error:
        raise CommandError(
            f"The course could not be copied to {folder}: {error.strerror or error} "
            f"({error.filename or folder}). Name another folder with --folder, or fix this one."
        ) from error
    return report


def _update(
    folder: Path,
    name: str,
    content: bytes,
    known: str | None,
    started: Mapping[str, str],
    version: str,
    report: CopyReport,
) -> None:
    path = folder / name
    if not path.exists():
        _write(path, content)
        report.added.append(name)
        return
    here = read_file(path)
    mark, new = _mark(name, here), _mark(name, content)
    if mark == new:  # only outputs and exercises may differ
        return
    if mark == known:
        _write(path, keep_exercises(content, here, started))
        report.updated.append(name)
    elif known != new or needs_missing_modules(here):
        report.kept[name] = _lay_beside(folder, name, content, version)


def _lay_beside(folder: Path, name: str, content: bytes, version: str) -> str:
    """Save a new version next to a changed file, under an unused name."""
    path = PurePosixPath(name)
    for number in range(1, 1000):
        mark = f"new-{version}" if number == 1 else f"new-{version}-{number}"
        # A notebook keeps its extension, so that it opens; a second .yaml would be a second quiz.
        is_notebook = path.suffix == ".ipynb"
        beside = f"{path.with_suffix('')}.{mark}.ipynb" if is_notebook else f"{name}.{mark}"
        if not (folder / beside).exists():
            _write(folder / beside, content)
            return beside
        if _mark(name, read_file(folder / beside)) == _mark(name, content):
            return beside
    raise OSError(f"too many new versions of {name}")


def _mark(name: str, content: bytes) -> str:
    """Return the sha256 of a notebook's cells except exercises, or of all bytes of another file."""
    cells = lesson_cells(content) if name.endswith(".ipynb") else None
    return hashlib.sha256(content if cells is None else json.dumps(cells).encode()).hexdigest()


def _read_manifest(path: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the hashes of files and exercises last shipped; empty if unknown, so all are kept."""
    try:
        manifest = json.loads(read_file(path))
        files = {**manifest["files"], **manifest.get("cells", {})}  # separate in the first edition
        return files, dict(manifest.get("starters", {}))
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return {}, {}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def clone(package: Path = PACKAGE) -> Path | None:
    """Return the top of the clone that the library runs from, or None if it was installed."""
    top = package.parent
    return top if _is_clone(top) else None


def expected_folder(requested: Path | None = None, *, package: Path = PACKAGE) -> CourseFolder:
    """Return where the course is, or will be copied to, without writing anything.

    Parameters
    ----------
    requested : Path, optional
        The folder that the learner chose; a clone is used directly. By default the clone that the
        library runs from, else the working directory or its nearest parent that is a course, else
        `lessons-course` in the working directory.
    """
    if requested is not None:
        path = named_folder(requested)
        return CourseFolder(path, is_copy=not _is_clone(path))
    if (top := clone(package)) is not None:
        return CourseFolder(top, is_copy=False)
    here = Path.cwd()
    around = (one for one in (here, *here.parents) if (one / MANIFEST).is_file())
    return CourseFolder(next(around, here / FOLDER_NAME), is_copy=True)


def named_folder(name: Path) -> Path:
    """Return the absolute path of a folder that a learner typed; `~` is their home."""
    try:
        return name.expanduser().absolute()
    except RuntimeError:
        raise CommandError(f"{name}: no such home folder. Write the whole path.") from None


def open_course(requested: Path | None = None) -> CourseFolder:
    """Return the course folder after copying or updating the course in it; print what was copied.

    Raises
    ------
    CommandError
        If the folder cannot be written, or if there is no course to copy.
    """
    course = expected_folder(requested)
    if course.is_copy:
        _print_report(update_copy(shipped_files(), course.path, lessons_lib.__version__))
    if not (course.path / START).is_file():
        raise CommandError(
            f"A course folder must contain {START}, but {course.path} does not. "
            "Restore the files of this clone: git checkout -- notebooks"
        )
    for old, new in old_notebooks(course.path).items():
        advice = f"open {new} instead." if new else "download the course again to get the new one."
        say(f"{old} was made for an earlier edition and no longer runs: {advice}")
    say(f"The course is in {course.path}")
    return course


def start_notebook(course: CourseFolder) -> str:
    """Return the notebook to open first: 00, or its new version if 00 no longer runs."""
    return old_notebooks(course.path).get(START) or START


def shipped_files(source: Path | None = None) -> dict[str, bytes]:
    """Return the content of the shipped notebooks and quizzes, by their path in a course folder.

    Raises
    ------
    CommandError
        If this installation contains none.
    """
    source = source or course_folder()
    paths = sorted(path for pattern in COURSE_FILES for path in source.glob(pattern))
    files = {path.relative_to(source).as_posix(): path.read_bytes() for path in paths}
    if START not in files:
        raise CommandError(
            f"An installation of the lessons must contain {START}, but {source} does not. "
            "Install the package again."
        )
    return files


def _print_report(report: CopyReport) -> None:
    if report.added:
        say(f"Copied {len(report.added)} files of the course.")
    for name in report.updated:
        say(f"Updated {name}")
    for name, beside in report.kept.items():
        say(f"Kept {name}, which you changed; the new version is next to it: {beside}")


def _is_clone(folder: Path) -> bool:
    """Return whether a folder is a clone of the project, with the notebooks' sources."""
    return (folder / "pyproject.toml").is_file() and (folder / "notebooks" / "source").is_dir()


def broken_quizzes(bank: QuizBank) -> Iterator[str]:
    """Yield a phrase for each broken quiz that locates its first problem."""
    for name, problems in bank.broken.items():
        first = f"{problems[0].file}:{problems[0].line}" if problems else f"{name}.yaml"
        yield f"the quiz {name} is broken (see {first})"


def course_bank() -> QuizBank:
    """Return the questions that the notebooks use: those of the copy if the course is a copy.

    Raises
    ------
    CommandError
        If no quiz can be read.
    """
    quizzes = None
    if not os.environ.get(QUIZZES_VARIABLE):
        course = expected_folder()
        copied = course.path / "quizzes"
        quizzes = copied if course.is_copy and copied.is_dir() else None
    try:
        return load_bank(quizzes)
    except QuizBankError as error:
        problems = " ".join(one.message for one in error.problems)
        advice = f"Fix {QUIZZES_VARIABLE}, or install the lessons again."
        raise CommandError(f"The questions cannot be read: {problems} {advice}") from error
