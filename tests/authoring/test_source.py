"""What stands in a source: cells, placeholders, the numbers and the frame that fill them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lessons_lib.authoring.frame import frame
from lessons_lib.authoring.numbers import PROSE_NUMBERS, share, with_commas
from lessons_lib.authoring.source import (
    SourceError,
    fill,
    only_shows_a_widget,
    read_source,
)
from lessons_lib.practice.course import Lesson, Objective, course

SCRIPT = """\
# %% [markdown] tags=["prose"]
# First.

# %% tags=["code"]
1 + 1

# %% [markdown] tags=["prose"]
# Second.
"""
PLAN = (
    Lesson("00_start", "Start", 3, "nothing", None),
    Lesson("02_text", "Text", 6, "nothing", "text", (Objective("a", "describe a text"),)),
    Lesson("06_batch", "Batch inference", 8, "02", "batch"),
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


def test_a_cell_inserted_between_leaves_the_ids_of_other_tags_alone(tmp_path: Path) -> None:
    longer = SCRIPT.replace("# %% tags", '# %% [markdown] tags=["prose"]\n# New.\n\n# %% tags')
    assert "code-1" in [cell.id for cell in _read(tmp_path, longer).cells]


def test_reading_twice_gives_the_same_notebook(tmp_path: Path) -> None:
    assert _read(tmp_path, SCRIPT) == _read(tmp_path, SCRIPT)


def test_a_read_notebook_does_not_name_the_python_that_read_it(tmp_path: Path) -> None:
    assert "version" not in _read(tmp_path, SCRIPT).metadata.language_info


def test_a_cell_without_a_tag_is_refused_with_its_place_and_first_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"got none on cell 2 \(1 \+ 1\)"):
        _read(tmp_path, SCRIPT.replace(' tags=["code"]', ""))


def test_a_placeholder_is_filled_with_its_number() -> None:
    assert _filled("There are ${classes} classes.") == "There are 3 classes."


@pytest.mark.parametrize("math", ["$x$", "$$x$$", r"$\{x\}$", "$ {classes}$", "costs 5 $"])
def test_math_and_plain_dollars_are_left_alone(math: str) -> None:
    assert _filled(math) == math


def test_an_unknown_placeholder_is_refused_with_file_cell_and_near_names() -> None:
    with pytest.raises(SourceError, match=r"sample.py, cell prose-1: .* Did you mean classes\?"):
        _filled("There are ${clases} classes.")


def test_a_number_that_fails_is_reported_with_file_cell_and_cause() -> None:
    with pytest.raises(SourceError, match=r"sample.py, cell prose-1: .*\$\{broken\}.*division"):
        _filled("There are ${broken} classes.")


def test_a_number_that_is_not_used_is_not_computed() -> None:
    assert _filled("No number here.") == "No number here."


def test_code_is_never_filled() -> None:
    notebook = new_notebook(cells=[new_code_cell("'${unknown}'", id="code-1")])
    fill(notebook, {}, "sample.py")
    assert notebook.cells[0].source == "'${unknown}'"


@pytest.mark.parametrize("name", PROSE_NUMBERS)
def test_every_number_can_be_computed_and_named_in_prose(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert PROSE_NUMBERS[name]().strip()


def test_the_loss_of_a_guess_among_three_classes_is_the_logarithm_of_three() -> None:
    assert float(PROSE_NUMBERS["ln3"]()) == pytest.approx(math.log(3), abs=1e-4)


def test_thousands_have_commas() -> None:
    assert with_commas(10000) == "10,000"


def test_a_share_has_two_digits_and_no_leading_zero() -> None:
    assert [share(0.6361), share(1.0)] == [".64", "1.00"]


def test_a_header_gives_number_title_minutes_needs_and_objectives() -> None:
    assert frame("02_text", PLAN)["header"]() == (
        "# 2. Text\n\n6 min · needs nothing\n\nBy the end you can:\n\n- describe a text"
    )


def test_the_start_has_no_number() -> None:
    assert frame("00_start", PLAN)["header"]() == "# Start\n\n3 min · needs nothing"


def test_what_a_notebook_needs_is_linked() -> None:
    assert "needs [02](02_text.ipynb)" in frame("06_batch", PLAN)["header"]()


def test_a_footer_links_both_neighbors() -> None:
    assert frame("02_text", PLAN)["next"]() == (
        "← [Start](00_start.ipynb) · [6. Batch inference](06_batch.ipynb) →"
    )


def test_the_first_notebook_has_only_a_link_forward() -> None:
    assert frame("00_start", PLAN)["next"]() == "[2. Text](02_text.ipynb) →"


def test_the_last_notebook_has_only_a_link_back() -> None:
    assert frame("06_batch", PLAN)["next"]() == "← [2. Text](02_text.ipynb)"


def test_a_name_outside_the_plan_is_refused_with_the_names_in_it() -> None:
    with pytest.raises(
        ValueError, match=r"got '03_other'.*known lessons are 00_start, 02_text, 06_batch"
    ):
        frame("03_other", PLAN)


@pytest.mark.parametrize("lesson", course().lessons, ids=lambda lesson: lesson.slug)
def test_every_lesson_of_the_course_is_framed(lesson: Lesson) -> None:
    assert frame(lesson.slug)["header"]().startswith("# ")


@pytest.mark.parametrize(
    ("source", "is_hidden"),
    [
        ('from lessons_lib import show_quiz\n\nshow_quiz("01_concept")', True),
        ("StageMap()", True),
        ("texts = demo_texts()\nshow_explorer()", False),
        ("plot_lengths(lengths)", False),
        ("show_quiz", False),
        ("%%exercise batch-call\nresults = ...", False),
        ("# to do", False),
    ],
)
def test_a_cell_that_only_shows_a_widget_hides_its_input(source: str, is_hidden: bool) -> None:
    assert only_shows_a_widget(source) is is_hidden
