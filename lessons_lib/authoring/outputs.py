"""Rules for what a built notebook stores: every cell was run, and nothing differs by machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode

from lessons_lib.authoring.finding import Complaint
from lessons_lib.authoring.machine_traces import machine_traces
from lessons_lib.authoring.source import METADATA
from lessons_lib.authoring.stored import IGNORE_OUTPUT, RAISES, WIDGET_VIEW

REBUILD = "Build the notebook again."
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*("[^"]*\w[^"]*"|'[^']*\w[^']*')""", re.IGNORECASE)


def every_cell_was_run(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield code cells that were not run, or not one after the other from the first on.

    Notes
    -----
    nbval passes over a cell without an execution count, so that a cleared one would test nothing.
    """
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    for place, cell in enumerate(cells, 1):
        if cell.execution_count is None:
            yield Complaint(cell.id, "every code cell was run", "no execution count", REBUILD)
        elif cell.execution_count != place:
            got = f"count {cell.execution_count} on code cell {place}"
            yield Complaint(cell.id, "cells were run in order from a fresh kernel", got, REBUILD)


def no_leftovers(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield metadata that a build does not write: widget state, timings, versions, other tools'."""
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield Complaint("", "a notebook is valid nbformat", str(error).splitlines()[0], REBUILD)
    if "widgets" in notebook.metadata:
        yield Complaint("", "no widget state is stored", "metadata.widgets", REBUILD)
    others = {key: value for key, value in notebook.metadata.items() if key != "widgets"}
    if others != METADATA:
        differing = sorted(
            key for key in others.keys() | METADATA.keys() if others.get(key) != METADATA.get(key)
        )
        yield Complaint(
            "",
            "a notebook's metadata is what the build writes",
            f"other {', '.join(differing)}",
            REBUILD,
        )
    for cell in notebook.cells:
        if extra := sorted(set(cell.metadata) - {"tags"}):
            yield Complaint(
                cell.id,
                "a cell's metadata is its tags, no timings",
                f"metadata.{', '.join(extra)}",
                REBUILD,
            )


def outputs_hold_everywhere(notebook: NotebookNode) -> Iterator[Complaint]:
    """Yield outputs that another machine would give differently, or that not everybody can read."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if IGNORE_OUTPUT in cell.metadata.get("tags", []) and cell.outputs:
            yield Complaint(
                cell.id,
                f"no output of a cell tagged {IGNORE_OUTPUT} is stored",
                f"{len(cell.outputs)} outputs",
                REBUILD,
            )
        yield from _errors(cell)
        for output in cell.outputs:
            yield from _about_output(cell.id, output)


def output_texts(output: NotebookNode) -> list[str]:
    """Return all text of one output: what is printed, each text mimetype, an error's message."""
    if output.output_type == "stream":
        return [str(output.text)]
    if output.output_type == "error":
        return [output.ename, output.evalue, *output.traceback]
    return [value for value in output.data.values() if isinstance(value, str)]


def _errors(cell: NotebookNode) -> Iterator[Complaint]:
    raised = any(output.output_type == "error" for output in cell.outputs)
    expected = RAISES in cell.metadata.get("tags", [])
    if raised and not expected:
        advice = f"Mend the code, or tag the cell {RAISES} if the error is the lesson."
        yield Complaint(cell.id, "no cell ends in an error", "an error", advice)
    if expected and not raised:
        yield Complaint(
            cell.id,
            f"a cell tagged {RAISES} raises one",
            "no error",
            "Drop the tag, or mend the cell.",
        )


def _about_output(cell: str, output: NotebookNode) -> Iterator[Complaint]:
    if output.output_type == "stream" and output.name == "stderr":
        yield Complaint(
            cell,
            "a cell prints nothing to stderr",
            repr(output.text[:60]),
            f"Mend the warning, or tag the cell {IGNORE_OUTPUT}.",
        )
    for mimetype in output.get("data", {}):
        if mimetype == WIDGET_VIEW:
            yield Complaint(cell, "no widget view is stored", mimetype, REBUILD)
        elif mimetype.startswith("image/"):
            yield Complaint(
                cell,
                "a picture has alternative text, which JupyterLab gives to <img> only",
                mimetype,
                "Show it with lessons_lib.plots.",
            )
    for text in output_texts(output):
        yield from _about_text(cell, text)


def _about_text(cell: str, text: str) -> Iterator[Complaint]:
    for image in _IMAGE.findall(text):
        if not _ALT.search(image):
            yield Complaint(cell, "a picture has alternative text", image[:40], "Give it an alt.")
    for address in _ADDRESS.findall(text):
        yield Complaint(
            cell, "outputs hold no address in memory", address, "Give the object a __repr__."
        )
    for trace in machine_traces(text):
        yield Complaint(
            cell,
            "outputs tell nothing of the machine",
            trace,
            "Show something else, or shorten the path.",
        )
