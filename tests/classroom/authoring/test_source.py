"""Sources: cells, placeholders, and the numbers and frames that fill them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lessons_lib.classroom.authoring.frame import frame
from lessons_lib.classroom.authoring.source import (
    SourceError,
    fill,
    only_shows_a_widget,
    read_source,
)
from lessons_lib.classroom.course import Notebook, Objective, course
from lessons_lib.lesson.numbers import PROSE_NUMBERS, with_commas

SCRIPT = """\
# %% [markdown] tags=["prose"]
# First.

# %% tags=["code"]
1 + 1

# %% [markdown] tags=["prose"]
# Second.
"""
PLAN = (
    Notebook("00_start", "Start", 3),
    Notebook("02_text", "Text", 6, None, "text", (Objective("a", "describe a text"),)),
    Notebook("06_batch", "Batch inference", 8, "02", "batch"),
)


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


def test_an_inserted_cell_does_not_change_the_ids_of_other_tags(tmp_path: Path) -> None:
    longer = SCRIPT.replace("# %% tags", '# %% [markdown] tags=["prose"]\n# New.\n\n# %% tags')
    assert "code-1" in [cell.id for cell in _read(tmp_path, longer).cells]


def test_reading_again_or_with_another_python_gives_the_same_notebook(tmp_path: Path) -> None:
    notebook = _read(tmp_path, SCRIPT)
    assert notebook == _read(tmp_path, SCRIPT)
    assert "version" not in notebook.metadata.language_info


def test_a_cell_without_a_tag_is_reported_with_its_position_and_first_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"got none on cell 2 \(1 \+ 1\)"):
        _read(tmp_path, SCRIPT.replace(' tags=["code"]', ""))


def test_a_placeholder_is_filled_and_numbers_that_are_not_used_are_not_computed() -> None:
    assert _filled("There are ${classes} classes.") == "There are 3 classes."


@pytest.mark.parametrize("math", ["$x$", "$$x$$", r"$\{x\}$", "$ {classes}$", "costs 5 $"])
def test_math_and_plain_dollars_are_left_alone(math: str) -> None:
    assert _filled(math) == math


@pytest.mark.parametrize(
    ("name", "cause"),
    [("clases", r"Did you mean classes\?"), ("broken", r"\$\{broken\}.*division")],
)
def test_an_unknown_or_failing_number_is_reported_with_file_and_cell(name: str, cause: str) -> None:
    with pytest.raises(SourceError, match=rf"sample.py, cell prose-1: .*{cause}"):
        _filled(f"There are ${{{name}}} classes.")


def test_code_is_never_filled() -> None:
    notebook = new_notebook(cells=[new_code_cell("'${unknown}'", id="code-1")])
    fill(notebook, {}, "sample.py")
    assert notebook.cells[0].source == "'${unknown}'"


@pytest.mark.parametrize("name", PROSE_NUMBERS)
def test_every_number_can_be_computed_and_named_in_prose(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert PROSE_NUMBERS[name]().strip()


def test_the_loss_of_a_guess_among_three_classes_is_the_logarithm_of_three() -> None:
    assert float(PROSE_NUMBERS["ln3_short"]()) == pytest.approx(math.log(3), abs=5e-3)


def test_thousands_have_commas() -> None:
    assert with_commas(10000) == "10,000"


@pytest.mark.parametrize(
    ("name", "header", "footer"),
    [
        ("00_start", "# Start\n\n3 min · no prerequisites", "[2. Text](02_text.ipynb) →"),
        (
            "02_text",
            "# 2. Text\n\n6 min · no prerequisites\n\nBy the end you can:\n\n- describe a text",
            "← [Start](00_start.ipynb) · [6. Batch inference](06_batch.ipynb) →",
        ),
        (
            "06_batch",
            "# 6. Batch inference\n\n8 min · needs [02](02_text.ipynb)",
            "← [2. Text](02_text.ipynb)",
        ),
    ],
)
def test_a_header_states_needs_and_objectives_and_a_footer_links_neighbors(
    name: str, header: str, footer: str
) -> None:
    assert frame(name, PLAN)["header"]() == header
    assert frame(name, PLAN)["next"]() == footer


def test_an_unknown_lesson_is_reported_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match=r"got '03_other'.*known lessons are 00_start, 02_text, 06_batch"
    ):
        frame("03_other", PLAN)


@pytest.mark.parametrize("lesson", course().lessons, ids=lambda lesson: lesson.slug)
def test_every_lesson_of_the_course_is_framed(lesson: Notebook) -> None:
    assert frame(lesson.slug)["header"]().startswith("# ")


@pytest.mark.parametrize(
    ("source", "is_hidden"),
    [
        ('from lessons_lib import show_quiz\n\nshow_quiz("01_concept")', True),
        ("from lessons_lib import ModeChooser, room_line\n\nModeChooser()", True),
        ("StageMap()", False),
        ("from lessons_lib import show_explorer\n\nshow_explorer(pipeline)", False),
        ("texts = demo_texts()\nshow_explorer()", False),
        ("plot_lengths(lengths)", False),
        ("show_quiz", False),
        ("%%exercise batch-call\nresults = ...", False),
        ("# to do", False),
    ],
)
def test_a_cell_that_only_shows_a_widget_hides_its_input(source: str, is_hidden: bool) -> None:
    assert only_shows_a_widget(source) is is_hidden
