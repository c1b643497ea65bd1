"""`from lessons_lib import …`: every listed name is there; tests/architecture has what it loads."""

import sys
from pathlib import Path

import lessons_lib
from tests.support.shell import ran

ROOT = Path(__file__).parents[1]


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
