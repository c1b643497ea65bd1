"""The scripts and style sheets beside the widgets, read as text."""

from __future__ import annotations

import importlib.resources


def read_static(*names: str) -> str:
    """Return files of the `static` folder, joined: short to read, one module to the browser."""
    folder = importlib.resources.files("lessons_lib.widgets") / "static"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
