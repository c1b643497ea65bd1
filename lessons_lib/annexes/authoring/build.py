"""Build notebooks: read the source, fill in its numbers, run it, and store reproducible outputs."""

import copy
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lessons_lib.annexes.authoring.environment import private_environment
from lessons_lib.annexes.authoring.frame import frame
from lessons_lib.annexes.authoring.glossary import link_terms
from lessons_lib.annexes.authoring.source import (
    IGNORE_OUTPUT,
    METADATA,
    fill,
    kept_metadata,
    read_source,
)
from lessons_lib.classroom.lesson import current_lesson
from lessons_lib.classroom.practice.exercises.catalog import exercise, exercise_table
from lessons_lib.classroom.practice.glossary import PAGE, glossary
from lessons_lib.classroom.server.extension import WIDGET_VIEW
from lessons_lib.classroom.widgets.explore.guess import RESULT
from lessons_lib.files import write_whole

CELL_TIMEOUT_S = 300
_PLACEHOLDER = re.compile(r"\$\{exercise:([\w-]+)\}")


class BuildError(RuntimeError):
    """A notebook could not be run; the message contains the cell and the error."""


def expected(notebooks: Path, name: str) -> NotebookNode:
    """Return the notebook that a source describes: placeholders are filled, but no cell is run.

    If the folder has a glossary, terms are linked to it. Exercises come from `exercises.yaml`.

    Raises
    ------
    SourceError
        If the source cannot be built.
    ValueError
        If the course plan has no such lesson, or if there is no such exercise.
    """
    path = notebooks / "source" / f"{name}.py"
    notebook = read_source(path)
    if (notebooks / PAGE).exists():
        link_terms(notebook, name, glossary())
    expand_exercises(notebook)
    framed = frame(name, "\n".join(cell.source for cell in notebook.cells))
    numbers = {**current_lesson().numbers(), **framed}
    fill(notebook, numbers, f"{notebooks.name}/source/{path.name}")
    return notebook


def build(notebooks: Path, name: str) -> Path:
    """Build one notebook and return its path; an existing notebook is replaced on success.

    Raises
    ------
    BuildError
        If a cell without the tag `raises-exception` fails.
    SourceError
        If the source cannot be built.
    """
    notebook = expected(notebooks, name)
    run(notebook, notebooks)
    clean(notebook)
    nbformat.validate(notebook)
    stored = notebooks / f"{name}.ipynb"
    write_whole(stored, f"{nbformat.writes(notebook).rstrip()}\n")
    return stored


def run(notebook: NotebookNode, folder: Path) -> None:
    """Run all cells of a notebook, in place, in a new kernel that works in `folder`.

    Raises
    ------
    BuildError
        If a cell without the tag `raises-exception` fails, or takes too long.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,  # kernels split printed text differently in each run
        resources={"metadata": {"path": str(folder)}},
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as private:
        try:
            client.execute(env=private_environment(Path(private)), stderr=subprocess.DEVNULL)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise BuildError(str(error)) from error


def clean(notebook: NotebookNode) -> None:
    """Remove whatever differs between runs from an executed notebook, in place.

    Notes
    -----
    Outputs of cells tagged `nbval-ignore-output` are dropped because they depend on timing. Widgets
    keep their `__repr__`, errors their name and message.
    """
    notebook.metadata = nbformat.from_dict(copy.deepcopy(METADATA))
    for cell in notebook.cells:
        cell.metadata = kept_metadata(cell.metadata)
        if cell.cell_type == "code":
            ignored = IGNORE_OUTPUT in cell.metadata.tags
            cell.outputs = [] if ignored else [_cleaned(output) for output in cell.outputs]


def _cleaned(output: NotebookNode) -> NotebookNode:
    if output.output_type == "error":
        # A traceback names files of this machine; JupyterLab shows this line instead.
        output.traceback = [f"{output.ename}: {output.evalue}"]
    elif output.output_type in ("display_data", "execute_result"):
        output.data.pop(WIDGET_VIEW, None)
        known = output.metadata
        output.metadata = NotebookNode({RESULT: known[RESULT]} if RESULT in known else {})
    return output


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
    number = 1 + exercise_table().exercises.index(one)
    task = f"## {number}. {one.title}\n\n*{one.difficulty}*\n\n{one.task.rstrip()}"
    tags = [{"tags": ["task"]}, {"tags": ["exercise"]}]
    yield nbformat.v4.new_markdown_cell(task, id=f"task-{one.id}", metadata=tags[0])
    yield nbformat.v4.new_code_cell(one.cell, id=f"exercise-{one.id}", metadata=tags[1])
