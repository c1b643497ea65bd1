"""Reading percent scripts and filling their placeholders."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lessons_lib.authoring.source import SourceError, fill, read_source

SCRIPT = """\
# %% [markdown] tags=["prose"]
# First.

# %% tags=["code"]
1 + 1

# %% [markdown] tags=["prose"]
# Second.
"""


def _read(folder: Path, script: str) -> NotebookNode:
    path = folder / "01_sample.py"
    path.write_text(script, encoding="utf-8")
    return read_source(path)


def _filled(markdown: str) -> str:
    notebook = new_notebook(cells=[new_markdown_cell(markdown, id="prose-1")])
    fill(notebook, {"classes": lambda: "3", "broken": lambda: str(1 // 0)}, "sample.py")
    return str(notebook.cells[0].source)


def test_a_cells_id_is_its_tag_and_a_running_number(tmp_path: Path) -> None:
    notebook = _read(tmp_path, SCRIPT)
    assert [cell.id for cell in notebook.cells] == ["prose-1", "code-1", "prose-2"]


def test_a_cell_put_between_leaves_the_ids_of_other_tags_alone(tmp_path: Path) -> None:
    longer = SCRIPT.replace("# %% tags", '# %% [markdown] tags=["prose"]\n# New.\n\n# %% tags')
    assert "code-1" in [cell.id for cell in _read(tmp_path, longer).cells]


def test_reading_twice_gives_the_same_notebook(tmp_path: Path) -> None:
    assert _read(tmp_path, SCRIPT) == _read(tmp_path, SCRIPT)


def test_a_read_notebook_says_nothing_of_the_python_that_read_it(tmp_path: Path) -> None:
    assert "version" not in _read(tmp_path, SCRIPT).metadata.language_info


def test_a_cell_without_a_tag_is_refused_with_its_place_and_first_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"got none on cell 2 \(1 \+ 1\)"):
        _read(tmp_path, SCRIPT.replace(' tags=["code"]', ""))


def test_a_placeholder_is_filled_with_its_figure() -> None:
    assert _filled("There are ${classes} classes.") == "There are 3 classes."


@pytest.mark.parametrize("maths", ["$x$", "$$x$$", r"$\{x\}$", "$ {classes}$", "costs 5 $"])
def test_maths_and_plain_dollars_are_left_alone(maths: str) -> None:
    assert _filled(maths) == maths


def test_an_unknown_placeholder_is_refused_with_file_cell_and_near_names() -> None:
    with pytest.raises(SourceError, match=r"sample.py, cell prose-1: .* Did you mean classes\?"):
        _filled("There are ${clases} classes.")


def test_a_figure_that_fails_is_reported_with_file_cell_and_cause() -> None:
    with pytest.raises(SourceError, match=r"sample.py, cell prose-1: .*\$\{broken\}.*division"):
        _filled("There are ${broken} classes.")


def test_a_figure_that_nobody_names_is_not_computed() -> None:
    assert _filled("No figure here.") == "No figure here."


def test_code_is_never_filled() -> None:
    notebook = new_notebook(cells=[new_code_cell("'${unknown}'", id="code-1")])
    fill(notebook, {}, "sample.py")
    assert notebook.cells[0].source == "'${unknown}'"
