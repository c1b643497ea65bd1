"""What is loaded when a part of the library is imported or shown, seen from a new interpreter."""

import ast
import sys
from pathlib import Path

import pytest

from tests.support.shell import ran

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "numpy", "matplotlib"}
ALL_MODULES_OF_THE_CLASSROOM = """
import importlib, pkgutil
import lessons_lib.classroom as room
for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
    importlib.import_module(module.name)
"""
LABEL_ON_THE_START_PAGE = """
page = lessons_lib.show("start")
page._handle_custom_msg({'do': 'label', 'text': 'I love it'}, [])
page._handle_custom_msg({'do': 'batch'}, [])
assert page.page['own']['label'] == 'positive' and len(page.page['batch']['digits']) == 10_000
"""
LESSON = "lessons_lib.lesson"
# What runs, and what it must not load.
LIGHT = {
    "the package": ("", HEAVY | {"ipywidgets"}),
    "the command": ("import lessons_lib.cli", HEAVY | {"jupyterlab"}),
    "the classroom": (ALL_MODULES_OF_THE_CLASSROOM, HEAVY),
    "real-time inference": ("import lessons_lib.pipeline.inference.realtime", HEAVY),
    "batch inference": ("import lessons_lib.pipeline.inference.batch", HEAVY),
    "a quiz": ("lessons_lib.show_quiz('06')", HEAVY),
    "a guess": ("lessons_lib.show_guess('one-by-one')", HEAVY),
    "progress": ("lessons_lib.show_progress()", HEAVY),
    "a hint": (
        "lessons_lib.load_ipython_extension; lessons_lib.hint('batch-call')",
        HEAVY | {"ipywidgets"},
    ),
    "the map alone": (f"from {LESSON}.views.stages import *; StageMap()", HEAVY),
    "the map with examples": ("lessons_lib.show('stages')", {"torch", "matplotlib"}),
    "the first label": ("lessons_lib.show('first-label')", {"torch", "matplotlib"}),
    "the start page": (LABEL_ON_THE_START_PAGE, {"torch", "matplotlib"}),
}


def _loaded_by(program: str) -> set[str]:
    """Return all modules that are loaded after a program ran."""
    code = f"import sys, lessons_lib\n{program}\nprint('loaded', *sys.modules)"
    done = ran(sys.executable, "-c", code, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("loaded")[2].split())


@pytest.mark.parametrize("name", LIGHT)
def test_what_needs_little_loads_nothing_heavy(name: str) -> None:
    program, heavy = LIGHT[name]
    assert _loaded_by(program) & heavy == set()


def test_the_package_itself_loads_nothing_of_ours() -> None:
    loaded = {name for name in _loaded_by("") if name.startswith("lessons_lib")}
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
