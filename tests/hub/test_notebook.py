"""The instructor's notebook runs, from the tables that lie beside it."""

from __future__ import annotations

from pathlib import Path

import nbformat

from lessons_lib.authoring.build import run
from lessons_lib.cli import main
from tests.hub.synthetic_class import make_class


def test_the_class_notebook_runs_and_shows_figures_and_names(tmp_path: Path) -> None:
    make_class(tmp_path / "homes", 12, damaged=1)
    (tmp_path / "results").mkdir()
    (tmp_path / "mine's").mkdir()
    table = tmp_path / "results" / 'it\'s {a} "1\\2".csv'
    path = tmp_path / "mine's" / "class.ipynb"
    homes = str(tmp_path / "homes")
    assert main(["collect", homes, "--out", str(table), "--notebook", str(path)]) == 0
    notebook = nbformat.read(path, as_version=4)
    run(notebook, path.parent)
    outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    figures = [one.data["text/plain"] for one in outputs if "data" in one]
    assert len(figures) == 3
    assert figures[0].startswith("Bars over 12 learners, by notebook: 01_concept")
    assert all("alt=" in one.data["text/html"] for one in outputs if "data" in one)
    assert "learner-" in outputs[-1].text
