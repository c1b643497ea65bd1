"""The sources of pages, as MyST reads them: stored notebooks, and words that no notebook has."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, TypeAlias

from lessons_lib.classroom.course import course
from lessons_lib.classroom.widgets.static import STATIC_CLASS

StoredCell: TypeAlias = Mapping[str, Any]
PlaceOf: TypeAlias = Callable[[str, StoredCell], str | None]

FRONT, RECORD_PAGE = "index", "record"
_WORDS = Path(__file__).parent / "theme"
_HEADING = re.compile(r"^## .*$", re.MULTILINE)
# What only JupyterLab's reader needs: its buttons, what to do where they do nothing, and whatever a
# source marks with this class.
_ONLY_IN_NOTEBOOKS = re.compile(
    r"\s*(?:<button data-commandlinker-command=[^>]*>.*?</button>"
    r'|<(?P<tag>span|div|details|p) class="?lessons-(?:elsewhere|in-notebook)"?>.*?</(?P=tag)>)',
    re.DOTALL,
)
# After "](" in Markdown, and in an attribute of HTML.
_LINK = re.compile(
    r'(?P<before>\]\(|href=")(?:(?P<slug>\w+)\.ipynb|(?P<page>\w+)\.md)(?:#(?:cell-id=)?(?P<at>[\w-]+))?'
)
# The links to the notebooks before and after: a page has its own.
_WAY = re.compile(r"^(?:← )?\[[^\n]*\)(?: →)?$", re.MULTILINE)
COLORS = re.compile(r"\x1b\[[0-9;]*m")
_FENCE = re.compile(r"`{3,}|~{3,}|:{3,}")
_YOUR_COMPUTER = f'<a href="{FRONT}.html#on-your-computer">on your own computer</a>'
_MEASURED = (
    f'<p class="lessons-elsewhere">The result appears when you run this {_YOUR_COMPUTER}.</p>'
)
NO_PLACE = f'<p class="lessons-elsewhere">This needs Python {_YOUR_COMPUTER}.</p>'


def page_source(slug: str, cells: Sequence[StoredCell], place_of: PlaceOf) -> tuple[str, list[str]]:
    """Return a notebook as Markdown, and for each of its lines the id of the cell it comes from.

    Each cell's id is an anchor. Setup is folded, and so are results that answer a guess.

    Parameters
    ----------
    slug : str
        The notebook's name without its suffix.
    cells : sequence of mapping
        The notebook's cells as stored.
    place_of : callable
        Called with `slug` and a cell with code; returns the HTML that takes the place of the cell's
        stored card, or None for a cell without one.
    """
    text: list[str] = []
    origins: list[str] = []
    for group in _groups(cells):
        lines = "\n\n".join(_group_source(slug, group, place_of)).splitlines()
        text += [*lines, ""]
        origins += [group[0]["id"]] * (len(lines) + 1)
    return "\n".join(text), origins


def own_words(page: str) -> str:
    """Return what a page says that no notebook says, as Markdown."""
    return (_WORDS / f"{page}.md").read_text(encoding="utf-8")


def front_source(slug: str, cells: Sequence[StoredCell], place_of: PlaceOf) -> str:
    """Return the front page: what the first notebook says at its top, and its cards.

    Parameters
    ----------
    slug : str
        The course's first notebook.
    cells : sequence of mapping
        Its cells as stored. Of its prose, only the first two paragraphs and the headings are used,
        since the rest is about JupyterLab.
    place_of : callable
        As for `page_source`.
    """
    blocks = ["---\nhide-toc: true\n---", f"# {course().title}"]
    blocks += _front_parts(slug, cells, place_of)
    return "\n\n".join([*blocks, own_words(FRONT)])


def _front_parts(slug: str, cells: Sequence[StoredCell], place_of: PlaceOf) -> Iterator[str]:
    prose = (cell for cell in cells if "prose" in cell["metadata"].get("tags", ()))
    yield from without_notebook_words("".join(next(prose)["source"])).split("\n\n")[:2]
    for cell in cells:
        yield f'<div id="{cell["id"]}" class="lessons-anchor"></div>'
        if cell["cell_type"] == "markdown":
            yield from _HEADING.findall("".join(cell["source"]))
        else:
            shown, card = outputs_of(slug, cell, place_of)
            yield from [*shown, *card]


def with_page_links(text: str, front: str = "") -> str:
    """Return Markdown or HTML whose links to notebooks and to the glossary lead to pages.

    Parameters
    ----------
    text : str
        Only what follows ``](`` or ``href="`` counts as a link.
    front : str
        The notebook whose page is the front page.
    """

    def to_page(link: re.Match[str]) -> str:
        page = link["slug"] or link["page"]
        at = f"#{link['at']}" if link["at"] else ""
        return f"{link['before']}{FRONT if page == front else page}.html{at}"

    return _LINK.sub(to_page, text)


def without_notebook_words(text: str) -> str:
    """Return Markdown or HTML without buttons and words that are only of use in JupyterLab."""
    return _ONLY_IN_NOTEBOOKS.sub("", text)


def html_of(output: Mapping[str, Any]) -> str:
    """Return the HTML of a cell's output, or an empty text."""
    return "".join(output.get("data", {}).get("text/html", ""))


def is_card(output: Mapping[str, Any]) -> bool:
    """Return whether a cell's output is the stored form of a card."""
    return f'class="{STATIC_CLASS}"' in html_of(output)


def raw(html: str) -> str:
    """Return HTML as a block that no Markdown in it changes."""
    fence = _fence(html)
    return f"{fence}{{raw}} html\n{html}\n{fence}"


def outputs_of(slug: str, cell: StoredCell, place_of: PlaceOf) -> tuple[list[str], list[str]]:
    """Return what a cell shows as Markdown blocks, and apart from it the place of its card."""
    place = place_of(slug, cell)
    shown = []
    for output in cell["outputs"]:
        html = html_of(output)
        if is_card(output):
            shown.append("" if place else raw(NO_PLACE))
        else:
            shown.append(raw(without_notebook_words(html)) if html else _text_block(output))
    return [block for block in shown if block], [] if place is None else [raw(place)]


def _groups(cells: Sequence[StoredCell]) -> Iterator[list[StoredCell]]:
    """Yield each cell alone, but cells of setup that follow each other together."""
    group: list[StoredCell] = []
    for cell in cells:
        if group and not (_is("setup", cell) and _is("setup", group[-1])):
            yield group
            group = []
        group.append(cell)
    if group:
        yield group


def _group_source(slug: str, group: list[StoredCell], place_of: PlaceOf) -> Iterator[str]:
    for cell in group:
        yield f'<div id="{escape(cell["id"])}" class="lessons-anchor"></div>'
    if _is("setup", group[0]):
        code = "\n\n".join(filter(None, map(_setup_code, group)))
        if code:
            yield from _folded("setup", "Setup code", [_code_block(code)])
    for cell in group:
        if cell["cell_type"] == "markdown":
            text = without_notebook_words("".join(cell["source"]))
            yield _WAY.sub("", text) if _is("next", cell) else text
        elif cell["cell_type"] == "code":
            yield from _code_source(slug, cell, place_of)


def _code_source(slug: str, cell: StoredCell, place_of: PlaceOf) -> Iterator[str]:
    is_seen = not _is("setup", cell) and not _is_hidden(cell)
    if is_seen and (code := _code_of(cell)):
        yield _code_block(code)
    shown, card = outputs_of(slug, cell, place_of)
    if is_seen and not cell["outputs"] and _is("nbval-ignore-output", cell):
        shown = [raw(_MEASURED)]
    elif shown and _is("answers-guess", cell):
        shown = list(_folded("result", "Output", shown))
    yield from [*shown, *card]


def _setup_code(cell: StoredCell) -> str:
    """Return the code that a reader needs to run the rest: no cards, no words."""
    if cell["cell_type"] != "code" or (_is_hidden(cell) and cell["outputs"]):
        return ""
    return _code_of(cell)


def _code_of(cell: StoredCell) -> str:
    """Return a cell's code without the lines that only IPython understands."""
    lines = "".join(cell["source"]).splitlines()
    return "\n".join(line for line in lines if not line.startswith("%")).strip("\n")


def _is(tag: str, cell: StoredCell) -> bool:
    return tag in cell["metadata"].get("tags", ())


def _is_hidden(cell: StoredCell) -> bool:
    return bool(cell["metadata"].get("jupyter", {}).get("source_hidden"))


def _folded(kind: str, words: str, blocks: Sequence[str]) -> Iterator[str]:
    yield f'<details class="lessons-{kind}"><summary>{words}</summary>'
    yield from blocks
    yield "</details>"


def _text_block(output: StoredCell) -> str:
    """Return what a cell printed, or its error, as a block; "" if there is nothing to see."""
    shown = output.get("text") or output.get("data", {}).get("text/plain", "")
    if output["output_type"] == "error":
        shown = "\n".join(output["traceback"])
    text = COLORS.sub("", "".join(shown)).strip("\n")
    return _code_block(text, "text", "lessons-output") if text.strip() else ""


def _code_block(code: str, language: str = "python", style: str = "lessons-code") -> str:
    fence = _fence(code)
    return f"{fence}{{code-block}} {language}\n:class: {style}\n\n{code}\n{fence}"


def _fence(text: str) -> str:
    """Return a fence that is longer than any in a text."""
    return "`" * max([3, *(len(found) + 1 for found in _FENCE.findall(text))])
