"""Building a lesson on another subject: `tides`, one notebook with its own `Lesson`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from msgspec import structs

from lessons_lib.annexes.authoring.frame import length, lesson_table
from lessons_lib.classroom.copy.update import shipped_files
from lessons_lib.classroom.course import COURSE_VARIABLE, course
from tests.support.shell import ran
from tests.support.tides import NAME, OUR_WORDS, ROOT, SOURCE


def author(folder: Path, task: str) -> subprocess.CompletedProcess[str]:
    """Run the authoring command on a course folder, as an author does at the top of a clone."""
    command = [sys.executable, "-m", "lessons_lib.annexes.authoring", "--folder", folder, task]
    return ran(*command, env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the lesson with its notebook built."""
    folder = tmp_path_factory.mktemp("second") / "tides"
    shutil.copytree(SOURCE, folder)
    done = author(folder, "build")
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture(autouse=True)
def folder(built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the lesson's folder; it is the current course."""
    monkeypatch.setenv(COURSE_VARIABLE, str(built))
    return built


def test_its_notebook_is_built_without_findings(folder: Path) -> None:
    done = author(folder, "check")
    assert (done.returncode, done.stdout) == (0, "All notebooks are in order.\n"), done.stderr


def test_code_that_cannot_be_imported_is_named_without_a_traceback(
    folder: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(folder, tmp_path / "other")
    plan = other / "notebooks" / "source" / "course.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("tides.lesson", "tides.lessen"), encoding="utf-8")
    done = author(other, "check")
    assert done.returncode == 2
    assert done.stderr.startswith("`code` in course.yaml must name a module")
    assert len(done.stderr.splitlines()) == 1


def test_the_notebook_has_the_header_of_its_plan_and_its_own_number(folder: Path) -> None:
    notebook = nbformat.read(folder / "notebooks" / f"{NAME}.ipynb", as_version=4)
    header, *prose = [one.source for one in notebook.cells if one.cell_type == "markdown"]
    plan = course().lessons[0]
    assert header.startswith(f"# 1. {plan.title}\n\n{plan.minutes} min with 5 questions")
    assert all(f"- {one.sentence}" in header for one in plan.objectives)
    assert any("24 hours and 50 minutes" in one for one in prose)


def test_the_files_that_a_lesson_may_omit_are_neither_written_nor_copied(folder: Path) -> None:
    files = {path.name for path in folder.rglob("*") if path.is_file()}
    own = {f"{NAME}.py", f"{NAME}.ipynb", f"{NAME}.yaml"}
    assert files == {"course.yaml", "guesses.yaml", "shipped.json"} | own
    assert set(shipped_files()) == {f"notebooks/{NAME}.ipynb", f"quizzes/{NAME}.yaml"}


def test_no_word_of_our_course_is_in_its_notebook(folder: Path) -> None:
    text = (folder / "notebooks" / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert OUR_WORDS.findall(text) == []


def test_the_table_of_notebooks_may_list_one_without_objectives() -> None:
    plan = course().lessons[0]
    table = lesson_table([plan, structs.replace(plan, objectives=())])
    assert table.endswith("| [1. Tides](01_tides.ipynb) | 10 min with 5 questions |  |")


def test_the_length_of_a_notebook_is_that_of_its_own_course(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lesson, source = course().lessons[0], f'show_quiz("{NAME}")'
    assert length(lesson, source) == "10 min with 2 questions"
    monkeypatch.delenv(COURSE_VARIABLE)
    with pytest.raises(ValueError, match=NAME):
        length(lesson, source)
