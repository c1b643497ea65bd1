"""What counts as a figure typed by hand, and what a reader hears of Markdown."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from lessons_lib.authoring.prose import no_numerals, plain


def _typed(markdown: str) -> str:
    notebook = new_notebook(cells=[new_markdown_cell(markdown, metadata={"tags": ["prose"]})])
    return ", ".join(one.got.removesuffix(" typed by hand") for one in no_numerals(notebook))


@pytest.mark.parametrize(
    "free",
    [
        "three classes",
        "## 2.1 A heading",
        "[Notebook 06](06_batch_inference.ipynb)",
        "a `float32` in `int64`, p99, `text1`",
        "1. first\n2. second",
        "```python\nx = 17\n```",
        "${archive_texts} texts",
        r"$\sum_{i=1}^{n} x_i^2 \ge 0$",
        "$$\n\\frac{1}{n}\n$$",
        "&#8594;",
        '<img width="300">',
    ],
)
def test_no_figure_is_seen_where_none_stands(free: str) -> None:
    assert _typed(free) == ""


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
    ],
)
def test_a_figure_typed_by_hand_is_seen(markdown: str, typed: str) -> None:
    assert _typed(markdown) == typed


def test_a_reader_hears_neither_fences_nor_tables_nor_addresses_nor_signs() -> None:
    markdown = (
        "| a | b |\n## A *title*\n\n> See [the batch](06.ipynb).\n\n```\ncode\n```\n- `predict` it"
    )
    assert plain(markdown).split() == ["A", "title", "See", "the", "batch.", "predict", "it"]
