"""Notebooks of the first edition in a learner's home: listed, each with the new one next to it."""

import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import lessons_lib
from lessons_lib.classroom.copy.news import news_of_old_notebooks, old_notebooks, start_notebook
from lessons_lib.classroom.copy.place import start_page
from lessons_lib.classroom.copy.update import needs_missing_modules, shipped_files
from lessons_lib.commands.lab import open_course

START = start_page()
FIRST_EDITION = Path(__file__).parents[2] / "golden" / "notebooks"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course folder with two notebooks of the first edition, each with a note added."""
    shutil.copytree(FIRST_EDITION, tmp_path / "course" / "notebooks")
    for path in (tmp_path / "course" / "notebooks").iterdir():
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(nbformat.v4.new_markdown_cell("a note of mine"))
        nbformat.write(notebook, path)
    return tmp_path / "course"


def test_every_shipped_notebook_runs_in_this_edition() -> None:
    notebooks = {name: one for name, one in shipped_files().items() if name.endswith(".ipynb")}
    for name, content in notebooks.items():  # what an annex lacks is looked at in its own tests
        own = re.sub(rb"from lessons_lib\.annexes[\w.]* import \w+", b"", content)
        assert not needs_missing_modules(own), name


def test_opening_the_course_lists_old_notebooks_and_puts_the_new_ones_next_to_them(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = open_course(course)
    new = old_notebooks(course)["notebooks/12_test.ipynb"]
    assert new.startswith("notebooks/12_test.new-")
    assert (course / new).read_bytes() == shipped_files()["notebooks/12_test.ipynb"]
    line = f"notebooks/12_test.ipynb was made for an earlier edition and no longer runs: open {new}"
    assert line in capsys.readouterr().out
    assert start_notebook(opened) == old_notebooks(course)[START]
    (course / new).unlink()
    open_course(course)  # the old notebook is still there, so its new version comes back
    assert (course / new).exists()


def test_the_latest_of_several_new_notebooks_is_opened(course: Path) -> None:
    for version in ("0.9.0", "0.10.0-2", "0.10.0"):
        (course / "notebooks" / f"12_test.new-{version}.ipynb").touch()
    latest = "notebooks/12_test.new-0.10.0-2.ipynb"
    assert old_notebooks(course)["notebooks/12_test.ipynb"] == latest


def test_the_new_start_page_lists_what_no_longer_runs_and_the_new_ones_run(course: Path) -> None:
    open_course(course)
    start = nbformat.read(course / old_notebooks(course)[START], as_version=4)
    start.cells = [next(cell for cell in start.cells if "tell_news()" in cell.source)]
    printed = _run(start, course)
    assert "notebooks/12_test.ipynb was made for an earlier edition" in printed
    new = nbformat.read(course / old_notebooks(course)["notebooks/12_test.ipynb"], as_version=4)
    _run(new, course)


def test_a_notebook_of_your_own_is_not_to_be_downloaded_but_to_be_changed(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    cell = {"cell_type": "code", "source": "from lessons_lib.plots.class_results import plot_help"}
    for name in ("mine", Path(START).stem):
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(json.dumps({"cells": [cell]}))
    shipped, own = news_of_old_notebooks(tmp_path)
    assert shipped.startswith(START)
    assert "download" in shipped
    assert own.startswith("notebooks/mine.ipynb")
    assert "download" not in own
    assert "change its imports" in own


@pytest.mark.parametrize(
    ("source", "is_missing"),
    [
        ("from lessons_lib import show_quiz, plot_modes", True),
        (
            "import re\nfrom lessons_lib import (\n    show_quiz,\n    show_overload as one,\n)",
            True,
        ),
        ("from lessons_lib import (\n    show,  # a view\n    pipeline as rooms,\n)", False),
        ("from lessons_lib import show_quiz,", False),  # half written
    ],
)
def test_a_notebook_whose_names_are_gone_is_old(source: str, is_missing: bool) -> None:
    cell = {"cell_type": "code", "source": source}
    assert needs_missing_modules(json.dumps({"cells": [cell]}).encode()) == is_missing


def test_a_package_with_only_caches_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "removed" / "__pycache__").mkdir(parents=True)
    monkeypatch.setattr(lessons_lib, "__path__", [*lessons_lib.__path__, str(tmp_path)])
    cell = {"cell_type": "code", "source": "from lessons_lib.removed import show_quiz"}
    assert needs_missing_modules(json.dumps({"cells": [cell]}).encode())


def test_a_file_that_is_not_a_notebook_is_not_old(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "broken.ipynb").write_text("{")
    (tmp_path / "notebooks" / "mine.ipynb").write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": ["import lessons_lib, numpy"]}]})
    )
    assert old_notebooks(tmp_path) == {}


def _run(notebook: nbformat.NotebookNode, course: Path) -> str:
    """Run all cells; return what they print. An error in a cell is raised."""
    resources = {"metadata": {"path": str(course / "notebooks")}}
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources)
    client.execute(env={**os.environ, "LESSONS_DATA_DIR": str(course.parent / "data")})
    outputs = [one for cell in notebook.cells if cell.cell_type == "code" for one in cell.outputs]
    return "".join(one.get("text", "") for one in outputs)
