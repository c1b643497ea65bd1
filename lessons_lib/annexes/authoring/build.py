"""Build notebooks: read the source, fill in its numbers, run it, and store reproducible outputs."""

import copy
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import TypeAlias

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
from lessons_lib.classroom.widgets.static import STATIC_CLASS
from lessons_lib.files import write_whole
from lessons_lib.formats import counted
from lessons_lib.pipeline.timing.machine import processor_name, usable_cores

Outputs: TypeAlias = Mapping[str, list[NotebookNode]]

CELL_TIMEOUT_S = 300
_NAMES_MACHINE = re.compile("Measured (here|once): ")  # in the note of a plot, or printed
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


def build(notebooks: Path, name: str, *, measure: bool = False) -> Path:
    """Build one notebook and return its path; an existing notebook is replaced on success.

    What its cells measured is kept from the existing notebook, unless their code or what it needs
    has changed, so that building again changes nothing.

    Parameters
    ----------
    notebooks : Path
        The folder of the notebooks, with their sources.
    name : str
        The notebook's name without its suffix.
    measure : bool
        Whether to store new measurements in any case.

    Raises
    ------
    BuildError
        If a cell without the tag `raises-exception` fails.
    SourceError
        If the source cannot be built.
    """
    notebook = expected(notebooks, name)
    stored = notebooks / f"{name}.ipynb"
    earlier = {} if measure else measured_before(stored, notebook)
    run(notebook, notebooks)
    clean(notebook, earlier)
    nbformat.validate(notebook)
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


def measured_before(stored: Path, notebook: NotebookNode) -> Outputs:
    """Return what the cells of a stored notebook measured with the code that a new one has.

    Parameters
    ----------
    stored : Path
        A built notebook; it may be missing or damaged.
    notebook : NotebookNode
        The new one.
    """
    try:
        earlier = nbformat.read(stored, nbformat.NO_CONVERT)
    except (OSError, ValueError):
        return {}
    now, before = dict(_needed(notebook)), dict(_needed(earlier))
    same = {cell.id: cell.outputs for cell in earlier.cells if now.get(cell.id) and cell.outputs}
    return {name: same[name] for name in same if now[name] == before.get(name)}


def _needed(notebook: NotebookNode) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each cell that measures, with its code and what it needs: the setup, and code above."""
    code: tuple[str, ...] = ()
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("tags", [""])[0] in ("setup", "code"):
            code = (*code, cell.source)
            if _measures(cell):
                yield cell.id, code


def _measures(cell: NotebookNode) -> bool:
    """Return whether a cell stores what it showed in one run, although it differs in another.

    Others that differ, for instance because they show texts of the corpus, store nothing.
    """
    return cell.metadata.tags[0] == "code" and IGNORE_OUTPUT in cell.metadata.tags


def clean(notebook: NotebookNode, earlier: Outputs) -> None:
    """Remove whatever differs between runs from an executed notebook, in place.

    Parameters
    ----------
    notebook : NotebookNode
        As `run` leaves it.
    earlier : mapping of str to outputs
        By a cell's id: what takes the place of its outputs.

    Notes
    -----
    Cells tagged `code` and `nbval-ignore-output` keep what they measured, next to the name of the
    machine; others with that tag keep nothing. Widgets keep their `__repr__`, errors their name and
    message.
    """
    notebook.metadata = nbformat.from_dict(copy.deepcopy(METADATA))
    for cell in notebook.cells:
        cell.metadata = kept_metadata(cell.metadata)
        if cell.cell_type != "code":
            continue
        shown = [_cleaned(output) for output in cell.outputs]
        if _measures(cell):
            cell.outputs = earlier.get(cell.id) or _with_machine(shown)
        else:
            cell.outputs = [] if IGNORE_OUTPUT in cell.metadata.tags else shown


def _with_machine(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return what a cell measured, and the machine unless a note names it; no progress, no log."""
    kept = [one for one in outputs if one.get("name") != "stderr" and _is_seen(one)]
    if not kept or _NAMES_MACHINE.search(str(kept)):
        return kept
    words = f"Stored from a run on {processor_name()}, {counted(usable_cores(), 'core')}."
    bundle = {"text/html": f"<p><small>{escape(words)}</small></p>", "text/plain": words}
    note = nbformat.v4.new_output("display_data", bundle)
    return sorted([*kept, note], key=_is_card)  # before the card


def _is_card(output: NotebookNode) -> bool:
    return STATIC_CLASS in output.get("data", {}).get("text/html", "")


def _is_seen(output: NotebookNode) -> bool:
    return "data" not in output or any(output.data.values())


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
