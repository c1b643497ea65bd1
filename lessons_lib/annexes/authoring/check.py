"""Check the sources and stored notebooks of a course against all rules, without running them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lessons_lib.annexes.authoring.build import expected
from lessons_lib.annexes.authoring.course_rules import drawn, explorations, own_figures, places
from lessons_lib.annexes.authoring.glossary import glossary_page
from lessons_lib.annexes.authoring.source import SourceError, read_source, source_names
from lessons_lib.annexes.authoring.source_rules import BrokenRule, check_source
from lessons_lib.annexes.authoring.stored_rules import Runs, check_stored, known_runs
from lessons_lib.classroom.course import course as course_plan
from lessons_lib.classroom.lesson import current_lesson
from lessons_lib.classroom.practice.glossary import PAGE
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.server.extension import RECORD, content_hash, read_record
from lessons_lib.classroom.tables.problems import QuizBankError


def check(course: Path) -> list[BrokenRule]:
    """Return every rule broken by the notebooks of a course folder, with its location.

    Parameters
    ----------
    course : Path
        The folder that contains `notebooks` and `notebooks/source`.
    """
    notebooks = course / "notebooks"
    recorded, runs = read_record(course / RECORD), known_runs()
    findings = [*_without_source(notebooks), *_outdated_glossary(notebooks)]
    for name in source_names(notebooks):
        source, built = f"notebooks/source/{name}.py", f"notebooks/{name}.ipynb"
        try:
            raw, filled = read_source(course / source), expected(notebooks, name)
        except (SourceError, ValueError) as error:
            rule = "a source can be built"
            advice = f"Fix {'that file' if isinstance(error, QuizBankError) else 'the source'}."
            findings.append(BrokenRule("", rule, str(error), advice, source))
            continue
        of_source = check_source(raw, filled, course_plan().lesson(name), notebooks)
        findings += [replace(one, file=source) for one in of_source]
        of_built = _built(filled, course / built, recorded.get(name, ""), runs)
        findings += [replace(one, file=built) for one in of_built]
    return [*findings, *_of_course(course)]


def _of_course(folder: Path) -> Iterator[BrokenRule]:
    """Yield what is wrong with the course as a whole."""
    plan, lesson = course_plan(), current_lesson()
    try:
        bank = load_bank(folder / "quizzes")
    except QuizBankError:
        bank = QuizBank(())  # a course may have no quiz
    for one in (one for problems in bank.broken.values() for one in problems):
        yield BrokenRule("", "every quiz can be read", str(one), "Fix the file.", "quizzes")
    yield from places(bank, plan, folder / "notebooks")
    yield from own_figures(bank, lesson)
    yield from drawn(bank, plan)
    yield from explorations(lesson)


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


def _built(filled: NotebookNode, path: Path, recorded: str, runs: Runs) -> Iterator[BrokenRule]:
    """Yield what is wrong with a built notebook; other programs may save one, but not record it."""
    if not path.exists():
        yield BrokenRule("", "every source is built", "no notebook", _rebuild(path.stem))
        return
    content = path.read_bytes()
    if content_hash(content) != recorded:
        rule = "a notebook is recorded as it was built"
        yield BrokenRule("", rule, f"another hash than in {RECORD}", _rebuild(path.stem))
        return
    stored = nbformat.reads(content.decode("utf-8"), as_version=nbformat.NO_CONVERT)
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
    return f"Build it: python -m lessons_lib.annexes.authoring build {name}."
