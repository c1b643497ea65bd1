"""Check the sources and stored notebooks of a course against all rules, without running them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lessons_lib.classroom.authoring.build import expected
from lessons_lib.classroom.authoring.glossary import glossary_page
from lessons_lib.classroom.authoring.source import SourceError, read_source, source_names
from lessons_lib.classroom.authoring.source_rules import BrokenRule, check_source
from lessons_lib.classroom.authoring.stored_rules import Runs, check_stored, known_runs
from lessons_lib.classroom.course import Notebook, course as course_plan
from lessons_lib.classroom.lesson import Numbers
from lessons_lib.classroom.practice.glossary import PAGE
from lessons_lib.classroom.server.shipped import RECORD, content_hash, read_record
from lessons_lib.classroom.tables.problems import QuizBankError


def check(
    course: Path,
    numbers: Numbers | None = None,
    lessons: Sequence[Notebook] | None = None,
    runs: Runs | None = None,
) -> list[BrokenRule]:
    """Return every rule broken by the notebooks of a course folder, with its location.

    Parameters
    ----------
    course : Path
        The folder that contains `notebooks` and `notebooks/source`.
    numbers : mapping of str to callable
        The values that fill placeholders; those that the lesson declares if not given.
    lessons : sequence of Notebook, optional
        The course plan; this course's if not given.
    runs : set of word runs, optional
        The runs of words that identify texts which no stored notebook may contain; by default,
        computed from those that the lesson keeps out.
    """
    notebooks = course / "notebooks"
    lessons = course_plan().lessons if lessons is None else lessons
    known = {one.slug: one for one in lessons}
    runs = known_runs() if runs is None else runs
    findings = [*_without_source(notebooks), *_outdated_glossary(notebooks), *_unrecorded(course)]
    for name in source_names(notebooks):
        source, stored = f"notebooks/source/{name}.py", f"notebooks/{name}.ipynb"
        try:
            raw = read_source(notebooks / "source" / f"{name}.py")
            filled = expected(notebooks, name, numbers, lessons)
        except (SourceError, ValueError) as error:
            rule = "a source can be built"
            advice = f"Fix {'that file' if isinstance(error, QuizBankError) else 'the source'}."
            findings.append(BrokenRule("", rule, str(error), advice, source))
            continue
        of_source = check_source(raw, filled, known[name], notebooks)
        findings += [replace(one, file=source) for one in of_source]
        of_stored = _stored(filled, notebooks / f"{name}.ipynb", runs)
        findings += [replace(one, file=stored) for one in of_stored]
    return findings


def _without_source(notebooks: Path) -> Iterator[BrokenRule]:
    built = {path.stem for path in notebooks.glob("*.ipynb")}
    for name in sorted(built - set(source_names(notebooks))):
        advice = f"Write notebooks/source/{name}.py, or delete the notebook."
        yield BrokenRule(
            "", "every notebook has a source", "no source", advice, f"notebooks/{name}.ipynb"
        )


def _outdated_glossary(notebooks: Path) -> Iterator[BrokenRule]:
    path = notebooks / PAGE
    if path.exists() and path.read_text(encoding="utf-8") != glossary_page():
        rule = "the glossary matches quizzes/glossary.yaml"
        yield BrokenRule("", rule, "another text", _rebuild(path.stem), f"notebooks/{PAGE}")


def _unrecorded(course: Path) -> Iterator[BrokenRule]:
    """Yield the notebooks that Jupyter would not trust, in a clone of the package."""
    if not (course / RECORD).exists():
        return
    recorded = read_record(course / RECORD)
    for path in sorted((course / "notebooks").glob("*.ipynb")):
        if recorded.get(path.stem) != content_hash(path.read_bytes()):
            rule, file = "a notebook is recorded as it was built", f"notebooks/{path.name}"
            yield BrokenRule("", rule, f"another hash in {RECORD}", _rebuild(path.stem), file)


def _stored(filled: NotebookNode, path: Path, runs: Runs) -> Iterator[BrokenRule]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbformat repairs ids with a warning; they then differ
            stored = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    except FileNotFoundError:
        yield BrokenRule("", "every source is built", "no notebook", _rebuild(path.stem))
        return
    except Exception as error:  # what nbformat raises depends on how a file is damaged
        yield BrokenRule("", "a notebook can be read", repr(error), _rebuild(path.stem))
        return
    yield from _first_difference(filled, stored, path.stem)
    yield from check_stored(stored, runs)


def _first_difference(
    filled: NotebookNode, stored: NotebookNode, name: str
) -> Iterator[BrokenRule]:
    """Yield the first cell in which the stored notebook differs from its source."""
    rule = "a notebook matches its source, cell by cell"
    for wanted, cell in zip(filled.cells, stored.cells, strict=False):
        for key in ("id", "cell_type", "source", "metadata"):
            if wanted[key] != cell.get(key):
                got = f"another {key}: {str(cell.get(key))[:60]!r}"
                yield BrokenRule(wanted.id, rule, got, _rebuild(name))
                return
    if len(filled.cells) != len(stored.cells):
        got = f"{len(stored.cells)} cells, but {len(filled.cells)} in the source"
        yield BrokenRule("", rule, got, _rebuild(name))


def _rebuild(name: str) -> str:
    return f"Build it: python -m lessons_lib.classroom.authoring build {name}."
