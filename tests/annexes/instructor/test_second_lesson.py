"""A class that learns from a lesson on another subject, `tides`."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons_lib.classroom.course import COURSE_VARIABLE
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.record.log import JsonlEventLog
from lessons_lib.classroom.sessions.page import LearnerRecord
from lessons_lib.classroom.sessions.quiz_run import QuizSession
from lessons_lib.cli import main
from tests.classroom.sessions.actions import act
from tests.support.tides import HEIGHTS, NAME, OUR_WORDS, SOURCE, answer_all, guess, take_test

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the lesson with its notebook; it is the current course."""
    folder = shutil.copytree(SOURCE, tmp_path / "tides")
    (folder / "notebooks" / f"{NAME}.ipynb").write_text("{}", encoding="utf-8")
    monkeypatch.setenv(COURSE_VARIABLE, str(folder))
    return folder


def make_home(homes: Path, name: str, bank: QuizBank, *, is_strong: bool) -> None:
    """Write the record of a learner who answered the quiz, guessed, and took the test."""
    record = LearnerRecord(JsonlEventLog(homes / name / ".local/share/lessons-lib/record"), name)
    quiz = bank.quiz(NAME).at("end")
    session = QuizSession(quiz, record, measured=HEIGHTS)
    if is_strong:
        answer_all(session, quiz, "answer")
    else:
        act(session, "answer", number="7")
    guess(record)
    take_test(bank, record, is_right=is_strong)


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    for name, is_strong in (("ada", True), ("bob", False)):
        make_home(tmp_path / "homes", name, load_bank(), is_strong=is_strong)
    return tmp_path / "homes"


def rows(path: Path) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))


def test_its_class_is_collected(homes: Path, tmp_path: Path, capsys: Captured) -> None:
    out, notebook = tmp_path / "class.csv", tmp_path / "class.ipynb"
    assert main(["collect", str(homes), "--out", str(out), "--notebook", str(notebook)]) == 0
    ada, bob = rows(out)
    columns = (f"{NAME}_answered", f"{NAME}_right", f"{NAME}_of", "test", "problems")
    assert [ada[one] for one in columns] == ["5", "5", "6", "strong, 3 of 3", ""]
    assert [bob[one] for one in columns] == ["1", "0", "5", "not yet, 0 of 3", ""]
    questions = list(rows(tmp_path / "class_questions.csv"))
    assert ({one["notebook"] for one in questions}, len(questions)) == ({NAME}, 5)
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("class*"))
    assert OUR_WORDS.findall(written + capsys.readouterr().out) == []


def test_its_course_is_copied_for_a_class(tmp_path: Path, capsys: Captured) -> None:
    copy = tmp_path / "copy"
    assert main(["hub", "copy", str(copy)]) == 0
    copied = {path.relative_to(copy).as_posix() for path in copy.rglob("*.*") if path.is_file()}
    assert copied == {
        *(f"notebooks/{NAME}.ipynb", f"quizzes/{NAME}.yaml"),
        ".lessons-course.json",
    }
