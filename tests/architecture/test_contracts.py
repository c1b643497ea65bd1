"""The import contracts catch a forbidden import, added to a copy of the library."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TYPES = "import typing\nif typing.TYPE_CHECKING:"
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def _lint(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout + done.stderr if done.returncode else ""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a copy of the library and its contracts."""
    ignored = shutil.ignore_patterns("__pycache__", "assets", "*.js", "*.css")
    shutil.copytree(ROOT / "lessons_lib", tmp_path / "lessons_lib", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("pipeline/text/label.py", "import lessons_lib.pipeline.model.network", "The pipeline: "),
        ("pipeline/timing/__init__.py", "import lessons_lib.classroom.course", "Three rooms: "),
        ("pipeline/timing/__init__.py", "import lessons_lib.lesson.plots", "Three rooms: "),
        ("classroom/quiz/__init__.py", "import lessons_lib.pipeline.text.label", "Three rooms: "),
        ("classroom/quiz/__init__.py", "import lessons_lib.lesson.plots", "Three rooms: "),
        ("classroom/quiz/__init__.py", f"{TYPES} import lessons_lib.pipeline", "Three rooms: "),
        ("classroom/quiz/__init__.py", "import lessons_lib.classroom.widgets", "The classroom: "),
        ("classroom/quiz/__init__.py", "import numpy", "The classroom knows nothing of tensors"),
        ("lesson/plots/__init__.py", "import lessons_lib.commands.check", "Three rooms: "),
        ("classroom/sessions/__init__.py", "import threading", "Sessions know no widgets"),
        (
            "classroom/course.py",
            "import lessons_lib.classroom.record.log",
            "Sessions know no widgets",
        ),
    ],
)
def test_a_forbidden_import_is_reported(copy: Path, file: str, line: str, broken: str) -> None:
    with (copy / "lessons_lib" / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    assert broken in _lint(copy).partition("Broken contracts")[2]
