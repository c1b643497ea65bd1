"""A widget's HTML without a kernel: in a reopened or exported notebook, and on GitHub."""

import json
from collections.abc import Mapping
from html import escape

# Before saving a notebook, `lessons_lib.classroom.server` drops the view of a widget whose HTML has
# this class, because JupyterLab would prefer the view and its model ends with the kernel.
STATIC_CLASS = "lessons-static"


def run_button(command: str, text: str, about: Mapping[str, str] | None = None) -> str:
    """Return a button that runs cells in JupyterLab; other pages show nothing of it.

    It is stored hidden and without content; our JupyterLab extension shows it with its title.

    Parameters
    ----------
    command : str
        The name of the command, such as ``notebook:run-cell``.
    text : str
        What is run.
    about : mapping, optional
        The arguments of the command.
    """
    arguments = f' data-commandlinker-args="{escape(json.dumps(about))}"' if about else ""
    title = f' title="▶ {escape(text)}"'
    return f'<button data-commandlinker-command="{command}"{arguments}{title} hidden></button>'


RUN_NOTEBOOK = run_button("lessons:run-notebook", "Run this notebook")
RUN_CELL = (
    "Run this cell (Shift+Enter) to start or continue.",
    run_button("notebook:run-cell", "Run this cell"),
)
RUN_ALL = (
    "This card uses results from the cells above. Run the notebook to start or continue.",
    RUN_NOTEBOOK,
)


def static_form(
    title: str, sentence: str = "", *, picture: str = "", run: tuple[str, str] = RUN_CELL
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
    run : tuple of str
        How to start the widget: words, and the HTML of a button. `RUN_ALL` is for a cell that fails
        in a new kernel unless others run before it.
    """
    words, button = run
    return (
        f'<div class="{STATIC_CLASS}"><p><strong>{escape(title)}</strong></p>'
        f'<p>{escape(sentence)} <span class="lessons-run">{escape(words)}</span></p>'
        f"{picture}{button}</div>"
    )
