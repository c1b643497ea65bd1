"""A notebook for the instructor that shows the two tables of a class."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

_INTRODUCTION = """# The class

`lessons collect` wrote the two tables that this notebook shows. Run it again after \
collecting again. Marks are graded anew by the questions as they stand; the answers were \
given with the key within reach, so they show progress and are no exam."""

_SETUP = """from lessons_lib.plots.class_results import (
    read_results,
    show_facility,
    show_help,
    show_progress,
    show_wrong_options,
)"""

_PROGRESS = "## Progress by notebook\n\nOver all learners whose record could be read."

_FACILITY = """## Facility and discrimination

Facility is the share of learners who were right at the first try. Discrimination is the \
correlation between being right at a question and the score on the others: near 0 the \
question tells little about who knows the rest, and below 0 it deserves a second look. \
In a small class both move a lot with each learner."""

_WRONG = """## Most-chosen wrong answers

Where one wrong answer draws many learners, a misunderstanding is worth talking about."""


def class_notebook(folder: Path, class_csv: Path, questions_csv: Path, rule: str) -> str:
    """Return the notebook's file, not yet run.

    Parameters
    ----------
    folder : Path
        Where the notebook will be: it names the tables as seen from there.
    class_csv, questions_csv : Path
        The tables.
    rule : str
        By which a learner may need help.
    """
    sources = (
        _INTRODUCTION,
        _SETUP,
        f"learners = read_results({_seen_from(folder, class_csv)!r})\n"
        f"questions = read_results({_seen_from(folder, questions_csv)!r})",
        _PROGRESS,
        "show_progress(learners)",
        _FACILITY,
        "show_facility(questions)",
        _WRONG,
        "show_wrong_options(questions)",
        f"## Who may need help\n\n{rule}",
        "show_help(learners)",
    )
    notebook: NotebookNode = v4.new_notebook()
    for number, text in enumerate(sources, start=1):
        name, is_prose = f"class-{number:02d}", text.startswith("#")
        cell = v4.new_markdown_cell(text, id=name) if is_prose else v4.new_code_cell(text, id=name)
        notebook.cells.append(cell)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook).rstrip()}\n"


def _seen_from(folder: Path, file: Path) -> str:
    """Return a file's path relative to a folder; on another drive there is no such path."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return str(file)
