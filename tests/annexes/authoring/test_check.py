"""The findings of the check: each test breaks one thing in a good notebook."""

from collections.abc import Callable
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lessons_lib.annexes.authoring.source_rules import typed_numbers
from lessons_lib.annexes.authoring.stored_rules import kept_out_runs, kept_out_texts, known_runs
from lessons_lib.classroom.practice.exercises.catalog import exercise
from lessons_lib.classroom.server.extension import RECORD
from lessons_lib.pipeline.text.corpus import load_corpus
from tests.annexes.authoring.conftest import SampleCourse

END = '# %% [markdown] tags=["key-insight"]'
ADDED = new_markdown_cell("One more.", metadata={"tags": []})
MODE = """modes:
  - {number: 1, slug: read, title: Read, idea: Read., does: Read., start: Read, counted: rounds,
     lessons: [01_sample], place: code-9}
"""
EXERCISE = f'# %% [markdown] tags=["check"]\n# ${{exercise:batch-call}}\n\n{END}'


def test_a_good_notebook_has_no_findings(course: SampleCourse) -> None:
    assert course.findings() == ""


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("A list is", "The 7 texts are", "01_sample.py, cell prose-3: numbers in prose come from"),
        ("${max_tokens}", "${max_token}", "Did you mean max_tokens?"),
        ("A list is", "[A list](08_gone.ipynb) is", "08_gone.ipynb (no such file)"),
        ("A list is", "[A list](#gone) is", "#gone (no such heading)"),
        ("A list is", "[A list](/etc/hosts) is", "/etc/hosts (not relative)"),
        ("import time\n", "import time\n" * 9, "a code cell has 1 to 8 lines; got 11"),
        ("import time\n", "def now(): ...\n", "defines no functions and no classes; got now"),
        ("import time\n", "# %time import time\n", "of magics only `%load_ext lessons_lib` and"),
        ('tags=["story"]', 'tags=["predict"]', "a cell's first tag is its part"),
        ('tags=["story"]', "", "every cell must have a tag naming its part"),
        ('tags=["setup"]', 'tags=["setup", "nbval-skip"]', "further tags say how its output"),
        ('[markdown] tags=["story"]', 'tags=["story"]', "is a markdown cell; got code"),
        ('%% tags=["try-it", ', '%% tags=["setup", ', "got setup after try-it"),
        ('["code", "raises', '["try-it", "raises', "has 3 to 7 code cells; got 2"),
        ("# ${next}", "# The end.", "a next cell ends with '${next}'"),
        (', "answers-guess"]', "]", "stored collapsed; got one-by-one. Add the tag answers-guess"),
        ('show_outcome("batch-against-one", 2)', "2", "every guess is compared with a result"),
        ('show_guess("one-by-one")', "1", "a result follows the guess that it answers"),
        ("The desk has", "so " * 300, "first input comes after at most 100 words"),
        ("# > One", "# One", "a key-insight cell begins with '>'"),
        (END, EXERCISE.replace("batch-call", "batch-cal"), "Did you mean 'batch-call'?"),
    ],
)
def test_a_broken_rule_in_a_source_is_found(
    course: SampleCourse, old: str, new: str, rule: str
) -> None:
    course.edit_source(old, new)
    assert rule in course.findings()


def test_a_broken_rule_in_a_table_is_found(course: SampleCourse) -> None:
    plan = course.notebooks / "source" / "course.yaml"
    text = plan.read_text(encoding="utf-8").replace("prose-1", "prose-9")
    plan.write_text(text.replace("exam:", f"{MODE}exam:"), encoding="utf-8")
    (course.folder / "quizzes" / "01_sample.yaml").write_text("quiz: 01_sample", encoding="utf-8")
    found = course.findings()
    assert "01_sample.py: an objective names the cell of prose that teaches it; got 'prose" in found
    assert "01_sample.py: a mode begins at a cell; got 'code-9' for read. Change" in found
    assert "every quiz can be read; got 01_sample.yaml:1: questions is missing" in found


def test_the_title_of_a_link_does_not_count_as_read(course: SampleCourse) -> None:
    title = "so " * 300
    course.edit_source("The desk has", f'The [desk](https://example.org "{title}") has')
    assert "first input" not in course.findings()


def test_an_exercise_is_built_from_its_id_and_may_hold_any_code(course: SampleCourse) -> None:
    course.edit_source("import time\n", "# %load_ext lessons_lib\nimport time\n")
    code = "x = 1\n" * 9 + "def f(): ..."
    own = f'# %% tags=["try-it"]\n# %%exercise batch-call\n{code}'
    course.edit_source(END, f"{own}\n\n{EXERCISE}")
    course.build()
    assert course.findings() == ""
    task, start = course.stored().cells[-4:-2]
    assert (task.id, start.source) == ("task-batch-call", exercise("batch-call").cell)


def test_a_broken_file_of_exercises_is_found(course: SampleCourse) -> None:
    course.edit_source(END, EXERCISE)
    (course.notebooks / "source" / "exercises.yaml").write_text("exercises:\n  - id: softmax\n")
    findings = course.findings()
    assert "exercises.yaml:2: exercise 1 (softmax): title is missing: add it." in findings
    assert "Fix that file." in findings


def _cell(notebook: NotebookNode, name: str) -> Any:
    return next(one for one in notebook.cells if one.id == name)


def _shown(*arguments: Any, **fields: Any) -> Callable[[NotebookNode], object]:
    output = new_output(*arguments, **fields)
    return lambda notebook: _cell(notebook, "code-1").outputs.append(output)


def _show(mimetype: str, content: str) -> Callable[[NotebookNode], object]:
    return _shown("display_data", data={mimetype: content})


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (_show("image/png", "AAAA"), "a picture has alternative text"),
        (_show("text/html", '<img src="data:image/png;base64,AA">'), "has alternative text"),
        (_show("text/plain", "<Thing at 0x7f00aa00bb00>"), "no memory addresses; got 0x7f00aa"),
        (_show("text/plain", "This film was WORSE than its poster"), "appear only live"),
        (_shown("stream", name="stderr", text="a warning"), "prints nothing to stderr"),
        (lambda n: _cell(n, "code-3").update(outputs=[]), "tagged raises-exception raises one"),
        (lambda n: _cell(n, "code-1").update(source="1 + 1"), "got another source: '1 + 1'"),
        (lambda n: n.cells[0].metadata.update(tags=["x"]), "got another metadata: "),
        (lambda n: n.cells.pop(), "got 15 cells, but 16 in the source"),
        (lambda n: n.cells.append(ADDED), "got 17 cells, but 16 in the source"),
    ],
)
def test_a_broken_rule_in_a_notebook_is_found(
    course: SampleCourse, edit: Callable[[NotebookNode], object], rule: str
) -> None:
    course.edit_stored(edit)
    assert rule in course.findings()


def _save_elsewhere(course: SampleCourse) -> None:
    course.built.write_bytes(course.built.read_bytes() + b"\n")


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        (lambda course: course.source.unlink(), "every notebook has a source"),
        (lambda course: course.built.unlink(), "every source is built"),
        (_save_elsewhere, "a notebook is recorded as it was built"),
        (lambda course: (course.folder / RECORD).unlink(), "is recorded as it was built"),
    ],
)
def test_a_missing_or_changed_file_is_the_only_finding(
    course: SampleCourse, harm: Callable[[SampleCourse], object], rule: str
) -> None:
    harm(course)
    assert rule in course.findings()
    assert len(course.findings().splitlines()) == 1


def test_a_source_that_the_course_plan_lacks_is_found(course: SampleCourse) -> None:
    course.source.rename(course.source.with_name("99_other.py"))
    course.built.unlink()
    assert "A notebook must be a lesson in" in course.findings()


@pytest.mark.parametrize(
    ("markdown", "typed"),
    [
        ("10,000 texts, about .64 or 0.64", "10,000, 64, 0.64"),
        ("a 50-d vector, −4 to `(10000, 20)`", "50, 4, 10000, 20"),
        (r"$\ln 3 \approx 1.0986$", "3, 1.0986"),
        ("| 7 | 8 |", "7, 8"),
        ("${classes} classes, 20 tokens", "20"),
        ("three classes, ${archive_texts} texts", ""),
        ("## 2.1 A heading", ""),
        ("[Notebook 06](06_batch_inference.ipynb)", ""),
        ("a `float32` in `int64`, p99, `text1`", ""),
        ("1. first\n2. second", ""),
        ("```python\nx = 17\n```", ""),
        (r"$\sum_{i=1}^{n} x_i^2 \ge 0$", ""),
        ('&#8594; <img width="300">', ""),
    ],
)
def test_a_number_typed_by_hand_is_found_except_in_code_and_names(
    markdown: str, typed: str
) -> None:
    notebook = new_notebook(cells=[new_markdown_cell(markdown, metadata={"tags": ["prose"]})])
    found = [one.got.removesuffix(" typed by hand") for one in typed_numbers(notebook)]
    assert ", ".join(found) == typed


def test_a_text_is_recognized_by_part_of_it_but_not_by_a_few_words_or_by_ours() -> None:
    own = "The phone lasts all day and charges quickly."
    runs = kept_out_runs(["I have never seen a phone die so fast, honestly.", own], [own])

    def leaks(shown: str) -> bool:
        output = new_output("stream", name="stdout", text=shown)
        cell = new_code_cell("show()", id="code-1", outputs=[output])
        return any(kept_out_texts(new_notebook(cells=[cell]), runs))

    assert leaks("['never', 'seen', 'a', 'phone', 'die', 'so', 'fast']")
    assert not leaks("I have never seen a phone like it")
    assert not leaks(own)


def test_the_corpus_on_this_machine_is_known() -> None:
    text = max((one.text for one in load_corpus().test), key=len)
    assert kept_out_runs([text]) <= known_runs()
