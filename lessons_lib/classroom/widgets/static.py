"""A widget's HTML without a kernel: in a reopened or exported notebook, and on GitHub."""

from __future__ import annotations

from html import escape

# Before saving a notebook, `lessons_lib.classroom.server` drops the view of a widget whose HTML has
# this class, because JupyterLab would prefer the view and its model ends with the kernel.
STATIC_CLASS = "lessons-static"


def run_button(command: str, text: str) -> str:
    """Return a button that runs a notebook command in JupyterLab; other pages show only its text.

    Parameters
    ----------
    command : str
        The name of the command after ``notebook:``, such as ``run-cell``.
    text : str
        HTML that says what is run.
    """
    return f'<button data-commandlinker-command="notebook:{command}">▶ {text}</button>'


RUN_NOTEBOOK = run_button("run-all-cells", "Run this notebook")
RUN_CELL = (
    "Run this cell (Shift+Enter) to start or continue.",
    run_button("run-cell", "Run this cell"),
)
RUN_ALL = (
    "This card uses results from the cells above. Run the notebook to start or continue.",
    RUN_NOTEBOOK,
)


def static_form(
    title: str, sentence: str, *, picture: str = "", uses_cells_above: bool = False
) -> str:
    """Return the HTML that represents a widget while no kernel runs.

    Parameters
    ----------
    title : str
        The heading that the live widget has.
    sentence : str
        The widget's purpose, or an empty text if the title says enough.
    picture : str
        HTML of a picture of the live widget.
    uses_cells_above : bool
        Whether the cell fails in a new kernel unless others run before it.
    """
    words, button = RUN_ALL if uses_cells_above else RUN_CELL
    return (
        f'<div class="{STATIC_CLASS}"><p><strong>{escape(title)}</strong></p>'
        f"<p>{escape(f'{sentence} {words}'.strip())}</p>{picture}{button}</div>"
    )
