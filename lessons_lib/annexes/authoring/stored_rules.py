"""Rules for a built notebook: its outputs are reproducible and readable for everyone."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from nbformat import NotebookNode

from lessons_lib.annexes.authoring.source import IGNORE_OUTPUT, RAISES
from lessons_lib.annexes.authoring.source_rules import BrokenRule
from lessons_lib.classroom.lesson import current_lesson

Runs: TypeAlias = frozenset[tuple[str, ...]]

WORDS_OF_A_RUN = 7  # that many words in a row are not a coincidence
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*("[^"]*\w[^"]*"|'[^']*\w[^']*')""", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


def check_stored(notebook: NotebookNode, runs: Runs) -> Iterator[BrokenRule]:
    """Yield the rules that a stored notebook breaks; `runs` identifies kept-out texts."""
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        for output in outputs:
            yield from _shown(cell.id, output)
        is_raised = any(output.output_type == "error" for output in outputs)
        if RAISES in cell.metadata.tags and not is_raised:  # without it, the build fails
            advice = "Remove the tag, or fix the cell."
            yield BrokenRule(cell.id, f"a cell tagged {RAISES} raises one", "no error", advice)
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
            advice = f"Show texts of your own, or tag the cell try-it and {IGNORE_OUTPUT}."
            yield BrokenRule(cell.id, rule, f"{' '.join(shared[:3])} …", advice)


def _runs(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for text in texts:
        words = _WORD.findall(text.lower())
        for start in range(len(words) - WORDS_OF_A_RUN + 1):
            yield tuple(words[start : start + WORDS_OF_A_RUN])


def _shown(cell: str, output: NotebookNode) -> Iterator[BrokenRule]:
    """Yield outputs that differ between machines or are not accessible to everyone."""
    if output.output_type == "stream" and output.name == "stderr":
        advice = f"Fix the warning, or tag the cell {IGNORE_OUTPUT}."
        yield BrokenRule(cell, "a cell prints nothing to stderr", repr(output.text[:60]), advice)
    for mimetype in output.get("data", {}):
        if mimetype.startswith("image/"):
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
