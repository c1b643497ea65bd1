"""A notebook for the instructor that shows the tables of a class."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

TEMPLATE = Path(__file__).with_name("results.ipynb")


def class_notebook(folder: Path, tables: Mapping[str, Path], rule: str) -> str:
    """Return the content of the notebook file, without outputs.

    Parameters
    ----------
    folder : Path
        Where the notebook will be; its paths to the tables are relative to this folder.
    tables : mapping of str to Path
        The files of the tables, by name: class, questions, groups, guesses.
    rule : str
        The sentence that says when a learner may need help.
    """
    texts = {"RULE": rule} | {
        f'"{name.upper()}_CSV"': repr(_relative_to(folder, path)) for name, path in tables.items()
    }
    content = TEMPLATE.read_text(encoding="utf-8")
    for place, text in texts.items():
        content = content.replace(_in_json(place), _in_json(text))
    return content


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _relative_to(folder: Path, file: Path) -> str:
    """Return a file's path relative to a folder, or the full path if it is on another drive."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return str(file)
