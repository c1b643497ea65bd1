"""What a web page's Python runs works without the packages that it does not have there."""

import os
import sys
from pathlib import Path

import pytest

from lessons_lib.annexes.site.bundle import course_files, model_files
from lessons_lib.annexes.site.half.probe import NOT_THERE
from tests.support.shell import ran

ROOT = Path(__file__).parents[3]
NOT_IN_PYODIDE = {"lzma", "sqlite3", "ssl"}  # of the standard library, unless a page loads them
BEGIN = """
import json, sys
from importlib.machinery import PathFinder
from pathlib import Path

class WithoutSome(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"{name} is not in the browser", name=name)

sys.meta_path.insert(0, WithoutSome)
from lessons_lib.annexes.site.half import stand_ins
stand_ins.install()
from lessons_lib.classroom.quiz.markdown import RENDERED
RENDERED["", True] = ""  # filled, so that no parser is needed
folder = Path(FOLDER)
"""
LIGHT = """
from lessons_lib.pipeline.inference.realtime import LightPipeline
light = LightPipeline.load(folder)
"""
CLASSROOM, LESSON = "lessons_lib.classroom.widgets", "lessons_lib.lesson"
OWN = f"{LESSON}.explorations.own_texts"
FAILURES, STAGES = f"{LESSON}.explorations.failures", f"{LESSON}.explorations.stages"
# The module of each function, the lines that call it, and words that the card then shows.
SHOWN = {
    "show_quiz": (f"{CLASSROOM}.quiz.card", "card = show_quiz('06')", "Batch inference"),
    "show_practice": (f"{CLASSROOM}.quiz.card", "card = show_practice()", "question"),
    "show_test": (f"{CLASSROOM}.quiz.card", "card = show_test()", "question"),
    "show_flashcards": (f"{CLASSROOM}.quiz.card", "card = show_flashcards()", "card"),
    "show_guess": (f"{CLASSROOM}.explore.guess", "card = show_guess('one-by-one')", "guess"),
    "show_outcome": (f"{CLASSROOM}.explore.guess", "card = show_outcome('one-by-one', 9)", "guess"),
    "show_progress": (f"{CLASSROOM}.quiz.card", "card = show_progress()", "answered any"),
    "ModeFinder": (f"{CLASSROOM}.modes", "card = ModeFinder()", "minutes"),
    "show_explorer": (f"{LESSON}.views.trace", "card = show_explorer(light)", "great"),
    "show_text_pair": (OWN, "card = show_text_pair(light)", "not bad"),
    "show_first_label": (OWN, "card = show_first_label(light)", "labels this text positive"),
    "show_fool_the_model": (FAILURES, "card = show_fool_the_model(light)", "Your score: 0 of 5"),
    "show_preprocessing": (STAGES, "card = show_preprocessing(light.vocabulary)", "tokens"),
    "show_start": (
        f"{LESSON}.views.start",
        "card = show_start(light, run=json.loads((folder / 'run.json').read_text()))\n"
        "card.receive({'do': 'batch'})",
        "not from this machine",
    ),
    "show_light_queue": (
        f"{LESSON}.views.queue",
        "from lessons_lib.pipeline.timing.cost import CostModel\n"
        "stored = json.loads((folder / 'queue.json').read_text())\n"
        "card = show_light_queue(CostModel(**stored['cost']), stored['gaps'])",
        "Of 400 requests",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the course as a page's Python reads it, with the light files of the model."""
    folder = tmp_path_factory.mktemp("course")
    for name, content in {**course_files(), **model_files()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", SHOWN)
def test_a_card_of_a_page_works_without_what_a_browser_lacks(name: str, folder: Path) -> None:
    module, lines, words = SHOWN[name]
    program = BEGIN.replace("FOLDER", repr(str(folder)))
    program = program.replace("MISSING", repr(NOT_THERE | NOT_IN_PYODIDE))
    program += LIGHT if "light" in lines else ""
    program += f"from {module} import {name}\n{lines}\nprint(json.dumps([card.about, card.page]))"
    environment = {**os.environ, "LESSONS_COURSE": str(folder)}
    done = ran(sys.executable, "-c", program, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout
