"""Rules for a built notebook: every cell was run, and stored outputs are reproducible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import nbformat
from nbformat import NotebookNode

from lessons_lib.classroom.authoring.source import IGNORE_OUTPUT, METADATA, RAISES
from lessons_lib.classroom.authoring.source_rules import BrokenRule
from lessons_lib.classroom.lesson import current_lesson
from lessons_lib.classroom.server.extension import WIDGET_VIEW

Runs: TypeAlias = frozenset[tuple[str, ...]]

REBUILD = "Rebuild the notebook."
WORDS_OF_A_RUN = 7  # that many words in a row are not a coincidence
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*("[^"]*\w[^"]*"|'[^']*\w[^']*')""", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


def check_stored(notebook: NotebookNode, runs: Runs) -> Iterator[BrokenRule]:
    """Yield the rules that a stored notebook breaks; `runs` identifies kept-out texts."""
    yield from _metadata(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):
        yield from _executed(cell, number)
        yield from _errors(cell)
        if IGNORE_OUTPUT in cell.metadata.get("tags", []) and cell.outputs:
            rule = f"no output of a cell tagged {IGNORE_OUTPUT} is stored"
            yield BrokenRule(cell.id, rule, f"{len(cell.outputs)} outputs", REBUILD)
        for output in cell.outputs:
            yield from _shown(cell.id, output)
    yield from kept_out_texts(notebook, runs)


def kept_out_runs(texts: Iterable[str], own: Iterable[str] = ()) -> Runs:
    """Return all runs of 7 words in texts, except those that our `own` texts contain."""
    return frozenset(_runs(texts)) - frozenset(_runs(own))


def known_runs() -> Runs:
    """Return the `kept_out_runs` of the texts that the lesson keeps out of stored notebooks."""
    return kept_out_runs(*current_lesson().kept_out())


def kept_out_texts(notebook: NotebookNode, runs: Runs) -> Iterator[BrokenRule]:
    """Yield cells whose prose, code or outputs contain a text that the lesson keeps out."""
    for cell in notebook.cells:
        outputs = (text for output in cell.get("outputs", []) for text in _texts(output))
        if shared := next((run for run in _runs([cell.source, *outputs]) if run in runs), None):
            rule = "texts that the lesson keeps out appear only live"
            advice = f"Show texts of your own, or tag the cell {IGNORE_OUTPUT}."
            yield BrokenRule(cell.id, rule, f"{' '.join(shared[:3])} …", advice)


def _runs(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for text in texts:
        words = _WORD.findall(text.lower())
        for start in range(len(words) - WORDS_OF_A_RUN + 1):
            yield tuple(words[start : start + WORDS_OF_A_RUN])


def _metadata(notebook: NotebookNode) -> Iterator[BrokenRule]:
    """Yield metadata that a build does not write: widget state, versions, data of other tools."""
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield BrokenRule("", "a notebook is valid nbformat", str(error).splitlines()[0], REBUILD)
    stored = dict(notebook.metadata)
    if stored.pop("widgets", None) is not None:
        yield BrokenRule("", "no widget state is stored", "metadata.widgets", REBUILD)
    keys = sorted(stored.keys() | METADATA.keys())
    if differing := [key for key in keys if stored.get(key) != METADATA.get(key)]:
        rule = "a notebook's metadata is what the build writes"
        yield BrokenRule("", rule, f"other {', '.join(differing)}", REBUILD)


def _executed(cell: NotebookNode, number: int) -> Iterator[BrokenRule]:
    """Yield a cell that was not run in order; nbval would skip one without a count."""
    if cell.execution_count is None:
        yield BrokenRule(cell.id, "every code cell was run", "no execution count", REBUILD)
    elif cell.execution_count != number:
        got = f"count {cell.execution_count} on code cell {number}"
        yield BrokenRule(cell.id, "cells were run in order from a fresh kernel", got, REBUILD)


def _errors(cell: NotebookNode) -> Iterator[BrokenRule]:
    is_raised = any(output.output_type == "error" for output in cell.outputs)
    is_expected = RAISES in cell.metadata.get("tags", [])
    if is_raised and not is_expected:
        advice = f"Fix the code, or tag the cell {RAISES} if the error is the lesson."
        yield BrokenRule(cell.id, "no cell ends in an error", "an error", advice)
    if is_expected and not is_raised:
        advice = "Remove the tag, or fix the cell."
        yield BrokenRule(cell.id, f"a cell tagged {RAISES} raises one", "no error", advice)


def _shown(cell: str, output: NotebookNode) -> Iterator[BrokenRule]:
    """Yield outputs that differ between machines or are not accessible to everyone."""
    if output.output_type == "stream" and output.name == "stderr":
        advice = f"Fix the warning, or tag the cell {IGNORE_OUTPUT}."
        yield BrokenRule(cell, "a cell prints nothing to stderr", repr(output.text[:60]), advice)
    for mimetype in output.get("data", {}):
        if mimetype == WIDGET_VIEW:
            yield BrokenRule(cell, "no widget view is stored", mimetype, REBUILD)
        elif mimetype.startswith("image/"):
            rule = "a picture has alternative text, which JupyterLab gives to <img> only"
            yield BrokenRule(cell, rule, mimetype, "Show it as HTML: <img alt=...>.")
    for text in _texts(output):
        for image in _IMAGE.findall(text):
            if not _ALT.search(image):
                rule = "a picture has alternative text"
                yield BrokenRule(cell, rule, image[:40], "Add an alt attribute.")
        for address in _ADDRESS.findall(text):
            rule = "outputs contain no memory addresses"
            yield BrokenRule(cell, rule, address, "Give the object a __repr__.")


def _texts(output: NotebookNode) -> list[str]:
    """Return all text of one output: printed text, text MIME types, an error's message."""
    if output.output_type == "stream":
        return [str(output.text)]
    if output.output_type == "error":
        return [output.ename, output.evalue, *output.traceback]
    return [value for value in output.data.values() if isinstance(value, str)]
