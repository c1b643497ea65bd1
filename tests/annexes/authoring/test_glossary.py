"""The glossary page, and the links to it in prose."""

import html
import re

import nbformat
import pytest
from nbformat import NotebookNode

from lessons_lib.annexes.authoring.__main__ import main
from lessons_lib.annexes.authoring.glossary import link_terms
from lessons_lib.classroom.practice.glossary import PAGE, Term
from tests.annexes.authoring.conftest import SampleCourse

TERMS = (
    Term("batch size", "How many.", "06_batch"),
    Term("batch", "Many.", "06_batch"),
    Term("token", "A piece.", "03_words"),
    Term("probability", "A share.", "08_output"),
    Term("pass", "A run.", "06_batch", also=("forward pass",), recognized="in bold"),
)


def titled(*prose: str, tag: str, name: str, terms: tuple[Term, ...]) -> list[str]:
    """Return the cells of a notebook after linking."""
    cells = [nbformat.v4.new_markdown_cell(one, metadata={"tags": [tag]}) for one in prose]
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    link_terms(notebook, name, terms)
    return [cell.source for cell in notebook.cells]


def linked(*prose: str, tag: str = "prose", name: str = "06_batch") -> list[str]:
    """Return the cells of a notebook after linking, without the titles of the links."""
    cells = titled(*prose, tag=tag, name=name, terms=TERMS)
    return [re.sub(r' "[^"]*"\)', ")", cell) for cell in cells]


@pytest.mark.parametrize(
    ("meaning", "title"),
    [
        ("It isn't long.", "It isn't long."),
        ("Some `code` in **bold**, see [here](03_words.ipynb).", "Some code in bold, see here."),
        ('A "part" (<b>) | $x$ & ${y}.', 'A "part" (<b>) | $x$ & ${y}.'),
        ("Long " * 60, "Long " * 39 + "…"),
    ],
    ids=["plain", "Markdown", "special", "long"],
)
def test_the_title_of_a_link_is_the_meaning_in_plain_text(meaning: str, title: str) -> None:
    term = Term("token", meaning, "03_words")
    (cell,) = titled("| A token |", tag="prose", name="06_batch", terms=(term,))
    found = re.fullmatch(r'\| A \[token\]\(glossary\.md#token "([^"()|$<>]+)"\) \|', cell)
    assert found and html.unescape(found[1]) == title


@pytest.mark.parametrize(
    "expected",
    [
        ["A [token](glossary.md#token). A token.", "A token."],
        ["A token.", "Pieces are [**tokens**](glossary.md#token)."],
        ["The [batch size](glossary.md#batch-size) of a [batch](glossary.md#batch)."],
        ["`token` is a [token](glossary.md#token)."],
        ["| word | n |\n|---|---|\n| [token](glossary.md#token) | 1 |"],
        ["See [Tokens](glossary.md#token) here."],
        ["See [probabilities](glossary.md#probability) here."],
        ["See [batch\nsizes](glossary.md#batch-size) here."],
    ],
    ids=["first", "bold", "longest", "after-code", "table", "capital", "plural", "line-end"],
)
def test_a_term_is_linked_at_its_first_use_or_definition(expected: list[str]) -> None:
    prose = [re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", one) for one in expected]
    assert linked(*prose) == expected


@pytest.mark.parametrize(
    "markdown",
    [
        "We tokenise in a micro-batch and batch-wise a subtoken of batch_x.",
        "Call `token` now.",
        "Call ``a ` token`` now.",
        "```python\ntoken = 1\n```",
        "# A token",
        "| token | n |\n|---|---|\n| a | b |",
        "See [the token](03_words.ipynb).",
        "![a token](token.png)",
        "<span title='token'></span>",
        "$token^2$ and $$batch$$",
        "As ${token} says.",
    ],
)
def test_parts_of_words_code_headings_tables_links_and_math_are_left_alone(markdown: str) -> None:
    assert linked(markdown) == [markdown]


@pytest.mark.parametrize("tag", ["header", "story", "check", "key-insight", "next"])
def test_questions_and_frames_are_left_alone(tag: str) -> None:
    assert linked("A token.", tag=tag) == ["A token."]


def test_a_common_word_is_linked_in_bold_where_it_is_taught_or_by_another_form() -> None:
    assert linked("We pass it. One **pass**.") == ["We pass it. One [**pass**](glossary.md#pass)."]
    assert linked("One **pass**.", name="03_words") == ["One **pass**."]
    assert linked("A forward pass.", name="03_words") == ["A [forward pass](glossary.md#pass)."]


def test_a_course_with_the_page_is_built_with_links_and_one_without_is_not(
    course: SampleCourse,
) -> None:
    assert PAGE not in course.cell("prose-1").source
    assert main(["--folder", str(course.folder), "build", "glossary"]) == 0
    course.build()
    assert f'20 [tokens]({PAGE}#token "' in course.cell("prose-1").source
    assert course.findings() == ""
    (course.notebooks / PAGE).write_text("# Glossary\n", encoding="utf-8")
    assert course.findings().startswith("notebooks/glossary.md: the glossary matches")
