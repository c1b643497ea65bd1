"""Rules for the prose of a notebook: no figures typed by hand, short cells, easy to read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from lessons_lib.authoring.finding import Complaint
from lessons_lib.authoring.readability import reading_ease
from lessons_lib.authoring.source import PLACEHOLDER

MOST_WORDS = 90
LEAST_READING_EASE = 55
GENERATED = ("header", "next")

_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)|<https?://[^>]*>")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_MATHS = re.compile(r"\$\$(.+?)\$\$|\$(?!\{)([^$\n]+?)\$", re.DOTALL)
_LIST_NUMBER = re.compile(r"^\s*\d+\.(?= )", re.MULTILINE)
_TABLE = re.compile(r"^\s*\|.*$", re.MULTILINE)
_NUMERAL = re.compile(r"(?<![\w&#])\d(?:[\d.,]*\d)?")
_SMALL = ("0", "1", "2")


def no_numerals(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield numerals typed into the prose of a source, where a placeholder or a word belongs.

    Notes
    -----
    Free are headings, links, fenced code, list numbers, names such as `float32` or p99, and 0, 1
    and 2 inside maths, where they are structure and no figures.
    """
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        typed = list(_numerals(cell.source))
        if typed:
            yield Complaint(
                cell.id,
                "figures in prose come from code",
                f"{', '.join(typed)} typed by hand",
                "Write ${name} with a figure of lessons_lib/authoring/figures.py, or a word "
                "such as 'three'.",
            )


def _numerals(markdown: str) -> Iterator[str]:
    text = PLACEHOLDER.sub(" ", markdown)
    for free in (_FENCE, _HEADING, _LINK, _TAG, _LIST_NUMBER):
        text = free.sub(" ", text)
    for formula in _MATHS.finditer(text):
        numbers = re.findall(r"\d(?:[\d.,]*\d)?", formula[0])
        yield from (number for number in numbers if number not in _SMALL)
    yield from _NUMERAL.findall(_MATHS.sub(" ", text))


def short_cells(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield prose cells that are too long; placeholders are filled."""
    for cell in _prose(notebook):
        words = len(plain(cell.source).split())
        if words > MOST_WORDS:
            yield Complaint(
                cell.id,
                f"a prose cell has at most {MOST_WORDS} words",
                str(words),
                "Say less, or part it with a code cell.",
            )


def easy_to_read(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield the notebook if its prose as a whole is hard to read; placeholders are filled."""
    text = "\n\n".join(plain(cell.source) for cell in _prose(notebook))
    if not text.strip():
        return
    ease = reading_ease(text)
    if ease < LEAST_READING_EASE:
        yield Complaint(
            "",
            f"the prose of a notebook has a Flesch reading ease of {LEAST_READING_EASE} or more",
            f"{ease:.0f}",
            "Use shorter sentences and plainer words.",
        )


def plain(markdown: str) -> str:
    """Return the words of Markdown as a reader hears them, without fences, tables and signs."""
    text = _TAG.sub(" ", _TABLE.sub("", _FENCE.sub(" ", markdown)))
    text = _LINK.sub(lambda link: link[1] or " ", text)
    text = _MATHS.sub("x", text)
    text = re.sub(r"`([^`]*)`", lambda code: code[1] if code[1].isalpha() else "code", text)
    lines = (re.sub(r"^\s*(#+|>|[-*]|\d+\.) ", "", line) for line in text.splitlines())
    return re.sub(r"[*_|→←·=+×]", " ", "\n".join(lines))


def _prose(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.metadata.tags[0] not in GENERATED:
            yield cell
