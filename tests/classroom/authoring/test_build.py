"""Building a notebook: run, cleaned, stored completely or not at all; by function or command."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from lessons_lib.classroom.authoring.__main__ import main
from lessons_lib.classroom.authoring.build import BuildError
from lessons_lib.classroom.server.shipped import RECORD, content_hash, read_record
from tests.classroom.authoring.conftest import SampleCourse

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
    hidden = {
        cell.id: cell.metadata.jupyter
        for cell in built_course.stored().cells
        if "jupyter" in cell.metadata
    }
    assert hidden == {
        "guess-1": {"source_hidden": True},
        "guess-2": {"source_hidden": True},
        "setup-1": {"source_hidden": True},
        "try-it-2": {"outputs_hidden": True},
    }
    assert built_course.cell("try-it-2").outputs


def test_a_built_notebook_holds_numbers_counts_and_outputs_but_no_times(
    built_course: SampleCourse,
) -> None:
    assert "at most 20 tokens" in built_course.cell("prose-1").source
    code = [cell for cell in built_course.stored().cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [*range(1, 9)]
    tokens = {"text/plain": "['i', 'love', 'sunny', 'days']"}
    assert built_course.cell("code-1").outputs[0].data == tokens
    assert built_course.cell("code-2").outputs == []  # what the clock showed


def test_an_expected_error_is_stored_by_name_and_message_without_paths(
    built_course: SampleCourse,
) -> None:
    (error,) = built_course.cell("code-3").outputs
    assert error.traceback == [f"TypeError: {error.evalue}"]


def test_building_again_gives_the_same_bytes_and_no_other_file(course: SampleCourse) -> None:
    before = course.built.read_bytes()
    course.build()
    assert course.built.read_bytes() == before
    assert sorted(os.listdir(course.notebooks)) == ["01_sample.ipynb", "source"]


def test_a_failing_cell_is_named_and_the_notebook_stays_unchanged(course: SampleCourse) -> None:
    before = course.built.read_bytes()
    course.edit_source("import time\n", "raise ZeroDivisionError('by zero')\n")
    with pytest.raises(BuildError, match="ZeroDivisionError"):
        course.build()
    assert course.built.read_bytes() == before


@pytest.fixture(scope="module")
def longer(built_course: SampleCourse, tmp_path_factory: pytest.TempPathFactory) -> SampleCourse:
    """Build the sample with a few more cells."""
    folder = tmp_path_factory.mktemp("longer")
    shutil.copytree(built_course.folder, folder, dirs_exist_ok=True)
    course = SampleCourse(folder)
    course.edit_source('["setup"]', '["setup"] jupyter={"source_hidden": true}')
    with course.source.open("a", encoding="utf-8") as file:
        file.write(MORE_CELLS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONS_DATA_DIR", str(folder / "own"))
        course.build()
    return course


def test_a_widget_is_stored_as_its_repr_alone(longer: SampleCourse) -> None:
    assert list(longer.cell("code-4").outputs[0].data) == ["text/plain"]
    assert "widgets" not in longer.stored().metadata


def test_a_cell_may_be_stored_collapsed(longer: SampleCourse) -> None:
    metadata = {"tags": ["setup"], "jupyter": {"source_hidden": True}}
    assert longer.cell("setup-1").metadata == metadata
    assert "another metadata" not in longer.findings()


def test_lines_printed_to_one_stream_are_stored_as_one_output(longer: SampleCourse) -> None:
    assert [output.text for output in longer.cell("code-5").outputs] == ["1\n2\n"]


def test_a_build_never_touches_the_users_own_data(longer: SampleCourse) -> None:
    assert str(longer.folder) not in longer.cell("code-6").outputs[0].text


@pytest.mark.parametrize(
    ("source", "arguments", "status", "message"),
    [
        (None, ["check"], 2, "A course folder must contain notebooks/source"),
        ("", ["build", "99_other"], 2, "Known: glossary, 00_start_here."),
        ("# ${unknown_number}", ["build"], 1, "00_start_here: not built."),
        ("# There are 3 classes.", ["check"], 1, " findings."),
        ("# There are three classes.", ["build", "source/00_start_here.py"], 0, "start_here.ipynb"),
    ],
)
def test_a_command_reports_what_it_did_or_why_not(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    source: str | None,
    arguments: list[str],
    status: int,
    message: str,
) -> None:
    if source is not None:
        folder = tmp_path / "notebooks" / "source"
        folder.mkdir(parents=True)
        cell = f'# %% [markdown] tags=["prose"]\n{source}\n'
        (folder / "00_start_here.py").write_text(cell, encoding="utf-8")
    assert main(["--folder", str(tmp_path), *arguments]) == status
    assert message in "".join(capsys.readouterr())


def test_the_command_records_what_it_built(tmp_path: Path) -> None:
    cell = '# %% [markdown] tags=["prose"]\n# Text.\n'
    for path, text in (("notebooks/source/00_start_here.py", cell), (RECORD, "{}")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert main(["--folder", str(tmp_path), "build", "00_start_here"]) == 0
    built = (tmp_path / "notebooks" / "00_start_here.ipynb").read_bytes()
    assert read_record(tmp_path / RECORD) == {"00_start_here": content_hash(built)}
