"""The cells of exercises: each task and the cell to start with, from `notebooks/exercises.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode

from lessons_lib.classroom.practice.exercises.catalog import exercise

_PLACEHOLDER = re.compile(r"\$\{exercise:([\w-]+)\}")
HELP = (
    "Run the cell below to check your code. The stop button (■) ends code that never ends. "
    'Stuck? Run `hint("{id}")` or `solution("{id}")` in a new cell.'
)


def expand_exercises(notebook: NotebookNode) -> None:
    """Replace each cell `${exercise:batch-call}` with the two cells of that exercise, in place.

    Raises
    ------
    ValueError
        If no exercise has the id; the message suggests a similar id or lists all of them.
    """
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        found = _PLACEHOLDER.fullmatch(cell.source.strip())
        cells += _cells(found[1]) if found else [cell]
    notebook.cells = cells


def _cells(name: str) -> Iterator[NotebookNode]:
    one = exercise(name)
    task = f"## {one.title}\n\n*{one.difficulty}*\n\n{one.task}\n{HELP.format(id=one.id)}"
    tags = [{"tags": ["task"]}, {"tags": ["exercise"]}]
    yield nbformat.v4.new_markdown_cell(task, id=f"task-{one.id}", metadata=tags[0])
    yield nbformat.v4.new_code_cell(one.cell, id=f"exercise-{one.id}", metadata=tags[1])
