"""Generate the glossary page, and link the first use of each term in prose to it.

The title of a link is the term's meaning: browsers show it near the pointer, and our JupyterLab
extension also for the keyboard and in larger type.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.glossary import PAGE, Term, glossary

NAME = PAGE.removesuffix(".md")
# Not cells in which a learner guesses or answers, or that are generated for every notebook.
LINKED = ("prose", "stage-map", "setup", "try-it")
LONGEST_TITLE = 200

_INTRODUCTION = """\
# Glossary

The terms used in these lessons. Each notebook links here where a term first appears, and the
[flashcards]({}) help you remember them.

| term | meaning | in code | taught in |
|---|---|---|---|
"""
_PROTECTED = re.compile(
    r"^(?P<fence>```|~~~).*?^(?P=fence)[^\n]*$"
    r"|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|^\#+[ ].*?$"  # headings
    r"|^\|[^\n]*\n\|[-:| ]+$"  # the first row of a table
    r"|!?\[[^\]]*\]\([^)]*\)"
    r"|<[^<>\n]+>"  # tags and bare addresses
    r"|\$\{[a-z0-9_]*\}"
    r"|\$\$.+?\$\$|\$(?!\{)[^$\n]+\$",  # math
    re.MULTILINE | re.DOTALL,
)

_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[`*\\]")
# They could end a title, a link or a table's cell, or begin math, a placeholder or a tag.
_ENTITIES = str.maketrans({one: f"&#{ord(one)};" for one in '&"()[]|$<>'})


def glossary_page() -> str:
    """Return the page: one table in alphabetical order, with an anchor for each term."""
    titles = {one.slug: one.heading for one in course().lessons}
    rows = sorted(glossary(), key=lambda one: one.name.casefold())
    cards = course().mode_counted("cards")
    introduction = _INTRODUCTION.format(cards.link() if cards else "")
    return introduction + "".join(f"{_row(one, titles[one.lesson])}\n" for one in rows)


def write_page(notebooks: Path) -> Path:
    """Write the page into a folder of notebooks and return its path."""
    path = notebooks / PAGE
    path.write_text(glossary_page(), encoding="utf-8", newline="\n")
    return path


@dataclass(frozen=True, slots=True)
class _Use:
    """A use of a term in a cell: `source[start:end]`, including bold markers."""

    term: Term
    cell: int
    start: int
    end: int
    is_bold: bool


def link_terms(notebook: NotebookNode, name: str, terms: Sequence[Term]) -> None:
    """Link one use of each term in a notebook's prose to the glossary, in place.

    Parameters
    ----------
    notebook : NotebookNode
        Its placeholders must still be unfilled, because the text that fills them gets no links.
    name : str
        The notebook's slug.
    terms : sequence of Term
        The course's glossary.

    Notes
    -----
    The use in bold, where a notebook defines a term, is linked, or else the first use. Code,
    headings, math, links and the first row of a table are skipped.
    """
    chosen: dict[str, _Use] = {}
    for use in _uses(notebook, name, terms):
        known = chosen.get(use.term.slug)
        if known is None or (use.is_bold and not known.is_bold):
            chosen[use.term.slug] = use
    for use in sorted(chosen.values(), key=lambda one: -one.start):
        cell = notebook.cells[use.cell]
        phrase = cell.source[use.start : use.end]
        link = f'[{phrase}]({PAGE}#{use.term.slug} "{_title(use.term.meaning)}")'
        cell.source = cell.source[: use.start] + link + cell.source[use.end :]


def _title(meaning: str) -> str:
    """Return a meaning as the title of a link: plain text on one line."""
    plain = textwrap.shorten(_MARKS.sub(r"\1", meaning), LONGEST_TITLE, placeholder=" …")
    return plain.translate(_ENTITIES)


def _row(term: Term, title: str) -> str:
    code = f"`{term.code}`" if term.code else ""
    synonym = f" ({term.synonym})" if term.synonym else ""
    name = f'<a id="{term.slug}"></a>**{term.name}**{synonym}'
    return f"| {name} | {term.meaning} | {code} | [{title}]({term.lesson}.ipynb) |"


def _uses(notebook: NotebookNode, name: str, terms: Sequence[Term]) -> Iterator[_Use]:
    by_form = {form: one for one in terms for form in one.forms(in_bold=True)}
    pattern = _pattern(by_form)
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown" or cell.metadata.tags[0] not in LINKED:
            continue
        source = cell.source
        protected = [found.span() for found in _PROTECTED.finditer(source)]
        for found in pattern.finditer(source):
            start, end = found.span()
            if any(first < end and start < last for first, last in protected):
                continue
            form = re.sub(r"\s", " ", found[0].lower())
            is_bold = source[:start].endswith("**") and source[end:].startswith("**")
            term = by_form[form]
            if form in term.forms(in_bold=is_bold and term.lesson == name):
                width = 2 * is_bold
                yield _Use(term, index, start - width, end + width, is_bold)


def _pattern(by_form: dict[str, Term]) -> re.Pattern[str]:
    """Return a pattern that finds any form, longest first: batch size before batch."""
    longest = sorted(by_form, key=len, reverse=True)
    # A term may continue on the next line of the source.
    forms = "|".join(re.escape(form).replace(r"\ ", "[ \n]") for form in longest)
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])", re.IGNORECASE)
