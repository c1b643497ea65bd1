"""The pages that no notebook has: the front page, and where answers are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lessons_lib.annexes.site.sources import (
    FRONT,
    PlaceOf,
    StoredCell,
    outputs_of,
    without_notebook_words,
)
from lessons_lib.classroom.course import course

RECORD_PAGE = "record"
_WORDS = Path(__file__).parent / "theme"
_HEADING = re.compile(r"^## .*$", re.MULTILINE)


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
        Its cells as stored. Of its prose, only the first paragraph and the headings are used, since
        the rest is about JupyterLab.
    place_of : callable
        As for `page_source`.
    """
    blocks = ["---\nhide-toc: true\n---", f"# {course().title}"]
    blocks += _parts(slug, cells, place_of)
    return "\n\n".join([*blocks, own_words(FRONT)])


def _parts(slug: str, cells: Sequence[StoredCell], place_of: PlaceOf) -> Iterator[str]:
    prose = (cell for cell in cells if "prose" in cell["metadata"].get("tags", ()))
    yield without_notebook_words("".join(next(prose)["source"])).split("\n\n")[0]
    for cell in cells:
        yield f'<div id="{cell["id"]}" class="lessons-anchor"></div>'
        if cell["cell_type"] == "markdown":
            yield from _HEADING.findall("".join(cell["source"]))
        else:
            shown, card = outputs_of(slug, cell, place_of)
            yield from [*shown, *card]
