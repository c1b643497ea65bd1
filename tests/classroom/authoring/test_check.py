"""The findings of the check: each test breaks one thing in a good notebook."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lessons_lib.classroom.authoring.source_rules import typed_numbers
from lessons_lib.classroom.authoring.stored_rules import kept_out_runs, kept_out_texts, known_runs
from lessons_lib.classroom.practice.exercises import catalog
from lessons_lib.classroom.practice.exercises.catalog import exercise
from lessons_lib.classroom.server.shipped import RECORD, content_hash
from lessons_lib.pipeline.text.corpus import load_corpus
from tests.classroom.authoring.conftest import SampleCourse

CORPUS = ["I have never seen a phone die so fast, honestly."]
END = '# %% [markdown] tags=["key-insight"]'
OWN = ["The phone lasts all day and charges quickly."]


def test_a_good_notebook_has_no_findings(course: SampleCourse) -> None:
    assert course.findings() == ""


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("A list is", "The 7 texts are", "numbers in prose come from code; got 7 typed by hand"),
        ("${max_tokens}", "${max_token}", "Did you mean max_tokens?"),
        ("A list is", "[A list](08_gone.ipynb) is", "08_gone.ipynb (no such file)"),
        ("A list is", "[A list](#gone) is", "#gone (no such heading)"),
        ("A list is", "[A list](/etc/hosts) is", "/etc/hosts (not relative)"),
        ("import time\n", "import time\n" * 9, "a code cell has 1 to 8 lines; got 10"),
        ("import time\n", "def now(): ...\n", "defines no functions and no classes; got def now"),
        ("import time\n", "class Now: ...\n", "defines no functions and no classes; got class Now"),
        ("import time\n", "now = lambda: 1\n", "no classes; got a named lambda in line 1"),
        ("import time\n", "import time time\n", "a code cell is plain Python"),
        ("import time\n", "# %time import time\n", "of magics only `%load_ext lessons_lib` and"),
        ('tags=["story"]', 'tags=["predict"]', "a cell's first tag is its part"),
        ('tags=["story"]', "", "every cell must have a tag naming its part"),
        ('tags=["setup"]', 'tags=["setup", "nbval-skip"]', "further tags say how its output"),
        ('%% tags=["try-it", ', '%% tags=["setup", ', "got setup after try-it"),
        ('["code", "raises', '["try-it", "raises', "has 3 to 7 code cells; got 2"),
        ("# ${next}", "# The end.", "a next cell ends with '${next}'"),
        (', "answers-guess"]', "]", "stored collapsed; got one-by-one. Add the tag answers-guess"),
        ('show_outcome("batch-against-one", 2)', "2", "every guess is compared with a result"),
        ('show_guess("one-by-one")', "1", "a result follows the guess that it answers"),
        (
            "The desk has",
            "The desk has " + "so " * 300,
            "first input comes after at most 250 words",
        ),
        ("# > One", "# One", "a key-insight cell begins with '>'"),
        ("# ${header}", "# Sample", "a header cell begins with '${header}'"),
    ],
)
def test_a_broken_rule_in_a_source_is_found(
    course: SampleCourse, old: str, new: str, rule: str
) -> None:
    course.edit_source(old, new)
    assert rule in course.findings()


def test_cells_of_exercises_may_hold_any_code_and_the_extension_may_be_loaded(
    course: SampleCourse,
) -> None:
    course.edit_source("import time\n", "# %load_ext lessons_lib\nimport time\n")
    code = "x = 1\n" * 9 + "def f(): ..."
    course.edit_source(END, f'# %% tags=["try-it"]\n# %%exercise batch-call\n{code}\n\n{END}')
    course.build()
    assert course.findings() == ""


def test_an_exercise_is_built_from_its_id(course: SampleCourse) -> None:
    course.edit_source("import time\n", "# %load_ext lessons_lib\nimport time\n")
    source = '# %% [markdown] tags=["check"]\n# ${exercise:batch-call}'
    course.edit_source(END, f"{source}\n\n{END}")
    course.build()
    assert course.findings() == ""
    task, start = course.stored().cells[-4:-2]
    assert (task.id, start.source) == ("task-batch-call", exercise("batch-call").cell)
    course.edit_source("exercise:batch-call", "exercise:batch-cal")
    assert "Did you mean 'batch-call'?" in course.findings()


def test_a_broken_file_of_exercises_is_found(
    course: SampleCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.edit_source(END, f'# %% [markdown] tags=["check"]\n# ${{exercise:softmax}}\n\n{END}')
    (tmp_path / "notebooks").mkdir(exist_ok=True)
    (tmp_path / "notebooks" / "exercises.yaml").write_text("exercises:\n  - id: softmax\n")
    monkeypatch.setattr(catalog, "course_folder", lambda: tmp_path)
    findings = course.findings()
    assert "exercises.yaml:2: exercise 1 (softmax): title is missing: add it." in findings
    assert "Fix that file." in findings


def _code(notebook: NotebookNode, index: int) -> Any:
    """Return a code cell: 0 stage map, 1 setup, 2 tokens, 3 clock, 4 error, 5 try it."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell for cell in code if cell.metadata.tags[0] != "guess"][index]


def _add_output(index: int, *arguments: Any, **fields: Any) -> Callable[[NotebookNode], object]:
    return lambda notebook: _code(notebook, index).outputs.append(new_output(*arguments, **fields))


def _show(mimetype: str, content: str) -> Callable[[NotebookNode], object]:
    return _add_output(2, "display_data", data={mimetype: content})


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda n: _code(n, 2).update(execution_count=None), "every code cell was run"),
        (lambda n: _code(n, 2).update(execution_count=7), "got count 7 on code cell 5"),
        (lambda n: n.metadata.update(widgets={"state": {}}), "no widget state is stored"),
        (lambda n: n.metadata.language_info.update(version="3.99"), "got other language_info"),
        (lambda n: n.cells[0].metadata.update(execution={}), "got another metadata: "),
        (_show("application/vnd.jupyter.widget-view+json", "{}"), "no widget view is stored"),
        (_show("image/png", "AAAA"), "a picture has alternative text"),
        (_show("text/html", '<img src="data:image/png;base64,AA">'), "has alternative text"),
        (_show("text/plain", "<Thing at 0x7f00aa00bb00>"), "no memory addresses; got 0x7f00aa"),
        (
            _show("text/plain", "This film was WORSE than its poster"),
            "texts that the lesson keeps out appear only",
        ),
        (_add_output(2, "stream", name="stderr", text="a warning"), "prints nothing to stderr"),
        (_add_output(2, "error", ename="E", evalue=""), "no cell ends in an error"),
        (_add_output(3, "stream", name="stdout", text="1 s"), "no output of a cell tagged nbval-"),
        (lambda n: _code(n, 4).update(outputs=[]), "tagged raises-exception raises one"),
        (lambda n: _code(n, 2).update(source="1 + 1"), "got another source: '1 + 1'"),
        (lambda n: _code(n, 2).metadata.update(tags=["code", "x"]), "got another metadata: "),
        (lambda n: n.cells.pop(), "got 15 cells, but 16 in the source"),
        (lambda n: n.cells[3].update(id="other"), "got another id: 'other'"),
    ],
)
def test_a_broken_rule_in_a_notebook_is_found(
    course: SampleCourse, edit: Callable[[NotebookNode], object], rule: str
) -> None:
    course.edit_stored(edit)
    assert rule in course.findings()


@pytest.mark.parametrize(
    ("file", "text", "rule"),
    [
        ("source", None, "every notebook has a source"),
        ("built", None, "every source is built"),
        ("built", "{", "a notebook can be read"),
    ],
)
def test_a_missing_or_damaged_file_is_the_only_finding(
    course: SampleCourse, file: str, text: str | None, rule: str
) -> None:
    path: Path = getattr(course, file)
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert rule in course.findings()
    assert len(course.findings().splitlines()) == 1


def test_a_notebook_other_than_the_recorded_one_is_found(course: SampleCourse) -> None:
    file = course.folder / RECORD
    file.write_text(json.dumps({"01_sample": content_hash(course.built.read_bytes())}))
    assert course.findings() == ""
    course.built.write_bytes(course.built.read_bytes() + b"\n")
    assert "a notebook is recorded as it was built" in course.findings()


def test_a_source_that_the_course_plan_lacks_is_found(course: SampleCourse) -> None:
    course.source.rename(course.source.with_name("99_other.py"))
    course.built.unlink()
    assert "A notebook must be a lesson in" in course.findings()


def test_a_finding_names_file_cell_and_rule_and_advises_what_to_do(course: SampleCourse) -> None:
    course.edit_source("A list is", "The 7 texts are")
    assert course.findings().splitlines()[0] == (
        "notebooks/source/01_sample.py, cell prose-3: numbers in prose come from code; "
        "got 7 typed by hand. Write ${name} with one of the lesson's numbers, "
        "or a word such as 'three'."
    )


def _typed(markdown: str) -> str:
    notebook = new_notebook(cells=[new_markdown_cell(markdown, metadata={"tags": ["prose"]})])
    return ", ".join(one.got.removesuffix(" typed by hand") for one in typed_numbers(notebook))


@pytest.mark.parametrize(
    ("markdown", "typed"),
    [
        ("There are 3 classes.", "3"),
        ("10,000 texts", "10,000"),
        ("about .64 or 0.64", "64, 0.64"),
        ("a 50-d vector", "50"),
        ("`(10000, 20)`", "10000, 20"),
        (r"$\ln 3 \approx 1.0986$", "3, 1.0986"),
        ("| 7 | 8 |", "7, 8"),
        ("−4 to 4", "4, 4"),
        ("> 12 texts", "12"),
        ("${classes} classes, 20 tokens", "20"),
        ("three classes", ""),
        ("## 2.1 A heading", ""),
        ("[Notebook 06](06_batch_inference.ipynb)", ""),
        ("a `float32` in `int64`, p99, `text1`", ""),
        ("1. first\n2. second", ""),
        ("```python\nx = 17\n```", ""),
        ("${archive_texts} texts", ""),
        (r"$\sum_{i=1}^{n} x_i^2 \ge 0$", ""),
        ("$$\n\\frac{1}{n}\n$$", ""),
        ("&#8594;", ""),
        ('<img width="300">', ""),
    ],
)
def test_a_number_typed_by_hand_is_found_except_in_code_and_names(
    markdown: str, typed: str
) -> None:
    assert _typed(markdown) == typed


@pytest.mark.parametrize(
    ("shown", "is_leak"),
    [
        ("['never', 'seen', 'a', 'phone', 'die', 'so', 'fast']", True),
        ("I have never seen a phone like it", False),
    ],
)
def test_a_text_is_recognized_by_part_of_it_but_not_by_a_few_words(
    shown: str, is_leak: bool
) -> None:
    output = new_output("stream", name="stdout", text=shown)
    notebook = new_notebook(cells=[new_code_cell("show()", id="code-1", outputs=[output])])
    assert any(kept_out_texts(notebook, kept_out_runs(CORPUS, OWN))) is is_leak


def test_our_own_sentences_are_not_a_leak() -> None:
    assert kept_out_runs([*CORPUS, *OWN], OWN) == kept_out_runs(CORPUS)


def test_the_corpus_on_this_machine_is_known() -> None:
    text = max((one.text for one in load_corpus().test), key=len)
    assert kept_out_runs([text]) <= known_runs()
