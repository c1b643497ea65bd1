"""What the check refuses: each test spoils one thing in a sound notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

if TYPE_CHECKING:
    from tests.authoring.conftest import SampleCourse


def test_a_sound_notebook_has_no_findings(course: SampleCourse) -> None:
    assert course.check() == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("A list is", "The 7 texts are", "figures in prose come from code; got 7 typed by hand"),
        ("${max_tokens}", "20", "figures in prose come from code; got 20 typed by hand"),
        ("$x_1 > 0$", "$x_1 > 0.5$", "figures in prose come from code; got 0.5 typed by hand"),
        ("${max_tokens}", "${max_token}", "Did you mean max_tokens?"),
        ("A list is", "[A list](08_gone.ipynb) is", "08_gone.ipynb (no such file)"),
        ("A list is", "[A list](#gone) is", "#gone (no such heading)"),
        ("A list is", "[A list](/etc/hosts) is", "/etc/hosts (not relative)"),
        ("A list is", "A list " * 50 + "is", "a prose cell has at most 90 words"),
        ("import time\n", "import time\n" * 9, "a code cell has 1 to 8 lines; got 10"),
        ("import time\n", "def now(): ...\n", "defines no functions and no classes; got def now"),
        ("import time\n", "class Now: ...\n", "defines no functions and no classes; got class Now"),
        ("import time\n", "now = lambda: 1\n", "no classes; got a named lambda in line 1"),
        ("import time\n", "import time time\n", "a code cell is plain Python"),
        ('tags=["predict"]', 'tags=["guess"]', "a cell's first tag is its part"),
        ('tags=["predict"]', "", "every cell has a tag that names its part"),
        ('tags=["setup"]', 'tags=["setup", "nbval-skip"]', "further tags are for nbval"),
        ('%% tags=["try-it"]', '%% tags=["setup"]', "got setup after try-it"),
        ('["code", "raises', '["try-it", "raises', "has 3 to 6 code cells; got 2"),
        ("how many tokens come out?", "it is so.", "a predict cell asks one question"),
        ("# > One", "# One", "a key-insight cell begins with '>'"),
        ("# ${header}", "# Sample", "a header cell begins with '${header}'"),
    ],
)
def test_a_spoilt_source_is_found(course: SampleCourse, old: str, new: str, rule: str) -> None:
    course.edit_source(old, new)
    assert rule in "\n".join(map(str, course.check()))


def test_prose_that_is_hard_to_read_is_found(course: SampleCourse) -> None:
    course.edit_source(
        "A list is", "Considerable terminological heterogeneity notwithstanding " * 9
    )
    assert "a Flesch reading ease of 55 or more" in "\n".join(map(str, course.check()))


def _code(notebook: NotebookNode, place: int) -> Any:
    """Return a code cell: 0 stage map, 1 setup, 2 tokens, 3 clock, 4 error, 5 try it."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"][place]


def _add_output(place: int, *arguments: Any, **fields: Any) -> Callable[[NotebookNode], object]:
    return lambda notebook: _code(notebook, place).outputs.append(new_output(*arguments, **fields))


def _show(mimetype: str, content: str) -> Callable[[NotebookNode], object]:
    return _add_output(2, "display_data", data={mimetype: content})


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda n: _code(n, 2).update(execution_count=None), "every code cell was run"),
        (lambda n: _code(n, 2).update(execution_count=7), "got count 7 on code cell 3"),
        (lambda n: n.metadata.update(widgets={"state": {}}), "no widget state is stored"),
        (lambda n: n.metadata.language_info.update(version="3.99"), "got other language_info"),
        (lambda n: n.cells[0].metadata.update(execution={}), "no timings; got metadata.execution"),
        (_show("application/vnd.jupyter.widget-view+json", "{}"), "no widget view is stored"),
        (_show("image/png", "AAAA"), "a picture has alternative text"),
        (_show("text/html", '<img src="data:image/png;base64,AA">'), "has alternative text"),
        (_show("text/plain", "<Thing at 0x7f00aa00bb00>"), "no address in memory; got 0x7f00aa"),
        (_show("text/plain", "This film was WORSE than its poster"), "of the corpus appear only"),
        (_add_output(2, "stream", name="stderr", text="a warning"), "prints nothing to stderr"),
        (_add_output(2, "error", ename="E", evalue=""), "no cell ends in an error"),
        (_add_output(3, "stream", name="stdout", text="1 s"), "no output of a cell tagged nbval-"),
        (lambda n: _code(n, 4).update(outputs=[]), "tagged raises-exception raises one"),
        (lambda n: _code(n, 2).update(source="1 + 1"), "got another source: '1 + 1'"),
        (lambda n: _code(n, 2).metadata.update(tags=["code", "x"]), "got tags ['code', 'x']"),
        (lambda n: n.cells.pop(), "got 13 cells for 14 in the source"),
        (lambda n: n.cells[3].update(id="other"), "got another id: 'other'"),
    ],
)
def test_a_spoilt_notebook_is_found(
    course: SampleCourse, edit: Callable[[NotebookNode], object], rule: str
) -> None:
    course.edit_stored(edit)
    assert rule in "\n".join(map(str, course.check()))


def test_a_notebook_without_a_source_is_found(course: SampleCourse) -> None:
    course.source.unlink()
    assert [finding.rule for finding in course.check()] == ["every notebook has a source"]


def test_a_source_that_was_never_built_is_found(course: SampleCourse) -> None:
    course.built.unlink()
    assert [finding.rule for finding in course.check()] == ["every source is built"]


def test_a_damaged_notebook_is_found(course: SampleCourse) -> None:
    course.built.write_text("{", encoding="utf-8")
    assert [finding.rule for finding in course.check()] == ["a notebook can be read"]


def test_a_source_that_the_course_plan_does_not_know_is_found(course: SampleCourse) -> None:
    course.source.rename(course.source.with_name("99_other.py"))
    course.built.unlink()
    assert "A notebook is a lesson of" in str(course.check()[0])


def test_a_finding_says_the_file_the_cell_the_rule_what_came_and_what_to_do(
    course: SampleCourse,
) -> None:
    course.edit_source("A list is", "The 7 texts are")
    assert str(course.check()[0]) == (
        "notebooks/source/01_sample.py, cell prose-3: figures in prose come from code; "
        "got 7 typed by hand. Write ${name} with a figure of lessons_lib/authoring/figures.py, "
        "or a word such as 'three'."
    )
