"""Links from prose to the glossary: each term once, and nowhere that a link would do harm."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode

from lessons_lib.authoring.glossary_links import link_terms
from lessons_lib.practice.glossary import Term

TERMS = (
    Term("batch size", "How many.", "06_batch"),
    Term("batch", "Many.", "06_batch"),
    Term("token", "A piece.", "03_words"),
    Term("probability", "A share.", "08_output"),
    Term("pass", "A run.", "06_batch", also=("forward pass",), recognized="in bold"),
)


def linked(*prose: str, tag: str = "prose", name: str = "06_batch") -> list[str]:
    """Return the cells of a notebook after linking."""
    cells = [nbformat.v4.new_markdown_cell(one, metadata={"tags": [tag]}) for one in prose]
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    link_terms(notebook, name, TERMS)
    return [cell.source for cell in notebook.cells]


def test_the_first_use_is_linked_and_no_other() -> None:
    assert linked("A token. A token.", "A token.") == [
        "A [token](glossary.md#token). A token.",
        "A token.",
    ]


def test_a_definition_in_bold_is_linked_in_place_of_an_earlier_use() -> None:
    assert linked("A token.", "Pieces are **tokens**.") == [
        "A token.",
        "Pieces are [**tokens**](glossary.md#token).",
    ]


@pytest.mark.parametrize(
    ("said", "slug"),
    [("Tokens", "token"), ("probabilities", "probability"), ("batch\nsizes", "batch-size")],
)
def test_plurals_capitals_and_line_ends_are_tolerated(said: str, slug: str) -> None:
    assert linked(f"See {said} here.") == [f"See [{said}](glossary.md#{slug}) here."]


def test_the_longest_term_wins() -> None:
    assert linked("The batch size of a batch.") == [
        "The [batch size](glossary.md#batch-size) of a [batch](glossary.md#batch)."
    ]


@pytest.mark.parametrize("said", ["tokenise", "micro-batch", "batch-wise", "subtoken", "batch_x"])
def test_a_part_of_a_word_is_no_use(said: str) -> None:
    assert linked(f"We {said}.") == [f"We {said}."]


@pytest.mark.parametrize(
    "markdown",
    [
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
def test_code_headings_tables_links_and_maths_are_left_alone(markdown: str) -> None:
    assert linked(markdown) == [markdown]


def test_prose_after_code_is_linked() -> None:
    assert linked("`token` is a token.") == ["`token` is a [token](glossary.md#token)."]


def test_the_body_of_a_table_is_linked() -> None:
    table = "| word | n |\n|---|---|\n| token | 1 |"
    assert linked(table)[0].endswith("| [token](glossary.md#token) | 1 |")


@pytest.mark.parametrize("tag", ["header", "predict", "check", "key-insight", "next"])
def test_questions_and_frames_are_left_alone(tag: str) -> None:
    assert linked("A token.", tag=tag) == ["A token."]


def test_a_common_word_is_linked_in_bold_where_it_is_taught_or_by_another_form() -> None:
    assert linked("We pass it. One **pass**.") == ["We pass it. One [**pass**](glossary.md#pass)."]
    assert linked("One **pass**.", name="03_words") == ["One **pass**."]
    assert linked("A forward pass.", name="03_words") == ["A [forward pass](glossary.md#pass)."]


def test_linking_twice_changes_nothing() -> None:
    once = linked("A **token** of a batch.", "The batch size.")
    assert linked(*once) == once
