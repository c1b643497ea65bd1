"""Where a course is: a clone of the project, or a learner's copy."""

from pathlib import Path

from lessons_lib.classroom.course import course, course_folder

FOLDER_NAME = "lessons-course"  # of a copy or a clone, whatever the repository is called
MANIFEST = ".lessons-course.json"


class CourseFolderError(Exception):
    """A folder that cannot be a course's: the message says what is wrong, and what to do."""


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
        raise CourseFolderError(
            f"{name}: this user has no home folder. Write the full path."
        ) from None
    if folder.is_file():
        raise CourseFolderError(f"{name} is a file. Write the path of a folder.")
    return folder


def is_clone(folder: Path) -> bool:
    """Return whether a folder is a clone of the project, with the notebooks' sources."""
    return (folder / "pyproject.toml").is_file() and (folder / "notebooks" / "source").is_dir()


def start_page() -> str:
    """Return the path of the notebook to open first, in a course folder."""
    return f"notebooks/{course().home.file_name}"


def require_start_page(folder: Path) -> None:
    """Raise a `CourseFolderError` if a course folder lacks the notebook to open first."""
    if not (folder / start_page()).is_file():
        restore = "Restore the files of this clone: git checkout -- notebooks"
        advice = restore if is_clone(folder) else "Install the package again."
        raise CourseFolderError(f"{start_page()} is not in {folder}. {advice}")
