"""Where the learner's notebooks are: the clone itself, or a copy of what travels in the wheel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import lessons_lib
from lessons_lib.commands.console import say
from lessons_lib.commands.course_copy import MANIFEST, CopyReport, update_copy
from lessons_lib.commands.error import CommandError
from lessons_lib.practice.course import LESSONS

PACKAGE = Path(lessons_lib.__file__).resolve().parent
COPY_NAME = "lessons-course"
START = f"notebooks/{LESSONS[0].file_name}"
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
