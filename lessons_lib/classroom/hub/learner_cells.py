"""The cells of a notebook that belong to the learner: exercises, and calls for help with them.

Edits in these cells do not count as changes of the notebook, so an update can replace the rest.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lessons_lib.classroom.hub.course_news import cells_of

_EXERCISE = re.compile(r"\s*%%exercise[ \t]+([\w-]+)")
_HELP = re.compile(r"""\s*(hint|solution|last_try)\(\s*["'][\w-]*["']\s*\)\s*""")


def exercise_of_cell(source: str) -> str | None:
    """Return the id of the exercise that a code cell is for, or None for any other cell."""
    found = _EXERCISE.match(source)
    return found[1] if found else None


def lesson_cells(content: bytes) -> list[tuple[str, str]] | None:
    """Return the type and source of all other cells; None if the notebook cannot be read."""
    cells = cells_of(content)
    return cells and [one for one in cells if one[0] != "code" or not _is_learners(one[1])]


def _is_learners(source: str) -> bool:
    return exercise_of_cell(source) is not None or _HELP.fullmatch(source) is not None


def starters(content: bytes) -> dict[str, str]:
    """Return a hash of the starter code of each exercise in a notebook, by the exercise's id."""
    cells = _exercise_cells(content) if cells_of(content) else ()
    return {name: _mark(cell) for name, cell in cells}


def keep_exercises(shipped: bytes, here: bytes, known: Mapping[str, str]) -> bytes:
    """Return a shipped notebook whose exercise cells contain the learner's code.

    Parameters
    ----------
    shipped, here : bytes
        The new notebook and the learner's. If either cannot be read, the new one is returned.
    known : mapping of str to str
        The `starters` of the previously shipped notebook; cells that match them are replaced.
    """
    if not (cells_of(shipped) and cells_of(here)):
        return shipped
    own: dict[str | None, list[Any]] = {}
    for name, cell in _exercise_cells(here):
        if known.get(name) != _mark(cell):
            own.setdefault(name, []).append(cell)
    if not own:
        return shipped
    notebook = json.loads(shipped)
    cells: list[Any] = []
    for cell in notebook["cells"]:
        cells += own.pop(_exercise_of(cell), [cell])
    notebook["cells"] = [*cells, *(cell for left in own.values() for cell in left)]
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _exercise_cells(content: bytes) -> Iterator[tuple[str, Any]]:
    for cell in json.loads(content)["cells"]:
        if (name := _exercise_of(cell)) is not None:
            yield name, cell


def _exercise_of(cell: Any) -> str | None:
    return exercise_of_cell("".join(cell["source"])) if cell["cell_type"] == "code" else None


def _mark(cell: Any) -> str:
    return hashlib.sha256("".join(cell["source"]).strip().encode("utf-8", "replace")).hexdigest()
