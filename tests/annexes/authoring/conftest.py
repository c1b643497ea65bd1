"""A course of one small notebook, built once and copied for every test that changes it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from lessons_lib.annexes.authoring.build import build
from lessons_lib.annexes.authoring.check import check
from lessons_lib.classroom.course import COURSE_VARIABLE
from lessons_lib.classroom.server.extension import record

ROOT = Path(__file__).parents[3]
SAMPLE = Path(__file__).with_name("sample")


class SampleCourse:
    """A course folder with one notebook, 01_sample, to build, change and check."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notebooks = folder / "notebooks"
        self.source = self.notebooks / "source" / "01_sample.py"
        self.built = self.notebooks / "01_sample.ipynb"

    def build(self) -> None:
        build(self.notebooks, "01_sample")
        record(self.folder, ["01_sample"])

    def findings(self) -> str:
        return "\n".join(map(str, check(self.folder)))

    def stored(self) -> NotebookNode:
        notebook: NotebookNode = nbformat.read(self.built, as_version=4)
        return notebook

    def cell(self, name: str) -> NotebookNode:
        (cell,) = (one for one in self.stored().cells if one.id == name)
        return NotebookNode(cell)

    def edit_source(self, old: str, new: str) -> None:
        text = self.source.read_text(encoding="utf-8")
        assert old in text
        self.source.write_text(text.replace(old, new, 1), encoding="utf-8")

    def edit_stored(self, edit: Callable[[NotebookNode], object]) -> None:
        """Change the stored notebook as if it had been built like that."""
        notebook = self.stored()
        edit(notebook)
        self.built.write_text(nbformat.writes(notebook), encoding="utf-8")
        record(self.folder, ["01_sample"])


@pytest.fixture(scope="session")
def built_course(tmp_path_factory: pytest.TempPathFactory) -> SampleCourse:
    """Build the sample once; not to be changed."""
    course = SampleCourse(tmp_path_factory.mktemp("course"))
    for name in ("notebooks", "quizzes"):
        shutil.copytree(SAMPLE / name, course.folder / name)
    for name in ("guesses.yaml", "exercises.yaml"):
        shutil.copy(ROOT / "notebooks" / "source" / name, course.notebooks / "source")
    shutil.copy(SAMPLE / "source.txt", course.source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(COURSE_VARIABLE, str(course.folder))
        patch.setenv("PYTHONPATH", str(ROOT))  # for sample/lesson.py
        course.build()
    return course


@pytest.fixture
def course(
    built_course: SampleCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> SampleCourse:
    """Return a copy of the built sample, to be changed; it is the current course."""
    shutil.copytree(built_course.folder, tmp_path / "course")
    monkeypatch.setenv(COURSE_VARIABLE, str(tmp_path / "course"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return SampleCourse(tmp_path / "course")
