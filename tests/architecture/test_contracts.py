"""The import contracts catch a forbidden import, added to a copy of the library."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.shell import ran

ROOT = Path(__file__).parents[2]
ANNEXES = sorted(path.parent.name for path in ROOT.glob("lessons_lib/annexes/*/__init__.py"))
QUIZ = "classroom/quiz/__init__.py"
pytestmark = pytest.mark.slow
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("pipeline/text/label.py", "import lessons_lib.pipeline.model.network", "The pipeline: "),
        ("pipeline/timing/__init__.py", "import lessons_lib.classroom.course", "The house: "),
        (QUIZ, "import typing as t\nif t.TYPE_CHECKING: import lessons_lib.pipeline", "The house"),
        (QUIZ, "import lessons_lib.classroom.widgets", "The classroom: "),
        (QUIZ, "import numpy", "The classroom imports no tensors"),
        ("classroom/sessions/__init__.py", "import threading", "Sessions know no widgets"),
        *(
            (f"{room}/__init__.py", f"import lessons_lib.annexes.{annex}", f"The annex `{annex}`")
            for annex in ANNEXES
            for room in ("commands", f"annexes/{'cluster' if annex == 'site' else 'site'}")
        ),
    ],
)
def test_a_forbidden_import_is_reported(tmp_path: Path, file: str, line: str, broken: str) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "assets", "*.js", "*.css")
    shutil.copytree(ROOT / "lessons_lib", tmp_path / "lessons_lib", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "lessons_lib" / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    command = (sys.executable, "-c", LINT, "--no-cache", "--no-logo")
    done = ran(*command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert broken in done.stdout.partition("Broken contracts")[2]
