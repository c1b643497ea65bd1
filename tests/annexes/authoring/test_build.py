"""Building a notebook: run, cleaned, stored completely or not at all; by function or command."""

import os
import re
import shutil
from pathlib import Path

import pytest

from lessons_lib.annexes.authoring.__main__ import main
from lessons_lib.annexes.authoring.build import BuildError, build
from lessons_lib.classroom.course import COURSE_FILE, COURSE_VARIABLE
from lessons_lib.classroom.server.extension import RECORD, content_hash, read_record
from lessons_lib.classroom.widgets.explore.guess import RESULT
from tests.annexes.authoring.conftest import ROOT, SampleCourse
from tests.isolation import PICTURE

MORE_CELLS = """
# %% tags=["code"]
from ipywidgets import IntSlider

IntSlider(3)

# %% tags=["code"]
print(1, flush=True)
print(2)

# %% tags=["code"]
import os

print(os.environ["LESSONS_DATA_DIR"])
"""


def test_results_of_guesses_and_dull_code_are_stored_collapsed(built_course: SampleCourse) -> None:
    cells = built_course.stored().cells
    hidden = {cell.id: cell.metadata.jupyter for cell in cells if "jupyter" in cell.metadata}
    assert hidden == {
        "guess-1": {"source_hidden": True},
        "guess-2": {"source_hidden": True},
        "setup-1": {"source_hidden": True},
        "code-2": {"outputs_hidden": True},
        "try-it-2": {"outputs_hidden": True},
    }
    assert built_course.cell("try-it-2").outputs[-1].metadata == {RESULT: 2.0}


def test_a_built_notebook_holds_numbers_counts_and_outputs_but_no_paths(
    built_course: SampleCourse,
) -> None:
    assert "at most 20 tokens" in built_course.cell("prose-1").source
    code = [cell for cell in built_course.stored().cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [*range(1, 9)]
    tokens = {"text/plain": "['i', 'love', 'sunny', 'days']"}
    assert built_course.cell("code-1").outputs[0].data == tokens
    clock, machine, _ = built_course.cell("code-2").outputs
    assert float(clock.text) > 0 and machine.data["text/plain"].startswith("Stored from a run on ")
    (error,) = built_course.cell("code-3").outputs
    assert error.traceback == [f"TypeError: {error.evalue}"]


def test_building_again_gives_the_same_bytes_and_no_other_file(course: SampleCourse) -> None:
    before, files = course.built.read_bytes(), os.listdir(course.notebooks)
    course.build()
    assert course.built.read_bytes() == before
    assert os.listdir(course.notebooks) == files


@pytest.mark.parametrize("command", ["build --measure", "build"])
def test_a_cell_measures_again_on_request_or_with_other_code_above_it(
    course: SampleCourse, command: str
) -> None:
    before = course.cell("code-2").outputs[0].text
    if command == "build":
        course.edit_source("I love sunny days!", "I love windy days!")
    assert main(["--folder", str(course.folder), *command.split()]) == 0
    assert course.cell("code-2").outputs[0].text > before


def test_a_failing_cell_is_named_and_the_notebook_stays_unchanged(course: SampleCourse) -> None:
    before = course.built.read_bytes()
    course.edit_source("import time\n", "raise ZeroDivisionError('by zero')\n")
    with pytest.raises(BuildError, match="ZeroDivisionError"):
        course.build()
    assert course.built.read_bytes() == before


def test_a_build_stores_a_widgets_repr_and_joined_lines_and_touches_no_own_data(
    course: SampleCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with course.source.open("a", encoding="utf-8") as file:
        file.write(MORE_CELLS)
    monkeypatch.setenv("LESSONS_DATA_DIR", str(course.folder / "own"))
    course.build()
    assert list(course.cell("code-4").outputs[0].data) == ["text/plain"]
    assert "widgets" not in course.stored().metadata
    assert [output.text for output in course.cell("code-5").outputs] == ["1\n2\n"]
    assert str(course.folder) not in course.cell("code-6").outputs[0].text


@pytest.mark.parametrize(
    ("source", "arguments", "status", "message"),
    [
        (None, ["check"], 2, "A course folder must contain notebooks/source"),
        ("", ["build", "99_other"], 2, "Known: glossary, 01_sample."),
        ("# ${unknown_number}", ["build", "01_sample"], 1, "01_sample: not built."),
        ("# There are 3 classes.", ["check"], 1, " findings."),
    ],
)
def test_a_command_reports_why_it_failed(
    course: SampleCourse,
    capsys: pytest.CaptureFixture[str],
    source: str | None,
    arguments: list[str],
    status: int,
    message: str,
) -> None:
    if source is None:
        shutil.rmtree(course.source.parent)
    else:
        course.source.write_text(f'# %% [markdown] tags=["prose"]\n{source}\n', encoding="utf-8")
    assert main(["--folder", str(course.folder), *arguments]) == status
    assert message in "".join(capsys.readouterr())


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_broken_plan_is_named_by_its_line(
    course: SampleCourse,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    monkeypatch.delenv(COURSE_VARIABLE)  # the folder's own plan is used
    (course.source.parent / COURSE_FILE).write_text("lessons: soon\n", encoding="utf-8")
    assert main(["--folder", str(course.folder), command]) == 2
    assert capsys.readouterr().err.count("course.yaml:1: lessons must be a list") == 1


def test_the_command_records_what_it_built(
    course: SampleCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(COURSE_VARIABLE)  # the folder's own plan is used
    (course.folder / RECORD).unlink()
    course.edit_source("A list is", "Some list is")
    assert main(["--folder", str(course.folder), "build", "source/01_sample.py"]) == 0
    built = content_hash(Path(course.built).read_bytes())
    assert read_record(course.folder / RECORD) == {"01_sample": built}


@pytest.mark.slow
def test_building_our_notebook_again_changes_nothing_but_pixels(tmp_path: Path) -> None:
    # One lesson is enough: the check compares every cell with its source, and nbval every output.
    name = "08_probabilities_to_labels"
    copy = shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    stored = (copy / f"{name}.ipynb").read_text(encoding="utf-8")
    built = build(copy, name).read_text(encoding="utf-8")
    pixels = PICTURE.replace('"', r"\\\"")
    assert re.sub(pixels, "", built) == re.sub(pixels, "", stored)
