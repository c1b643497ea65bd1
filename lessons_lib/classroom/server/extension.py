"""A Jupyter server extension that keeps saved widgets readable and signs the shipped notebooks.

Every server whose environment contains the package loads it, through the file in
`jupyter/jupyter_server_config.d`. A failure here is logged, and prevents neither the server's
start nor a save.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from lessons_lib.classroom.course import course, course_folder
from lessons_lib.classroom.server.terminal import announce
from lessons_lib.classroom.widgets.static import STATIC_CLASS
from lessons_lib.files import read_file, write_whole

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


if TYPE_CHECKING:
    from nbformat.sign import NotebookNotary

RECORD = "notebooks/source/shipped.json"  # relative to the course folder


def content_hash(notebook: bytes) -> str:
    """Return the sha256 of a notebook's whole file, independent of the line ends that git chose."""
    return hashlib.sha256(notebook.replace(b"\r\n", b"\n")).hexdigest()


def record(folder: Path, names: Iterable[str]) -> None:
    """Record notebooks that have just been built in a course folder."""
    slugs = [one.slug for one in course().lessons]
    hashes = read_record(folder / RECORD)
    for name in set(names).intersection(slugs):
        hashes[name] = content_hash(read_file(folder / "notebooks" / f"{name}.ipynb"))
    kept = {slug: hashes[slug] for slug in slugs if slug in hashes}
    write_whole(folder / RECORD, json.dumps(kept, indent=2) + "\n")


def read_record(path: Path) -> dict[str, str]:
    """Return the recorded hash of each notebook, by its slug."""
    hashes: dict[str, str] = json.loads(read_file(path)) if path.exists() else {}
    return hashes


def sign_shipped(notary: NotebookNotary, folder: Path | None = None) -> dict[str, str]:
    """Sign those notebooks of the course in a folder that are exactly as the build recorded them.

    A signature is valid for a notebook's content, in any folder, so an unchanged copy is trusted as
    well. What learners run and save, their own Jupyter signs.

    Parameters
    ----------
    notary : NotebookNotary
        The server's; it keeps the signatures in the user's data folder.
    folder : Path, optional
        The folder with `notebooks`; that of the clone or the package if not given.

    Returns
    -------
    dict of str to str
        What went wrong, by slug; the other notebooks are signed all the same.
    """
    recorded, problems = read_record(course_folder() / RECORD), {}
    notebooks = (folder or course_folder()) / "notebooks"
    for slug in (one.slug for one in course().lessons):
        path = notebooks / f"{slug}.ipynb"
        try:
            content = b"" if path.is_symlink() else read_file(path)
            if content_hash(content) == recorded.get(slug):
                notebook = nbformat.v4.reads(content.decode())
                if not notary.check_signature(notebook):
                    notary.sign(notebook)
        except Exception as error:  # also a damaged or read-only database of signatures
            problems[slug] = repr(error)
    return problems
