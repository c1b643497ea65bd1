"""Build notebooks: read the source, fill in its figures, run it, store it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lessons_lib.authoring.environment import private_environment
from lessons_lib.authoring.figures import FIGURES
from lessons_lib.authoring.frame import frame
from lessons_lib.authoring.glossary_links import link_terms
from lessons_lib.authoring.source import Figures, fill, read_source
from lessons_lib.authoring.stored import clean
from lessons_lib.files import write_whole
from lessons_lib.practice.course import Lesson
from lessons_lib.practice.glossary import PAGE

CELL_TIMEOUT_S = 300


class BuildError(RuntimeError):
    """A notebook could not be run; the message holds the cell and the error."""


def source_names(notebooks: Path) -> list[str]:
    """Return the names of all sources in a folder of notebooks, in order."""
    return sorted(path.stem for path in (notebooks / "source").glob("*.py"))


def expected(
    notebooks: Path,
    name: str,
    figures: Figures = FIGURES,
    lessons: Sequence[Lesson] | None = None,
) -> NotebookNode:
    """Return a notebook as its source says, placeholders filled, not run.

    Where the folder has a glossary, its words are linked to it.

    Raises
    ------
    SourceError
        If the source is not fit to build.
    ValueError
        If the course plan has no such lesson.
    """
    path = notebooks / "source" / f"{name}.py"
    notebook = read_source(path)
    if (notebooks / PAGE).exists():
        link_terms(notebook, name)
    fill(notebook, {**figures, **frame(name, lessons)}, f"{notebooks.name}/source/{path.name}")
    return notebook


def build(
    notebooks: Path,
    name: str,
    figures: Figures = FIGURES,
    lessons: Sequence[Lesson] | None = None,
) -> Path:
    """Build one notebook and return its path; a notebook that is there is replaced at the end.

    Raises
    ------
    BuildError
        If a cell fails that is not tagged `raises-exception`.
    SourceError
        If the source is not fit to build.
    """
    notebook = expected(notebooks, name, figures, lessons)
    run(notebook, notebooks)
    clean(notebook)
    nbformat.validate(notebook)
    stored = notebooks / f"{name}.ipynb"
    write_whole(stored, f"{nbformat.writes(notebook).rstrip()}\n")
    return stored


def run(notebook: NotebookNode, folder: Path) -> None:
    """Run all cells of a notebook, in place, in a fresh kernel that works in `folder`."""
    try:
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    except ImportError as error:
        raise ImportError(
            "Building notebooks needs nbclient, of the extra 'test': "
            'run `python -m pip install -e ".[test]"`.'
        ) from error
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as private:
        try:
            client.execute(env=private_environment(Path(private)), stderr=subprocess.DEVNULL)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise BuildError(str(error)) from error
