"""A notebook for the instructor that shows the two tables of a class."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

_SETUP = """
from lessons_lib.plots.class_results import (
    read_results,
    show_facility,
    show_help,
    show_progress,
    show_wrong_options,
)
"""

_TABLES = """
learners = read_results({class_csv})
questions = read_results({questions_csv})
"""

_PROSE, _CODE = "prose", "code"
_CELLS = (
    (
        _PROSE,
        "# The class\n\n"
        "`lessons collect` wrote the two tables that this notebook shows. Run it again after "
        "collecting again. Marks are graded anew by the questions as they stand; the answers were "
        "given with the key within reach, so they show progress and are no exam.",
    ),
    (_CODE, _SETUP.strip()),
    (_CODE, _TABLES.strip()),
    (_PROSE, "## Progress by notebook\n\nOver all learners whose record could be read."),
    (_CODE, "show_progress(learners)"),
    (
        _PROSE,
        "## Facility and discrimination\n\n"
        "Facility is the share of learners who were right at the first try. Discrimination is the "
        "correlation between being right at a question and the score on the others: near 0 the "
        "question tells little about who knows the rest, and below 0 it deserves a second look. "
        "In a small class both move a lot with each learner.",
    ),
    (_CODE, "show_facility(questions)"),
    (
        _PROSE,
        "## Most-chosen wrong answers\n\n"
        "Where one wrong answer draws many learners, a misunderstanding is worth talking about.",
    ),
    (_CODE, "show_wrong_options(questions)"),
    (_PROSE, "## Who may need help\n\n{rule}"),
    (_CODE, "show_help(learners)"),
)


def class_notebook(folder: Path, class_csv: Path, questions_csv: Path, rule: str) -> str:
    """Return the notebook's file, not yet run.

    Parameters
    ----------
    folder : Path
        Where the notebook will lie: it names the tables as they are seen from there.
    class_csv, questions_csv : Path
        The tables.
    rule : str
        By which a learner may need help.
    """
    values = {
        "class_csv": repr(_seen_from(folder, class_csv)),
        "questions_csv": repr(_seen_from(folder, questions_csv)),
        "rule": rule,
    }
    notebook: NotebookNode = v4.new_notebook(cells=list(_cells(values)))
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook).rstrip()}\n"


def _cells(values: dict[str, str]) -> Iterator[NotebookNode]:
    for place, (kind, text) in enumerate(_CELLS, start=1):
        name, source = f"class-{place:02d}", text
        for key, value in values.items():
            source = source.replace(f"{{{key}}}", value)
        if kind == _PROSE:
            yield v4.new_markdown_cell(source, id=name)
        else:
            yield v4.new_code_cell(source, id=name)


def _seen_from(folder: Path, file: Path) -> str:
    """Return a file's path relative to a folder; on another drive there is no such path."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return str(file)
