"""Notebooks of an earlier edition that a learner kept: they import modules that are gone."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

_IMPORT = re.compile(r"^\s*(?:from|import) (lessons_lib(?:\.\w+)*)", re.MULTILINE)


def old_notebooks(folder: Path) -> dict[str, str]:
    """Return a course folder's notebooks that no longer run, each with the new one beside it.

    Paths are relative to the folder; where no new one lies beside a notebook, its value is empty.
    """
    found = {}
    for path in sorted(folder.glob("notebooks/*.ipynb")):
        try:
            is_old = ".new-" not in path.name and needs_missing_modules(path.read_bytes())
        except OSError:
            continue
        if is_old:
            beside = sorted(path.parent.glob(f"{path.stem}.new-*.ipynb"))
            name = beside[-1].relative_to(folder).as_posix() if beside else ""
            found[path.relative_to(folder).as_posix()] = name
    return found


def needs_missing_modules(content: bytes) -> bool:
    """Return whether a notebook imports modules that this edition of the library lacks."""
    cells = cells_of(content) or []
    sources = [source for kind, source in cells if kind == "code"]
    return not all(_is_here(name) for source in sources for name in _IMPORT.findall(source))


def cells_of(content: bytes) -> list[tuple[str, str]] | None:
    """Return type and source of each cell of a notebook; None if it cannot be read.

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


def _is_here(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # a package above it is gone
        return False
