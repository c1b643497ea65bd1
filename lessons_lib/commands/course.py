"""How a course file is known again: by its bytes, and a notebook by what is in its cells."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import lessons_lib
from lessons_lib.commands.console import CommandError, say
from lessons_lib.files import write_whole
from lessons_lib.quiz.bank import QUIZZES_VARIABLE, QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError


@dataclass(frozen=True, slots=True)
class Mark:
    """The sha256 of a file's bytes and, for a notebook, of its cells without what running adds."""

    file: str
    cells: str = ""

    @property
    def essence(self) -> str:
        """What a learner changes: the cells of a notebook, the bytes of any other file."""
        return self.cells or self.file


def mark_of(name: str, content: bytes) -> Mark:
    """Return the mark of a file; a notebook that cannot be read is known by its bytes alone."""
    cells = _cells(content) if name.endswith(".ipynb") else None
    return Mark(_sha256(content), "" if cells is None else _sha256(json.dumps(cells).encode()))


def _cells(content: bytes) -> list[tuple[str, str]] | None:
    """Return type and source of each cell; None if this is no notebook.

    Empty cells at the end do not count: JupyterLab adds one after running the last.
    """
    try:
        notebook = json.loads(content)
        cells = [(str(one["cell_type"]), "".join(one["source"])) for one in notebook["cells"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    while cells and not cells[-1][1].strip():
        cells.pop()
    return cells


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


MANIFEST = ".lessons-course.json"


@dataclass(slots=True)
class CopyReport:
    """What was done with which file; `kept` tells where the new one was laid."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def update_copy(shipped: Mapping[str, bytes], folder: Path, version: str) -> CopyReport:
    """Bring a copy of the course up to date.

    Parameters
    ----------
    shipped : mapping of str to bytes
        Each file's content by its path, with `/` between the parts.
    folder : Path
        Made if it does not exist. A manifest in it remembers what was shipped last.
    version : str
        Part of the name of a new file that is laid beside a changed one.

    Raises
    ------
    CommandError
        If the folder cannot be read or written. What was copied until then stays, and the next
        call goes on from there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = _read_manifest(folder / MANIFEST)
        report = CopyReport()
        for name, content in shipped.items():
            _update(folder, name, content, known.get(name), version, report)
        latest = {name: mark_of(name, content) for name, content in shipped.items()}
        if latest != known:
            _write(folder / MANIFEST, _manifest(latest, version))
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(
            f"The course could not be copied to {folder}: {reason} "
            f"({error.filename or folder}). Name another folder with --folder, or mend this one."
        ) from error
    return report


def _update(
    folder: Path, name: str, content: bytes, known: Mark | None, version: str, report: CopyReport
) -> None:
    path = folder / name
    new = mark_of(name, content)
    if not path.exists():
        _write(path, content)
        report.added.append(name)
        return
    now = mark_of(name, path.read_bytes())
    if now.file == new.file:
        return
    is_new = now.essence == new.essence
    if known and (now.file == known.file or (now.essence == known.essence and not is_new)):
        _write(path, content)
        report.updated.append(name)
    elif not is_new and (known is None or _differ(known, new)):
        report.kept[name] = _lay_beside(folder, name, content, version)


def _differ(known: Mark, new: Mark) -> bool:
    """Say whether what is shipped has changed, its outputs aside."""
    return known.file != new.file and known.essence != new.essence


def _lay_beside(folder: Path, name: str, content: bytes, version: str) -> str:
    """Write a new file beside a changed one, under a name that nothing else has."""
    number = 1
    while True:
        beside = _name_beside(name, version if number == 1 else f"{version}-{number}")
        path = folder / beside
        if not path.exists():
            _write(path, content)
            return beside
        if path.read_bytes() == content:
            return beside
        number += 1


def _name_beside(name: str, version: str) -> str:
    """Keep the ending of a notebook, so that it opens; a second .yaml would be a second quiz."""
    path = PurePosixPath(name)
    if path.suffix == ".ipynb":
        return str(path.with_name(f"{path.stem}.new-{version}{path.suffix}"))
    return f"{name}.new-{version}"


def _read_manifest(path: Path) -> dict[str, Mark]:
    """Return what was shipped last; nothing if that is not known, so that every file is kept."""
    try:
        manifest = json.loads(path.read_bytes())
        cells = manifest.get("cells", {})
        return {
            str(name): Mark(str(sha256), str(cells.get(name, "")))
            for name, sha256 in manifest["files"].items()
        }
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _manifest(files: Mapping[str, Mark], version: str) -> bytes:
    about = "sha256 of each file, and of each notebook's cells, as shipped; tells what you changed"
    content = {
        "about": about,
        "version": version,
        "files": {name: mark.file for name, mark in files.items()},
        "cells": {name: mark.cells for name, mark in files.items() if mark.cells},
    }
    return json.dumps(content, indent=1).encode() + b"\n"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


PACKAGE = Path(lessons_lib.__file__).resolve().parent
COPY_NAME = "lessons-course"
START = "notebooks/00_start_here.ipynb"
COURSE_FILES = ("notebooks/*.ipynb", "notebooks/*.md", "quizzes/*.yaml", "quizzes/*.json")


@dataclass(frozen=True, slots=True)
class CourseFolder:
    """A folder with `notebooks/` and `quizzes/`, and whether it is a copy of ours."""

    path: Path
    is_copy: bool


def clone(package: Path = PACKAGE) -> Path | None:
    """Return the top of the clone that the library runs from, or None if it was installed."""
    top = package.parent
    return top if _is_clone(top) else None


def source_folder(package: Path = PACKAGE) -> Path:
    """Return the folder that course files are copied from."""
    return clone(package) or package / "course_files"


def expected_folder(wanted: Path | None = None, *, package: Path = PACKAGE) -> CourseFolder:
    """Return where the course is, or will be copied to; writes nothing.

    Parameters
    ----------
    wanted : Path, optional
        The folder that the learner names; another clone is used as it is. Without it the clone
        that the library runs from, else this folder or the nearest above it that is a course,
        else `lessons-course` in this folder.

    Raises
    ------
    CommandError
        If there is no such home folder, or if this folder was deleted.
    """
    if wanted is not None:
        path = named_folder(wanted)
        return CourseFolder(path, is_copy=not _is_clone(path))
    if (top := clone(package)) is not None:
        return CourseFolder(top, is_copy=False)
    here = this_folder()
    around = (one for one in (here, *here.parents) if (one / MANIFEST).is_file())
    return CourseFolder(next(around, here / COPY_NAME), is_copy=True)


def this_folder() -> Path:
    """Return the working directory; `CommandError` if it is gone."""
    try:
        return Path.cwd()
    except OSError as error:
        raise CommandError(
            f"The folder you are in cannot be used ({error.strerror}): it may have been deleted. "
            "Go to another one (`cd`) and try again."
        ) from None


def named_folder(named: Path) -> Path:
    """Return a folder that a learner named, from the root on; `~` is their home."""
    try:
        path = named.expanduser()
    except RuntimeError:
        raise CommandError(
            f"{named} starts with a home folder that is not known here: write the folder out."
        ) from None
    return path if path.is_absolute() else this_folder() / path


def open_course(wanted: Path | None = None) -> CourseFolder:
    """Return the course folder, with the course in it; say what was copied.

    Raises
    ------
    CommandError
        If it cannot be written, or if there is no course to copy.
    """
    course = expected_folder(wanted)
    if course.is_copy:
        report = update_copy(shipped_files(), course.path, lessons_lib.__version__)
        _tell(report)
    if not (course.path / START).is_file():
        raise CommandError(
            f"A course folder holds {START}, but {course.path} does not. "
            "Fetch the files of this clone again (`git checkout -- notebooks`)."
        )
    say(f"The course is in {course.path}")
    return course


def shipped_files(source: Path | None = None) -> dict[str, bytes]:
    """Return the notebooks and quizzes as they are shipped, by their path in a course folder.

    Raises
    ------
    CommandError
        If this installation holds none.
    """
    source = source or source_folder()
    paths = sorted(path for pattern in COURSE_FILES for path in source.glob(pattern))
    files = {path.relative_to(source).as_posix(): path.read_bytes() for path in paths}
    if START not in files:
        raise CommandError(
            f"An installation of the lessons holds {START}, but {source} does not. "
            "Install the package again."
        )
    return files


def _tell(report: CopyReport) -> None:
    if report.added:
        say(f"Copied {len(report.added)} files of the course.")
    for name in report.updated:
        say(f"Updated {name}")
    for name, beside in report.kept.items():
        say(f"Kept {name}, which you changed; the new one is beside it: {beside}")


def _is_clone(folder: Path) -> bool:
    """Say whether a folder holds the project itself, with what its notebooks are built from."""
    return (folder / "pyproject.toml").is_file() and (folder / "notebooks" / "source").is_dir()


def broken_in_words(bank: QuizBank) -> Iterator[str]:
    """Yield, for each quiz that cannot be used, where its first problem is."""
    for name, problems in bank.broken.items():
        first = f"{problems[0].file}:{problems[0].line}" if problems else f"{name}.yaml"
        yield f"the quiz {name} is broken (see {first})"


def course_bank() -> QuizBank:
    """Return the questions as the notebooks show them: of the copy, where this folder is in one.

    Raises
    ------
    CommandError
        If there is no quiz to be read.
    """
    quizzes = None
    if not os.environ.get(QUIZZES_VARIABLE):
        course = expected_folder()
        copied = course.path / "quizzes"
        quizzes = copied if course.is_copy and copied.is_dir() else None
    try:
        return load_bank(quizzes)
    except QuizBankError as error:
        advice = f"Mend {QUIZZES_VARIABLE}, or install the lessons again."
        told = " ".join(one.message for one in error.problems)
        raise CommandError(f"The questions cannot be read: {told} {advice}") from error
