"""A Jupyter server extension that keeps saved widgets readable and signs the shipped notebooks.

Every server whose environment contains the package loads it, through the file in
`jupyter/jupyter_server_config.d`. A failure here is logged, and prevents neither the server's
start nor a save.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lessons_lib.classroom.server.shipped import sign_shipped
from lessons_lib.classroom.server.terminal import announce
from lessons_lib.classroom.widgets.static import STATIC_CLASS
from lessons_lib.files import read_file

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# The build writes this key into the metadata of every notebook of the course.
LESSON_KEY = "lessons_lib"
FROM_THE_KERNEL = ("kernelspec", "language_info")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    announce(app)
    manager = app.contents_manager
    manager.register_pre_save_hook(before_save)  # in addition to an administrator's own hook
    try:
        problems = sign_shipped(manager.notary)
    except Exception as error:  # a damaged installation: JupyterLab asks for trust then
        problems = {"all": repr(error)}
    if problems:
        app.log.warning("Notebooks of the lessons could not be signed: %s", problems)


def before_save(*, model: Mapping[str, Any], path: str, contents_manager: Any, **_: object) -> None:
    """Change a notebook that is about to be saved, so that its widgets stay readable.

    The server logs an exception raised here and saves the notebook.
    """
    if model.get("type") != "notebook":
        return
    drop_dead_views(model["content"])
    is_file = hasattr(contents_manager, "_get_os_path")  # not with, for example, object storage
    if is_file and LESSON_KEY in model["content"]["metadata"]:
        keep_stored_language(model["content"], Path(contents_manager._get_os_path(path)))


def drop_dead_views(notebook: Mapping[str, Any]) -> None:
    """Drop the widget views of outputs that have our static HTML, in place.

    JupyterLab prefers the view, but its model is lost when the kernel ends: a reopened notebook
    would show "Error displaying widget: model not found". Other packages' widgets are not changed.
    The page that is open keeps its own outputs, so its widgets stay alive.
    """
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", ()))
    for data in (output["data"] for output in outputs if "data" in output):
        if STATIC_CLASS in "".join(data.get("text/html", "")):  # a text, or a list of lines
            data.pop(WIDGET_VIEW, None)


def keep_stored_language(notebook: Mapping[str, Any], path: Path) -> None:
    """Keep what the stored notebook says about its kernel, unless the kernel was changed.

    JupyterLab adds the Python version as soon as a kernel starts, so that merely opening a notebook
    would change its file, and git would report it.
    """
    try:
        stored = json.loads(read_file(path))["metadata"]
    except FileNotFoundError:  # "Save as"
        return
    metadata = notebook["metadata"]
    for key in FROM_THE_KERNEL:
        if key in stored and metadata.get(key, {}).get("name") == stored[key].get("name"):
            metadata[key] = stored[key]
