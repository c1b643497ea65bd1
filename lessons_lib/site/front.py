"""The pages that no notebook has: the front page, and where answers are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lessons_lib.classroom.course import course
from lessons_lib.site.sources import PlaceOf, StoredCell, outputs_of, without_notebook_words

RECORD = "record"
_HEADING = re.compile(r"^## .*$", re.MULTILINE)
_YOUR_COMPUTER = """<div id="on-your-computer" class="lessons-anchor"></div>

## On your own computer

These pages run in your browser. What measures, trains a model, or checks your code needs Python on
your own computer. With Python 3.11 or newer, and at the top of a clone of the lessons:

```{code-block} sh
python3 -m venv .venv && .venv/bin/python -m pip install -e . && .venv/bin/lessons lab
```

## Without a network

```{raw} html
<div class="lessons-offline"></div>
```

Pages that you have opened once can be read again without a network."""
_ANSWERS = f"""Your answers are stored in this browser only. [Your answers]({RECORD}.html) says what
deletes them, and how to keep a copy."""
RECORD_PAGE = """---
hide-toc: true
---
# Your answers

Your answers are stored in this browser, on this device. They aren't sent anywhere, so nobody else
can see them, and another browser or device doesn't have them.

```{raw} html
<div class="lessons-record"></div>
```

## What deletes them

- Clearing the browser's data for this site, or for all sites.
- Closing a private window.
- Safari deletes what a site has stored after you have used Safari on seven days without clicking,
  tapping, or typing anything on this site. An app on your home screen is exempt, but it starts
  without the answers that you gave in Safari: bring a copy in.
- Cards in a page of another site, such as a learning platform, store their answers separately, and
  Safari deletes those when you close it.
- Any browser may delete data when the disk is almost full.

Download a copy from time to time. You can bring it into another browser, or into the notebooks on
your own computer.

## For learning, not for grades

The correct answers are part of this site, and a downloaded copy can be edited. So your answers show
you what you already know, but they prove nothing to anyone else.
"""


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
    return "\n\n".join([*blocks, _ANSWERS, _YOUR_COMPUTER])


def _parts(slug: str, cells: Sequence[StoredCell], place_of: PlaceOf) -> Iterator[str]:
    prose = (cell for cell in cells if "prose" in cell["metadata"].get("tags", ()))
    yield without_notebook_words("".join(next(prose)["source"])).split("\n\n")[0]
    for cell in cells:
        if cell["cell_type"] == "markdown":
            yield from _HEADING.findall("".join(cell["source"]))
        else:
            shown, card = outputs_of(slug, cell, place_of)
            yield f'<div id="{cell["id"]}" class="lessons-anchor"></div>'
            yield from [*shown, *card]
