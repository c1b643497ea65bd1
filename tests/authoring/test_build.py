"""Building a notebook: run, cleaned, stored whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from lessons_lib.authoring.build import BuildError

if TYPE_CHECKING:
    from tests.authoring.conftest import SampleCourse


def _cell(course: SampleCourse, name: str) -> Any:
    return next(cell for cell in course.stored().cells if cell.id == name)


def test_a_built_notebook_holds_what_its_code_gives(course: SampleCourse) -> None:
    assert _cell(course, "code-1").outputs[0].data == {
        "text/plain": "['i', 'love', 'sunny', 'days']"
    }


def test_figures_are_filled_in(course: SampleCourse) -> None:
    assert "at most 20 tokens" in _cell(course, "prose-1").source


def test_code_cells_are_counted_from_one(course: SampleCourse) -> None:
    counts = [cell.execution_count for cell in course.stored().cells if cell.cell_type == "code"]
    assert counts == [1, 2, 3, 4, 5, 6]


def test_what_the_clock_says_is_not_stored(course: SampleCourse) -> None:
    assert _cell(course, "code-2").outputs == []


def test_an_expected_error_is_stored_by_name_and_message_without_paths(
    course: SampleCourse,
) -> None:
    (error,) = _cell(course, "code-3").outputs
    assert error.traceback == [f"TypeError: {error.evalue}"]


def test_building_again_gives_the_same_bytes(course: SampleCourse) -> None:
    before = course.built.read_bytes()
    course.build()
    assert course.built.read_bytes() == before


def test_a_failing_cell_is_named_and_leaves_the_notebook_as_it_was(course: SampleCourse) -> None:
    before = course.built.read_bytes()
    course.edit_source("import time\n", "raise ZeroDivisionError('by zero')\n")
    with pytest.raises(BuildError, match="ZeroDivisionError"):
        course.build()
    assert course.built.read_bytes() == before


def test_a_build_leaves_nothing_behind_but_the_notebook(course: SampleCourse) -> None:
    course.build()
    assert sorted(os.listdir(course.notebooks)) == ["01_sample.ipynb", "source"]


def test_a_widget_is_stored_as_its_repr_alone(course: SampleCourse) -> None:
    course.edit_source("import time\n", "from ipywidgets import IntSlider\n")
    course.edit_source("print(time.time())", "IntSlider(3)")
    course.edit_source(', "nbval-ignore-output"', "")
    course.build()
    assert list(_cell(course, "code-2").outputs[0].data) == ["text/plain"]
    assert "widgets" not in course.stored().metadata


def test_lines_printed_to_one_stream_are_stored_as_one_output(course: SampleCourse) -> None:
    course.edit_source("import time\n", "import sys\n")
    course.edit_source("print(time.time())", "print(1, flush=True)\nsys.stdout.flush()\nprint(2)")
    course.edit_source(', "nbval-ignore-output"', "")
    course.build()
    assert [output.text for output in _cell(course, "code-2").outputs] == ["1\n2\n"]


def test_a_build_stays_out_of_the_runners_own_data(
    course: SampleCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(course.folder / "own"))
    course.edit_source("import time\n", "import os\n")
    course.edit_source("print(time.time())", "print(os.environ['LESSONS_DATA_DIR'])")
    course.edit_source(', "nbval-ignore-output"', "")
    course.build()
    assert str(course.folder) not in _cell(course, "code-2").outputs[0].text
