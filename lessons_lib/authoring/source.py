"""A notebook as its source says: percent script in, cells with ids and filled placeholders out."""

from __future__ import annotations

import copy
import difflib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

Figures = Mapping[str, Callable[[], str]]
PLACEHOLDER = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    # Without the version: a rebuild under another Python changes nothing.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


class SourceError(ValueError):
    """A source cannot be made into a notebook; the message says where and what to do."""


def read_source(path: Path) -> NotebookNode:
    """Return the notebook of a percent script, its placeholders unfilled, without outputs.

    Raises
    ------
    SourceError
        If a cell has no tag.
    ImportError
        If jupytext is not installed.
    """
    try:
        import jupytext
    except ImportError as error:
        raise ImportError(
            "Building notebooks needs jupytext, of the extra 'test': "
            'run `python -m pip install -e ".[test]"`.'
        ) from error
    script = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    numbers: Counter[str] = Counter()
    cells = []
    for place, cell in enumerate(script.cells, 1):
        tags = list(cell.metadata.get("tags", []))
        if not tags:
            raise SourceError(
                f"{path}: every cell has a tag that names its part, got none on cell {place} "
                f'({_first_line(cell.source)}). Write it as `# %% tags=["code"]`.'
            )
        numbers[tags[0]] += 1
        cells.append(_cell(cell, f"{tags[0]}-{numbers[tags[0]]}", tags))
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=copy.deepcopy(METADATA))
    notebook.nbformat_minor = 5
    return notebook


def fill(notebook: NotebookNode, figures: Figures, file: str) -> None:
    """Fill the placeholders `${name}` of a notebook's prose, in place.

    Parameters
    ----------
    notebook : NotebookNode
        As `read_source` gives it.
    figures : mapping of str to callable
        What each name is filled with; called only where the name is used.
    file : str
        The file to name in errors.

    Raises
    ------
    SourceError
        If a placeholder has no figure, or if its figure cannot be computed.

    Notes
    -----
    Maths is left alone: `$x$` has no brace after its dollar, and `${x}$` is refused as unknown.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _filled(cell.source, figures, f"{file}, cell {cell.id}")


def _filled(markdown: str, figures: Figures, place: str) -> str:
    return PLACEHOLDER.sub(lambda found: _figure(found[1], figures, place), markdown)


def _figure(name: str, figures: Figures, place: str) -> str:
    if name not in figures:
        near = difflib.get_close_matches(name, figures, n=3)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        raise SourceError(
            f"{place}: a placeholder names a figure of lessons_lib/authoring/figures.py, got "
            f"${{{name}}}. {meant}Add the figure there, or write maths without the brace, as $x$."
        )
    try:
        return figures[name]()
    except Exception as error:
        raise SourceError(
            f"{place}: the figure ${{{name}}} could not be computed: {error}"
        ) from error


def _cell(cell: NotebookNode, name: str, tags: list[str]) -> NotebookNode:
    """Return a new cell that holds nothing but what the source says."""
    made: NotebookNode
    if cell.cell_type == "markdown":
        made = nbformat.v4.new_markdown_cell(cell.source, id=name, metadata={"tags": tags})
    else:
        made = nbformat.v4.new_code_cell(cell.source, id=name, metadata={"tags": tags})
    return made


def _first_line(source: str) -> str:
    return (source.strip().splitlines() or ["empty"])[0][:60]
