"""The course folder: where it is, and how a copy of it is kept up to date."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import lessons_lib
from lessons_lib.classroom.course import COURSE_VARIABLE, course, course_folder
from lessons_lib.classroom.hub.course_news import (
    FOLDER_NAME,
    MANIFEST,
    needs_missing_modules,
    news_of_old_notebooks,
    old_notebooks,
    read_manifest,
)
from lessons_lib.classroom.hub.learner_cells import keep_exercises, lesson_cells, starters
from lessons_lib.classroom.quiz.bank import QUIZZES_VARIABLE, QuizBank, load_bank
from lessons_lib.classroom.tables.problems import QuizBankError
from lessons_lib.console import CommandError, say
from lessons_lib.files import read_file, write_whole

COURSE_FILES = ("notebooks/*.ipynb", "notebooks/*.md", "quizzes/*.yaml", "quizzes/*.json")


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
    marks = {name: _mark(name, content) for name, content in shipped.items()}
    try:
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
                _write(path, keep_exercises(content, here, started.get(name, {})))
                report.updated.append(name)
            elif known.get(name) != marks[name] or needs_missing_modules(here):
                report.kept[name] = _save_beside(folder, name, content, version)
        starts = {name: found for name in shipped if (found := starters(shipped[name]))}
        if (marks, starts) != (known, started):
            about = "sha256 of each file as shipped (of a notebook: its cells), to detect changes"
            manifest = {"about": about, "version": version, "files": marks, "starters": starts}
            _write(folder / MANIFEST, json.dumps(manifest, indent=1).encode() + b"\n")
    except OSError as error:
        raise CommandError(
            f"The course could not be copied to {folder}: {error.strerror or error} "
            f"({error.filename or folder}). Choose another folder, or fix this one."
        ) from error
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


def _mark(name: str, content: bytes) -> str:
    """Return the sha256 of a notebook's cells except exercises, or of all bytes of another file."""
    cells = lesson_cells(content) if name.endswith(".ipynb") else None
    return hashlib.sha256(content if cells is None else json.dumps(cells).encode()).hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def expected_folder(requested: Path | None = None) -> Path:
    """Return where the course is, or will be copied to, without writing anything.

    Parameters
    ----------
    requested : Path, optional
        The folder that the learner chose; a clone is used directly. By default, it is the
        clone that the library runs from; without a clone, the nearest copy of the course at or
        above the working directory; without a copy, `lessons-course` in the working directory.
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
        return name.expanduser().absolute()
    except RuntimeError:
        raise CommandError(f"{name}: this user has no home folder. Write the full path.") from None


def open_course(requested: Path | None = None) -> Path:
    """Return the course folder after copying or updating the course in it; print what was copied.

    Raises
    ------
    CommandError
        If the folder cannot be written, or if there is no course to copy.
    """
    course = expected_folder(requested)
    if not is_clone(course):
        if not course.exists():
            say(f"Creating a folder for your copy of the course: {course}")
        report = update_copy(shipped_files(), course, lessons_lib.__version__)
        if report.added:
            say(f"Copied {len(report.added)} files of the course.")
        for name in report.updated:
            say(f"Updated {name}")
        print_kept(report, "you")
    if not (course / start_page()).is_file():
        raise CommandError(
            f"A course folder must contain {start_page()}, but {course} does not. "
            "Restore the files of this clone: git checkout -- notebooks"
        )
    for line in news_of_old_notebooks(course):
        say(line)
    say(f"The course is in {course}")
    return course


def start_notebook(course: Path) -> str:
    """Return the notebook to open first: 00, or its new version if 00 no longer runs."""
    return old_notebooks(course).get(start_page()) or start_page()


def shipped_files() -> dict[str, bytes]:
    """Return the content of the shipped notebooks and quizzes, by their path in a course folder.

    Raises
    ------
    CommandError
        If this installation contains none.
    """
    source = course_folder()
    paths = sorted(path for pattern in COURSE_FILES for path in source.glob(pattern))
    files = {path.relative_to(source).as_posix(): path.read_bytes() for path in paths}
    if start_page() not in files:
        raise CommandError(
            f"An installation of the lessons must contain {start_page()}, but {source} does not. "
            "Install the package again."
        )
    return files


def print_kept(report: CopyReport, who: str) -> None:
    """Print which files were kept because somebody changed them."""
    for name, beside in report.kept.items():
        say(f"Kept {name}, which {who} changed; the new version is next to it: {beside}")


def start_page() -> str:
    """Return the path of the notebook to open first, in a course folder."""
    return f"notebooks/{course().home.file_name}"


def is_clone(folder: Path) -> bool:
    """Return whether a folder is a clone of the project, with the notebooks' sources."""
    return (folder / "pyproject.toml").is_file() and (folder / "notebooks" / "source").is_dir()


def broken_quizzes(bank: QuizBank) -> Iterator[str]:
    """Yield a phrase for each broken quiz, with the location of its first problem."""
    for name, problems in bank.broken.items():
        first = f"{problems[0].file}:{problems[0].line}" if problems else f"{name}.yaml"
        yield f"the quiz {name} is broken (see {first})"


def course_bank(folder: Path | None = None) -> QuizBank:
    """Return the questions in a folder; by default those that the notebooks use.

    Raises
    ------
    CommandError
        If no quiz can be read.
    """
    copied = expected_folder() / "quizzes"
    is_named = os.environ.get(QUIZZES_VARIABLE) or os.environ.get(COURSE_VARIABLE)
    if folder is None and not is_named and copied.is_dir():
        folder = copied
    try:
        return load_bank(folder)
    except QuizBankError as error:
        problems = " ".join(one.message for one in error.problems)
        raise CommandError(f"The questions cannot be read: {problems}") from error
