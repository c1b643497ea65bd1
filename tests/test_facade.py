"""`from lessons_lib import …`: every listed name is there; tests/architecture has what it loads."""

import ast
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

import lessons_lib
from tests.support.shell import ran

ROOT = Path(__file__).parents[1]
HELPERS = sorted((ROOT / "lessons_lib/lesson/notebooks").glob("[!_]*.py"))


def test_every_listed_name_can_be_imported() -> None:
    assert [name for name in lessons_lib.__all__ if getattr(lessons_lib, name, None) is None] == []


def test_mypy_finds_a_misspelled_name(tmp_path: Path) -> None:
    typo = tmp_path / "typo.py"
    typo.write_text("from lessons_lib import BatchPredicter\n", encoding="utf-8")
    done = ran(sys.executable, "-m", "mypy", typo, cwd=ROOT)  # with the cache of a whole run
    assert 'has no attribute "BatchPredicter"' in done.stdout


def test_the_newest_section_of_the_changelog_is_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog.split("\n## ")[1].split()[0] == lessons_lib.__version__


@pytest.mark.parametrize("path", HELPERS, ids=lambda path: path.stem)
def test_a_notebook_has_the_helpers_that_it_calls_and_no_others(path: Path) -> None:
    sources = [one.read_text("utf-8") for one in ROOT.glob("notebooks/source/*.py")]
    called = {name for one in sources for name in re.findall(rf"\b{path.stem}\.(\w+)", one)}
    module = import_module(f"lessons_lib.lesson.notebooks.{path.stem}")
    assert called == {name for name in called if hasattr(module, name)}
    parts = ast.parse(path.read_text("utf-8")).body[1:]
    if all(isinstance(one, ast.ImportFrom) for one in parts):
        imports = [one for one in parts if isinstance(one, ast.ImportFrom)]
        assert called == {name.name for one in imports for name in one.names}
