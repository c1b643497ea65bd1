"""A notebook as the source of a page."""

from collections.abc import Mapping
from typing import Any

import pytest

from lessons_lib.annexes.site.sources import page_source, with_page_links, without_notebook_words
from lessons_lib.classroom.widgets.static import RUN_NOTEBOOK

CARD = '<div class="lessons-static"><p>Guess</p></div>'


def no_place(slug: str, cell: Mapping[str, Any]) -> None:
    return None


def a_place(slug: str, cell: Mapping[str, Any]) -> str:
    return f"<b>{slug} {cell['id']}</b>"


def cell(name: str, source: str, *outputs: object, tags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "id": name,
        "cell_type": "code",
        "source": source.splitlines(keepends=True),
        "metadata": {"tags": [*tags]},
        "outputs": [*outputs],
    }


def prose(name: str, source: str, *tags: str) -> dict[str, Any]:
    return {**cell(name, source, tags=tags), "cell_type": "markdown"}


def html(text: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/html": [text], "text/plain": ["?"]}}


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": [text]}


def hidden(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "metadata": {**one["metadata"], "jupyter": {"source_hidden": True}}}


def test_each_cell_is_an_anchor_and_each_line_knows_its_cell() -> None:
    text, origins = page_source("a", [prose("one", "# A\n\nB"), cell("two", "c = 1")], no_place)
    lines = dict(zip(text.splitlines(), origins, strict=False))
    assert lines["B"] == "one"
    assert lines["c = 1"] == "two"
    assert lines['<div id="two" class="lessons-anchor"></div>'] == "two"
    assert len(origins) >= len(text.splitlines())


def test_a_card_gives_way_to_its_place_and_other_outputs_stay() -> None:
    shown = cell("one", "f()", printed("4 texts"), html(CARD))
    text, _ = page_source("a", [shown], a_place)
    assert "<b>a one</b>" in text
    assert "4 texts" in text
    assert CARD not in text


def test_a_result_that_answers_a_guess_is_folded_but_not_its_card() -> None:
    shown = cell("one", "f()", printed("4 texts"), html(CARD), tags=("answers-guess",))
    text, _ = page_source("a", [shown], a_place)
    folded, after = text.split("<summary>")[1].split("</details>")
    assert "4 texts" in folded
    assert "<b>a one</b>" in after


def test_a_card_without_a_place_says_what_it_needs() -> None:
    text, _ = page_source("a", [cell("one", "%%exercise x\ny = 1", html(CARD))], no_place)
    assert "Python" in text
    assert "y = 1" in text
    assert "%%exercise" not in text
    assert CARD not in text


def test_hidden_code_is_left_out_unless_it_is_setup() -> None:
    setup = hidden(cell("one", "import a", tags=("setup",)))
    more = cell("two", "b = 2", tags=("setup",))
    text, _ = page_source("a", [setup, more, hidden(cell("three", "show_c()"))], no_place)
    folded = text.split("<summary>")[1].split("</details>")[0]
    assert "import a" in folded
    assert "b = 2" in folded
    assert "show_c()" not in text


def test_what_has_no_stored_result_says_where_to_see_it() -> None:
    text, _ = page_source("a", [cell("one", "f()", tags=("nbval-ignore-output",))], no_place)
    assert "f()" in text
    assert "index.html#on-your-computer" in text


def test_an_error_is_shown_without_terminal_colors() -> None:
    error = {"output_type": "error", "traceback": ["\x1b[31mTypeError\x1b[0m: a text"]}
    text, _ = page_source("a", [cell("one", "f()", error)], no_place)
    assert "\nTypeError: a text\n" in text


def test_a_fence_in_an_output_does_not_end_its_block() -> None:
    text, _ = page_source("a", [cell("one", "f()", printed("```\nend"))], no_place)
    assert "````{code-block} text" in text


def test_the_links_to_the_notebooks_beside_it_are_left_to_the_page() -> None:
    links = prose("next", "Why?\n\n← [A](a.ipynb) · [B](b.ipynb) →", "next")
    text, _ = page_source("a", [links], no_place)
    assert "Why?" in text
    assert "ipynb" not in text


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ('the [b](02_b.ipynb#cell-id=try-it-2 "B")', 'the [b](02_b.html#try-it-2 "B")'),
        ('<a href="03_c.ipynb">, [t](glossary.md#t)', '<a href="03_c.html">, [t](glossary.html#t)'),
        ("[Start](00_a.ipynb)", "[Start](index.html)"),
        ("`jupyter lab 02_b.ipynb`", "`jupyter lab 02_b.ipynb`"),
    ],
)
def test_links_to_notebooks_lead_to_pages(text: str, page: str) -> None:
    assert with_page_links(text, "00_a") == page


def test_words_for_jupyterlab_are_left_out() -> None:
    elsewhere = '<span class="lessons-elsewhere"> or press Shift+Enter.</span>'
    assert without_notebook_words(f"A.\n\n{RUN_NOTEBOOK}{elsewhere}") == "A."
    hidden = '<span class="lessons-in-notebook">Run it.</span>'
    assert without_notebook_words(f"A. {hidden} B.") == "A. B."
