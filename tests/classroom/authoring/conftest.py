"""A course of one small notebook, built once and copied for every test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from lessons_lib.classroom.authoring.build import build
from lessons_lib.classroom.authoring.check import check
from lessons_lib.classroom.course import Notebook, Objective

ROOT = Path(__file__).parents[3]
NUMBERS = {"max_tokens": lambda: "20"}
OBJECTIVES = (Objective("count-tokens", "count the tokens of a text"),)
LESSONS = (Notebook("01_sample", "Sample", 3, objectives=OBJECTIVES),)
# The runs of words by which a corpus might be recognized.
RUNS = frozenset({("this", "film", "was", "worse", "than", "its", "poster")})


class SampleCourse:
    """A course folder with one notebook, 01_sample, to build, change and check."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notebooks = folder / "notebooks"
        self.source = self.notebooks / "source" / "01_sample.py"
        self.built = self.notebooks / "01_sample.ipynb"

    def build(self) -> Path:
        return build(self.notebooks, "01_sample", NUMBERS, LESSONS)

    def findings(self) -> str:
        return "\n".join(map(str, check(self.folder, NUMBERS, LESSONS, RUNS)))

    def stored(self) -> NotebookNode:
        notebook: NotebookNode = nbformat.read(self.built, as_version=4)
        return notebook

    def cell(self, name: str) -> NotebookNode:
        (cell,) = (one for one in self.stored().cells if one.id == name)
        return NotebookNode(cell)

    def edit_source(self, old: str, new: str) -> None:
        text = self.source.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"The sample has no {old!r}.")
        self.source.write_text(text.replace(old, new, 1), encoding="utf-8")

    def edit_stored(self, edit: Callable[[NotebookNode], object]) -> None:
        notebook = self.stored()
        edit(notebook)
        self.built.write_text(nbformat.writes(notebook), encoding="utf-8")


@pytest.fixture(scope="session")
def built_course(tmp_path_factory: pytest.TempPathFactory) -> SampleCourse:
    """Build the sample once; not to be changed."""
    course = SampleCourse(tmp_path_factory.mktemp("course"))
    course.source.parent.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("sample_source.txt"), course.source)
    course.build()
    return course


@pytest.fixture
def course(built_course: SampleCourse, tmp_path: Path) -> SampleCourse:
    """Return a copy of the built sample, to be changed."""
    shutil.copytree(built_course.folder, tmp_path / "course")
    return SampleCourse(tmp_path / "course")
