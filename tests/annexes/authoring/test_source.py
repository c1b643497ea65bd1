"""Sources: cells, placeholders, and the numbers and frames that fill them."""

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lessons_lib.annexes.authoring.frame import LIVES, footer, header
from lessons_lib.annexes.authoring.source import (
    SourceError,
    card_of,
    fill,
    only_shows_a_widget,
    read_source,
)
from lessons_lib.classroom.course import Notebook, Objective

SCRIPT = """\
# %% [markdown] tags=["prose"]
# First.

# %% tags=["code"]
1 + 1

# %% [markdown] tags=["prose"]
# Second.
"""
START = Notebook("00_start", "Start", 3)
TEXT = Notebook("02_text", "Text", 6, "01, 03", "text", (Objective("a", "describe a text"),))


def _read(folder: Path, script: str) -> NotebookNode:
    path = folder / "01_sample.py"
    path.write_text(script, encoding="utf-8")
    return read_source(path)


def _filled(markdown: str) -> str:
    notebook = new_notebook(cells=[new_markdown_cell(markdown, id="prose-1")])
    fill(notebook, {"classes": lambda: "3", "broken": lambda: str(1 // 0)}, "sample.py")
    return str(notebook.cells[0].source)


def test_a_cells_id_is_its_tag_and_a_number_that_cells_of_other_tags_do_not_change(
    tmp_path: Path,
) -> None:
    notebook = _read(tmp_path, SCRIPT)
    assert [cell.id for cell in notebook.cells] == ["prose-1", "code-1", "prose-2"]
    longer = SCRIPT.replace("# %% tags", '# %% [markdown] tags=["prose"]\n# New.\n\n# %% tags')
    assert "code-1" in [cell.id for cell in _read(tmp_path, longer).cells]


def test_a_placeholder_is_filled_and_numbers_that_are_not_used_are_not_computed() -> None:
    assert _filled("There are ${classes} classes.") == "There are 3 classes."


@pytest.mark.parametrize("math", ["$x$", "$$x$$", r"$\{x\}$", "$ {classes}$", "costs 5 $"])
def test_math_and_plain_dollars_are_left_alone(math: str) -> None:
    assert _filled(math) == math


def test_a_number_that_cannot_be_computed_is_reported_with_file_and_cell() -> None:
    with pytest.raises(SourceError, match=r"sample.py, cell prose-1: \$\{broken\}.*division"):
        _filled("There are ${broken} classes.")


def test_code_is_never_filled() -> None:
    notebook = new_notebook(cells=[new_code_cell("'${unknown}'", id="code-1")])
    fill(notebook, {}, "sample.py")
    assert notebook.cells[0].source == "'${unknown}'"


def test_a_header_states_needs_and_objectives_and_a_footer_links_neighbors() -> None:
    assert header(START, "") == f"# Start\n\n{LIVES}"
    needs = "[01](01_concept.ipynb), [03](03_preprocessing.ipynb)"  # of our own course
    title, about, lives, summary, *aims = header(TEXT, "").split("\n\n")
    assert (title, about, lives) == ("# 2. Text", f"6 min · needs {needs}", LIVES)
    assert summary.endswith("By the end you can</summary>")
    assert aims == ["- describe a text", "</details>"]
    assert footer(None, TEXT) == "[2. Text](02_text.ipynb) →"
    assert footer(START, TEXT) == "← [Start](00_start.ipynb) · [2. Text](02_text.ipynb) →"


@pytest.mark.parametrize(
    ("source", "card"),
    [
        ('show_quiz("01", "modes")', {"card": "quiz", "name": "01", "place": "modes"}),
        ('show_quiz( "10_latency" , figures=figures )', {"card": "quiz", "name": "10_latency"}),
        ('%matplotlib inline\nshow_outcome("one", 2)', {"card": "outcome", "name": "one"}),
        ("show_progress()", {"card": "progress"}),
        ('show("stages", here="batch", is_large=True)', {"card": "stages", "here": "batch"}),
        ('show("decisions", tasks)', {"card": "decisions"}),
    ],
)
def test_a_cell_is_stored_with_the_card_that_it_ends_with(
    source: str, card: dict[str, str]
) -> None:
    assert card_of(source) == card


@pytest.mark.parametrize(
    "source", ["plot_lengths(lengths)", "card = show_guess('a')", "show(view)", "%%exercise a"]
)
def test_other_cells_have_no_card(source: str) -> None:
    assert card_of(source) == {}


@pytest.mark.parametrize(
    ("source", "is_hidden"),
    [
        ('from lessons_lib import show_quiz\n\nshow_quiz("01_concept")', True),
        ('from lessons_lib import room_line, show\n\nshow("mode-chooser")', True),
        ('from lessons_lib import show\n\nshow("explorer", pipeline)', False),
        ('texts = demo_texts()\nshow("explorer")', False),
        ("plot_lengths(lengths)", False),
        ("%%exercise batch-call\nresults = ...", False),
        ("# to do", False),
    ],
)
def test_a_cell_that_only_shows_a_widget_hides_its_input(source: str, is_hidden: bool) -> None:
    assert only_shows_a_widget(source) is is_hidden
