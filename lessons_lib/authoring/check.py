"""Check a course folder: sources and stored notebooks against all rules, without running them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lessons_lib.authoring.build import expected, source_names
from lessons_lib.authoring.code_cells import few_imports, no_definitions, short_code
from lessons_lib.authoring.corpus_leaks import Runs, known_runs, no_corpus_texts
from lessons_lib.authoring.figures import FIGURES
from lessons_lib.authoring.finding import Complaint, Finding
from lessons_lib.authoring.glossary_page import page_is_up_to_date
from lessons_lib.authoring.links import links_resolve
from lessons_lib.authoring.outputs import (
    every_cell_was_run,
    no_leftovers,
    outputs_hold_everywhere,
)
from lessons_lib.authoring.prose import easy_to_read, no_numerals, short_cells
from lessons_lib.authoring.source import Figures, SourceError, read_source
from lessons_lib.authoring.template import cells_fit_their_tags, follows_template, template_of
from lessons_lib.practice.course import Lesson
from lessons_lib.practice.glossary import PAGE


def check(
    course: Path,
    figures: Figures = FIGURES,
    lessons: Sequence[Lesson] | None = None,
    runs: Runs | None = None,
) -> list[Finding]:
    """Return all findings about the notebooks of a course folder.

    Parameters
    ----------
    course : Path
        The folder that holds `notebooks` and `notebooks/source`.
    figures : mapping of str to callable
        What placeholders are filled with.
    lessons : sequence of Lesson, optional
        The course plan; this course's if not given.
    runs : set of word runs
        By which texts of the corpus are known; without, those of the corpus on this machine.

    Notes
    -----
    That no text of the corpus is stored goes unchecked where the corpus is not on the machine.
    """
    notebooks = course / "notebooks"
    known = known_runs() if runs is None else runs
    findings = list(_without_source(notebooks))
    findings += [one.about(f"notebooks/{PAGE}") for one in page_is_up_to_date(notebooks)]
    for name in source_names(notebooks):
        source = f"notebooks/source/{name}.py"
        try:
            raw = read_source(notebooks / "source" / f"{name}.py")
            filled = expected(notebooks, name, figures, lessons)
        except (SourceError, ValueError) as error:
            rule = "a source can be built"
            findings.append(Finding(source, "", rule, str(error), "Mend the source."))
            continue
        complaints = _about_source(raw, filled, name, notebooks)
        findings += [complaint.about(source) for complaint in complaints]
        complaints = _about_built(filled, notebooks / f"{name}.ipynb", known)
        findings += [complaint.about(f"notebooks/{name}.ipynb") for complaint in complaints]
    return findings


def _without_source(notebooks: Path) -> Iterator[Finding]:
    built = {path.stem for path in notebooks.glob("*.ipynb")}
    for name in sorted(built - set(source_names(notebooks))):
        advice = f"Write notebooks/source/{name}.py, or delete the notebook."
        yield Finding(f"notebooks/{name}.ipynb", "", "every notebook has a source", "none", advice)


def _about_source(
    raw: NotebookNode, filled: NotebookNode, name: str, folder: Path
) -> Iterator[Complaint]:
    yield from follows_template(raw, template_of(name))
    yield from cells_fit_their_tags(raw)
    yield from no_numerals(raw)
    yield from short_code(raw)
    yield from few_imports(raw)
    yield from no_definitions(raw)
    yield from short_cells(filled)
    yield from easy_to_read(filled)
    yield from links_resolve(filled, folder)


def _about_built(filled: NotebookNode, path: Path, runs: Runs) -> Iterator[Complaint]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbformat mends ids and warns; they then disagree
            stored = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    except FileNotFoundError:
        yield Complaint("", "every source is built", "no notebook", _rebuild(path.stem))
        return
    except Exception as error:  # a damaged file makes nbformat raise whatever it meets
        yield Complaint("", "a notebook can be read", repr(error), _rebuild(path.stem))
        return
    yield from _agree(filled, stored, path.stem)
    yield from every_cell_was_run(stored)
    yield from no_leftovers(stored)
    yield from outputs_hold_everywhere(stored)
    yield from no_corpus_texts(stored, runs)


def _agree(filled: NotebookNode, stored: NotebookNode, name: str) -> Iterator[Complaint]:
    """Yield the first cell in which the stored notebook is not what its source says."""
    rule = "a notebook says what its source says, cell by cell"
    for wanted, cell in zip(filled.cells, stored.cells, strict=False):
        for key in ("id", "cell_type", "source"):
            if wanted[key] != cell.get(key):
                got = f"another {key}: {str(cell.get(key))[:60]!r}"
                yield Complaint(wanted.id, rule, got, _rebuild(name))
                return
        if wanted.metadata.tags != cell.metadata.get("tags"):
            yield Complaint(wanted.id, rule, f"tags {cell.metadata.get('tags')}", _rebuild(name))
            return
    if len(filled.cells) != len(stored.cells):
        got = f"{len(stored.cells)} cells for {len(filled.cells)} in the source"
        yield Complaint("", rule, got, _rebuild(name))


def _rebuild(name: str) -> str:
    return f"Build it: python -m lessons_lib.authoring build {name}."
