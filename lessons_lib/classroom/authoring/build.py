"""Build notebooks: read the source, fill in its numbers, run it, and store reproducible outputs."""

from __future__ import annotations

import copy
import subprocess
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lessons_lib.classroom.authoring.environment import private_environment
from lessons_lib.classroom.authoring.exercise_cells import expand_exercises
from lessons_lib.classroom.authoring.frame import frame
from lessons_lib.classroom.authoring.glossary import link_terms
from lessons_lib.classroom.authoring.source import (
    IGNORE_OUTPUT,
    METADATA,
    fill,
    kept_metadata,
    read_source,
)
from lessons_lib.classroom.lesson import current_lesson
from lessons_lib.classroom.practice.glossary import PAGE, glossary
from lessons_lib.classroom.server.extension import WIDGET_VIEW
from lessons_lib.files import write_whole

CELL_TIMEOUT_S = 300


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
        output.metadata = NotebookNode()
    return output
