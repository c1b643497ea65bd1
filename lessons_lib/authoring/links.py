"""The rule that links lead somewhere: to a file that is there, to a heading that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
from nbformat import NotebookNode

from lessons_lib.authoring.finding import Complaint

_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:href|src)\s*=\s*[\"']([^\"']+)[\"']")
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+\s+(.*?)\s*#*\s*$", re.MULTILINE)


def links_resolve(notebook: NotebookNode, folder: Path) -> Iterator[Complaint]:
    """Yield relative links of a notebook in `folder` that lead nowhere; placeholders are filled."""
    own = set(_anchors(notebook))
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for link in _links(cell.source):
            if problem := _problem(link, folder, own):
                yield Complaint(
                    cell.id,
                    "relative links lead to files and headings that exist",
                    f"{link} ({problem})",
                    "Mend the link.",
                )


def _links(markdown: str) -> Iterator[str]:
    for found in _LINK.finditer(_CODE.sub("", markdown)):
        yield found[1] or found[2]


def _problem(link: str, folder: Path, own: set[str]) -> str:
    address = urlsplit(link)
    if address.scheme or address.netloc:
        return ""
    if address.path.startswith("/"):
        return "not relative"
    anchors = own
    if address.path:
        target = folder / unquote(address.path)
        if not target.exists():
            return "no such file"
        if target.suffix != ".ipynb":
            return ""
        anchors = set(_anchors(nbformat.read(target, as_version=4))) if address.fragment else set()
    missing = address.fragment and unquote(address.fragment) not in anchors
    return "no such heading" if missing else ""


def _anchors(notebook: NotebookNode) -> Iterator[str]:
    """Yield the anchors of a notebook's headings: their text, with hyphens for spaces."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for heading in _HEADING.findall(cell.source):
                yield re.sub(r"[`*]", "", heading).replace(" ", "-")
