"""What a built notebook keeps of a run: only what is the same on every machine."""

from __future__ import annotations

import copy

import nbformat
from nbformat import NotebookNode

from lessons_lib.authoring.source import METADATA

IGNORE_OUTPUT = "nbval-ignore-output"
RAISES = "raises-exception"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def clean(notebook: NotebookNode) -> None:
    """Take out of an executed notebook, in place, what another run would give differently.

    Notes
    -----
    Outputs of cells tagged `nbval-ignore-output` go altogether: they show the clock. Widgets keep
    their `__repr__`, errors their name and message. Cell metadata shrinks to the tags.
    """
    notebook.metadata = nbformat.from_dict(copy.deepcopy(METADATA))
    for cell in notebook.cells:
        cell.metadata = NotebookNode({"tags": list(cell.metadata.tags)})
        if cell.cell_type == "code":
            ignored = IGNORE_OUTPUT in cell.metadata.tags
            cell.outputs = [] if ignored else _joined([_cleaned(one) for one in cell.outputs])


def _cleaned(output: NotebookNode) -> NotebookNode:
    if output.output_type == "error":
        # A traceback names the files of this machine; Lab shows this line in its place.
        output.traceback = [f"{output.ename}: {output.evalue}"]
    elif output.output_type in ("display_data", "execute_result"):
        output.data.pop(WIDGET_VIEW, None)
        output.metadata = NotebookNode()
    return output


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join neighbours of one stream: how a kernel cuts what is printed differs from run to run."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.output_type == output.output_type == "stream"
            and last.name == output.name
        ):
            last.text += output.text
        else:
            joined.append(output)
    return joined
