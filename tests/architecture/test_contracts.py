"""The import contracts catch a forbidden import, added to a copy of the library."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
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
        ("text/label.py", "import lessons_lib.model.network", "The layers of the house"),
        ("plots/__init__.py", "import lessons_lib.widgets", "The layers of the house"),
        ("cli.py", "import lessons_lib.authoring.build", "The layers of the house"),
        ("quiz/__init__.py", "import numpy", "Questions and progress know nothing of tensors"),
        ("quiz/__init__.py", "import lessons_lib.text.preprocess", "Questions and progress"),
        ("sessions/__init__.py", "import threading", "Sessions know no widgets"),
        ("practice/course.py", "import lessons_lib.record.log", "Sessions know no widgets"),
        ("plots/__init__.py", "import lessons_lib.practice.course", "What turns a text into"),
    ],
)
def test_a_forbidden_import_is_reported(copy: Path, file: str, line: str, broken: str) -> None:
    with (copy / "lessons_lib" / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    assert broken in _lint(copy).partition("Broken contracts")[2]


def test_the_label_alone_may_be_shared(copy: Path) -> None:
    shared = copy / "lessons_lib" / "quiz" / "__init__.py"
    shared.write_text("from lessons_lib.text.label import Label\n", encoding="utf-8")
    assert _lint(copy) == ""
