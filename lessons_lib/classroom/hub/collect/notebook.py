"""A notebook for the instructor that shows the two tables of a class."""

from __future__ import annotations

import json
import os
from pathlib import Path

TEMPLATE = Path(__file__).with_name("results.ipynb")


def class_notebook(folder: Path, class_csv: Path, questions_csv: Path, rule: str) -> str:
    """Return the content of the notebook file, without outputs.

    Parameters
    ----------
    folder : Path
        Where the notebook will be; its paths to the tables are relative to this folder.
    class_csv, questions_csv : Path
        The tables.
    rule : str
        The sentence that says when a learner may need help.
    """
    texts = {
        "RULE": rule,
        '"CLASS_CSV"': repr(_relative_to(folder, class_csv)),
        '"QUESTIONS_CSV"': repr(_relative_to(folder, questions_csv)),
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
