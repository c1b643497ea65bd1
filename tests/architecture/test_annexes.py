"""The house stands alone: without any annex it imports, says what it can do, and is tested."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from lessons_lib.cli import COMMANDS
from tests.support.shell import ran

ROOT = Path(__file__).parents[2]
COPIED = (
    *("lessons_lib", "notebooks", "quizzes", "tests", ".ci", "pyproject.toml", "README.md"),
    *("CHANGELOG.md", "LICENSE", "NOTICE", ".dockerignore", ".pre-commit-config.yaml"),
)
# What checks the whole tree, or its scripts, which need packages of Node, is tested where all is;
# so is the pipeline, which reads and imports nothing but itself, and what is in the question banks.
ELSEWHERE = ("architecture", "javascript", "pipeline", "lesson/quizzes", "browser")
IGNORED = [f"--ignore=tests/{one}" for one in ELSEWHERE]
LEFT_OUT = shutil.ignore_patterns("annexes", "__pycache__", "node_modules")
ALL_MODULES = """
import importlib, pkgutil, lessons_lib
assert "without_annexes" in lessons_lib.__file__
for module in pkgutil.walk_packages(lessons_lib.__path__, "lessons_lib."):
    importlib.import_module(module.name)
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project in which no annex is left, nor a test of one."""
    folder = tmp_path_factory.mktemp("without_annexes")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, folder)
    return folder


def run(house: Path, *arguments: str) -> str:
    """Return what Python prints in the copy; nothing of this checkout is imported there."""
    environment = {**os.environ, "PYTHONPATH": str(house)}
    done = ran(sys.executable, *arguments, cwd=house, env=environment)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_every_module_of_the_house_can_be_imported(house: Path) -> None:
    run(house, "-c", ALL_MODULES)


def test_the_help_names_every_command(house: Path) -> None:
    printed = run(house, "-m", "lessons_lib.cli", "--help")
    assert all(f"    {name} " in printed for name in COMMANDS)


@pytest.mark.slow
def test_the_tests_of_the_house_pass(house: Path) -> None:
    run(house, "-m", "pytest", "-q", "-n0", "tests", *IGNORED)
