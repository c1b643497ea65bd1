"""Faults in durability and security that the tests must catch.

Nobody would notice one of these in daily use. Each mutant is one fault, put into a temporary copy
of the project; the tests named with it must then fail. Where two checks protect from the same harm,
such as the two that keep scripts out of Markdown, each is switched off by a mutant of its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
TESTS_FAILED = 1  # pytest's exit code; an error while collecting, or no test at all, has another


class Mutant(NamedTuple):
    """A fault: a text that a file contains once, its replacement, and the tests that catch it."""

    name: str
    file: str
    text: str
    replacement: str
    tests: str


# fmt: off
MUTANTS = [
    Mutant("file-not-synced", "lessons_lib/classroom/record/log.py",
           "            self._torn = False\n            os.fsync(descriptor)\n",
           "            self._torn = False\n", "tests/classroom/record/test_log.py"),
    Mutant("record-folder-not-synced", "lessons_lib/classroom/record/log.py",
           "                sync_folder(self.folder)\n", "                pass\n",
           "tests/classroom/record/test_log.py"),
    Mutant("record-readable-by-others", "lessons_lib/classroom/record/log.py",
           "0o600", "0o644", "tests/classroom/record/test_log.py"),
    Mutant("replaced-file-not-noticed", "lessons_lib/classroom/record/reader.py",
           "about.st_size < state.offset:", "about.st_size < state.offset - 1:",
           "tests/classroom/record/test_reader.py"),
    Mutant("output-not-synced-before-the-rename", "lessons_lib/files.py",
           "            file.flush()\n            os.fsync(file.fileno())\n",
           "            file.flush()\n", "tests/test_files.py"),
    Mutant("rename-not-synced", "lessons_lib/files.py",
           "        sync_folder(target.parent)\n", "", "tests/test_files.py"),
    Mutant("html-through-the-parser", "lessons_lib/classroom/quiz/markdown.py",
           '{"html": False, "breaks": False}).enable("table")\n',
           '{"html": True}).enable("table")\n    return made\n',
           "tests/classroom/quiz/test_markdown.py"),
    Mutant("html-through-the-cleaner", "lessons_lib/classroom/quiz/markdown.py",
           "tags=TAGS,", 'tags=TAGS | {"img"},', "tests/classroom/quiz/test_markdown.py"),
    Mutant("scripts-in-links-through-the-cleaner", "lessons_lib/classroom/quiz/markdown.py",
           'SCHEMES = {"http", "https"}', 'SCHEMES = {"http", "https", "javascript"}',
           "tests/classroom/quiz/test_markdown.py"),
    Mutant("formula-in-a-csv-cell", "lessons_lib/classroom/quiz/export.py",
           'return f"\'{value}"', "return value", "tests/classroom/quiz/test_export.py"),
    Mutant("links-in-a-home-are-followed", "lessons_lib/classroom/hub/collect/homes.py",
           'getattr(os, "O_NOFOLLOW", 0) | ', "", "tests/classroom/hub/collect/test_collect.py"),
    Mutant("dtd-allowed", "lessons_lib/classroom/exchange/moodle.py",
           "forbid_dtd=True", "forbid_dtd=False", "tests/classroom/exchange/test_moodle_files.py"),
    Mutant("any-weights-accepted", "lessons_lib/pipeline/model/transformer_files.py",
           "if digest == TRANSFORMER_SHA256[path.name] else", "if digest else",
           "tests/pipeline/model/test_minilm.py"),
]
# fmt: on


each_mutant = pytest.mark.parametrize("mutant", [pytest.param(one, id=one.name) for one in MUTANTS])


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project."""
    folder = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("lessons_lib", "notebooks", "quizzes", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _exit_code(folder: Path, *tests: str) -> int:
    """Run tests of a copy and return pytest's exit code.

    No bytecode is written: a mutant of the same size and second would be mistaken for its original.
    """
    command = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-q", "-p", "no:cacheprovider"]
    environment = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "CI": "true"}
    return subprocess.call([*command, *tests], cwd=folder, env=os.environ | environment)


@each_mutant
def test_a_mutant_still_fits_the_project(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.text) == 1


@pytest.mark.slow
def test_without_a_fault_the_named_tests_pass(copy: Path) -> None:
    assert _exit_code(copy, *sorted({one.tests for one in MUTANTS})) == 0


@pytest.mark.slow
@each_mutant
def test_a_fault_is_caught(copy: Path, mutant: Mutant) -> None:
    path = copy / mutant.file
    original = path.read_text(encoding="utf-8")
    path.write_text(original.replace(mutant.text, mutant.replacement), encoding="utf-8")
    try:
        assert _exit_code(copy, mutant.tests) == TESTS_FAILED
    finally:
        path.write_text(original, encoding="utf-8")
