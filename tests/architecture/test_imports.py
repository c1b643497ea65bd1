"""What is loaded when a part of the library is imported, seen from a fresh interpreter."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "numpy", "matplotlib")
IMPORT = "import sys, importlib; importlib.import_module(sys.argv[1]); print(*sys.modules)"
IMPORT_WITH_ALL_MODULES = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
    importlib.import_module(module.name)
print(*sys.modules)
"""


def _loaded_by(module: str, program: str = IMPORT_WITH_ALL_MODULES) -> set[str]:
    """Return all modules that are loaded after a program imported a module."""
    command = [sys.executable, "-c", program, module]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "lessons_lib.classroom",
        "lessons_lib.pipeline.inference.realtime",
        "lessons_lib.pipeline.inference.batch",
    ],
)
def test_nothing_heavy_is_loaded(module: str) -> None:
    assert _loaded_by(module) & set(HEAVY) == set()


def test_a_heavy_import_would_be_noticed() -> None:
    assert "torch" in _loaded_by("lessons_lib.pipeline.inference.textbook")


def test_the_package_itself_loads_nothing_of_ours() -> None:
    loaded = {name for name in _loaded_by("lessons_lib", IMPORT) if name.startswith("lessons_lib")}
    assert loaded == {"lessons_lib"}


@pytest.mark.parametrize("room", ["pipeline", "classroom"])
def test_no_room_below_the_lesson_uses_the_names_of_the_facade(room: str) -> None:
    """The facade imports all rooms lazily, which the import contracts cannot see."""
    library = ROOT / "lessons_lib"
    rooms = {path.stem for path in library.iterdir()}
    used = [
        (str(path.relative_to(library)), alias.name)
        for path in sorted((library / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "lessons_lib"
        for alias in node.names
        if alias.name not in rooms
    ]
    assert used == []


LEARNER_SEES = {
    "a guess": ("lessons_lib.classroom.widgets.explore.guess", "show_guess('one-by-one')", HEAVY),
    "the map alone": ("lessons_lib.lesson.views.stages.map", "StageMap()", HEAVY),
    "the map with examples": (
        "lessons_lib.lesson.views.stages.show",
        "show_stages()",
        ("torch", "matplotlib"),
    ),
    "progress": ("lessons_lib.classroom.widgets.quiz.progress", "show_progress()", HEAVY),
    "the first label": (
        "lessons_lib.lesson.explorations.concept",
        "show_first_label()",
        ("torch", "matplotlib"),
    ),
}


@pytest.mark.parametrize("name", LEARNER_SEES)
def test_what_a_learner_sees_first_loads_no_more_when_it_is_shown(name: str) -> None:
    module, call, heavy = LEARNER_SEES[name]
    program = f"import sys; from {module} import *; {call}; print(*sys.modules)"
    assert _loaded_by(module, program) & set(heavy) == set()
