"""Sign the notebooks that the build made, so that the user's Jupyter trusts them, and no others.

A signature takes two walls away: JupyterLab then shows a notebook's stored HTML as it is, and runs
a command of its links without asking. So it is given for known bytes only, whoever wrote the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from lessons_lib.classroom.course import course, course_folder
from lessons_lib.files import read_file, write_whole

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
