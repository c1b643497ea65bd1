"""How a course file is known again: by its bytes, and a notebook by what is in its cells."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """The sha256 of a file's bytes and, for a notebook, of its cells without what running adds."""

    file: str
    cells: str = ""

    @property
    def essence(self) -> str:
        """What a learner changes: the cells of a notebook, the bytes of any other file."""
        return self.cells or self.file


def mark_of(name: str, content: bytes) -> Mark:
    """Return the mark of a file; a notebook that cannot be read is known by its bytes alone."""
    cells = _cells(content) if name.endswith(".ipynb") else None
    return Mark(_sha256(content), "" if cells is None else _sha256(json.dumps(cells).encode()))


def _cells(content: bytes) -> list[tuple[str, str]] | None:
    """Return type and source of each cell; None if this is no notebook.

    Empty cells at the end do not count: JupyterLab adds one after running the last.
    """
    try:
        notebook = json.loads(content)
        cells = [(str(one["cell_type"]), "".join(one["source"])) for one in notebook["cells"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    while cells and not cells[-1][1].strip():
        cells.pop()
    return cells


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
