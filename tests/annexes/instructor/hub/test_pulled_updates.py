"""An update that the real nbgitpuller pulls over what a learner did: nothing of theirs is lost."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest

from lessons_lib.classroom.copy.news import tell_news
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.log import JsonlEventLog
from lessons_lib.classroom.widgets.quiz.card import show_quiz

ROOT = Path(__file__).parents[4]
NOTEBOOK, QUIZ = "06_batch_inference.ipynb", "06"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINE = "# my own note: a batch is a list"


class Class:
    """An instructor's repository, and one learner's home with a pulled copy of it."""

    def __init__(self, folder: Path) -> None:
        self.work, self.bare = folder / "instructor", folder / "course.git"
        self.course = folder / "home" / "lessons-course"
        self.course.parent.mkdir()
        for part in ("notebooks", "quizzes"):
            ignored = shutil.ignore_patterns("images", ".ipynb_checkpoints")
            shutil.copytree(ROOT / part, self.work / part, ignore=ignored)
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("clone", "--quiet", "--bare", ".", str(self.bare))
        self.publish("First")

    def publish(self, message: str) -> None:
        """Let the instructor commit all and push it."""
        self._git("add", "--all")
        identity = ("-c", "user.name=Instructor", "-c", "user.email=instructor@example.org")
        self._git(*identity, "commit", "--quiet", "--message", message)
        self._git("push", "--quiet", str(self.bare), "main")

    def pull(self) -> None:
        """Let the learner open the link: what the server extension then does."""
        program = "from nbgitpuller.pull import main; main()"
        place = (f"file://{self.bare}", "main", str(self.course))
        subprocess.run([sys.executable, "-c", program, *place], check=True, capture_output=True)

    def change_lesson(self) -> None:
        """Edit the lesson where authors do, in the source, and in what is built from it."""
        source = self.work / "notebooks" / "source" / NOTEBOOK.replace(".ipynb", ".py")
        source.write_text(source.read_text("utf-8") + "\n# changed\n", encoding="utf-8")
        path = self.work / "notebooks" / NOTEBOOK
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell("A new paragraph.", id="new-cell"))
        notebook.cells[-2].source += "\n> Fixed by the instructor."
        nbformat.write(notebook, path)

    def _git(self, *arguments: str) -> None:
        self.work.mkdir(exist_ok=True)
        subprocess.run(["git", *arguments], cwd=self.work, check=True, capture_output=True)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Class:
    pytest.importorskip("nbgitpuller", reason="needs nbgitpuller, of the extra `test`")
    if shutil.which("git") is None:
        pytest.skip("needs git")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)  # a hook that runs the tests would set them
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = Class(tmp_path)
    made.pull()
    return made


def _work_on(path: Path) -> None:
    """Do what running and editing in JupyterLab does to a notebook's file."""
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = number
        cell.outputs = [nbformat.v4.new_output("stream", text=f"ran {number}\n")]
    notebook.cells[-1].source += f"\n\n{MINE}"
    notebook.cells.append(nbformat.v4.new_code_cell(MINE, id="mine"))
    notebook.metadata.language_info = {"name": "python", "version": "3.12.1"}
    nbformat.write(notebook, path)


def test_an_edited_notebook_and_a_half_answered_quiz_are_kept_and_the_news_is_printed(
    course: Class, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = JsonlEventLog(tmp_path / "home" / "record")
    tell_news(course.course, log=log, clock=lambda: MONDAY)
    path = course.course / "notebooks" / NOTEBOOK
    _work_on(path)
    bank = load_bank(course.course / "quizzes")
    card = show_quiz(QUIZ, log=log, bank=bank)
    question = card.page["question"]["id"]
    card._handle_custom_msg({"do": "answer", "question": question, "letters": ["A"]}, [])
    before = card.page["question"]
    assert capsys.readouterr().out == ""

    course.change_lesson()
    course.publish("Second")
    course.pull()

    merged = nbformat.read(path, as_version=4)  # still a notebook
    nbformat.validate(merged)
    assert merged.cells[-1].source == MINE
    assert any(MINE in cell.source for cell in merged.cells[:-1])
    outputs = [json.dumps(cell.outputs) for cell in merged.cells if cell.cell_type == "code"]
    assert "ran 1" in outputs[0]
    assert any(cell.source == "A new paragraph." for cell in merged.cells)

    again = show_quiz(
        QUIZ,
        log=JsonlEventLog(tmp_path / "home" / "record"),
        bank=load_bank(course.course / "quizzes"),
    )
    assert again.page["question"] == before

    tell_news(course.course, log=log, clock=lambda: MONDAY + timedelta(days=2))
    assert "New since your last visit:\n  6 Batch inference\n" in capsys.readouterr().out


def test_code_in_exercises_is_kept_where_their_tasks_and_starters_change(course: Class) -> None:
    name = "14_code_along.ipynb"
    path = course.course / "notebooks" / name
    _work_on(path)
    tries = {
        "exercise-batch-call": "%%exercise batch-call\nresults = model.predict([])\n# mine",
        "exercise-softmax": "%%exercise softmax\ndef softmax(logits):\n    return logits",
    }
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = tries.get(cell.id, cell.source)
    notebook.cells.insert(5, nbformat.v4.new_code_cell("hint('batch-call')", id="asked"))
    nbformat.write(notebook, path)
    theirs = course.work / "notebooks" / name
    notebook = nbformat.read(theirs, as_version=4)
    changes = {
        "task-batch-call": "## Another title\n\nAnother task.",
        "exercise-batch-call": "%%exercise batch-call\nresults = 'another start'",
        "exercise-label-of": "%%exercise label-of\nanother_start = 1",
    }
    for cell in notebook.cells:
        cell.source = changes.get(cell.id, cell.source)
    nbformat.write(notebook, theirs)
    course.publish("Second")
    course.pull()
    merged = nbformat.read(path, as_version=4)
    nbformat.validate(merged)
    sources = {cell.id: cell.source for cell in merged.cells}
    assert sources.items() >= tries.items()
    assert sources["task-batch-call"] == changes["task-batch-call"]
    assert sources["exercise-label-of"] == changes["exercise-label-of"]
    assert "asked" in sources
