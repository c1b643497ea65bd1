"""A notebook for the instructor that shows the two tables of a class."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

_INTRODUCTION = """# The class

`lessons collect` wrote the two tables that this notebook shows. After you collect again, \
run the notebook again. Answers are regraded by the current questions. Learners had access \
to the key, so the results show progress and are not an exam."""

_SETUP = """from lessons_lib import read_results, show_class_progress, show_facility
from lessons_lib import show_help_needed, show_wrong_options"""

_PROGRESS = "## Progress by notebook\n\nFor all learners whose record could be read."

_FACILITY = """## Facility and discrimination

Facility is the share of learners who were right on the first try. Discrimination is the \
correlation between being right on a question and the score on the others. Near 0, the \
question says little about who knows the rest; if it is negative, review the question. In a \
small class, a single learner can change both a lot."""

_WRONG = """## Most-chosen wrong answers

If many learners chose the same wrong answer, discuss that misunderstanding with the class."""


def class_notebook(folder: Path, class_csv: Path, questions_csv: Path, rule: str) -> str:
    """Return the content of the notebook file, without outputs.

    Parameters
    ----------
    folder : Path
        Where the notebook will be; its paths to the tables are relative to this folder.
    class_csv, questions_csv : Path
        The tables.
    rule : str
        The sentence that says when a learner may need help.
    """
    sources = (
        _INTRODUCTION,
        _SETUP,
        f"learners = read_results({_relative_to(folder, class_csv)!r})\n"
        f"questions = read_results({_relative_to(folder, questions_csv)!r})",
        _PROGRESS,
        "show_class_progress(learners)",
        _FACILITY,
        "show_facility(questions)",
        _WRONG,
        "show_wrong_options(questions)",
        f"## Who may need help\n\n{rule}",
        "show_help_needed(learners)",
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


def _relative_to(folder: Path, file: Path) -> str:
    """Return a file's path relative to a folder, or the full path if it is on another drive."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return str(file)
