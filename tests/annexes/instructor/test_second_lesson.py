"""A class that learns from a lesson on another subject, `tides`."""

import csv
from pathlib import Path

import pytest

from lessons_lib.classroom.course import COURSE_VARIABLE
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.log import JsonlEventLog
from lessons_lib.classroom.sessions.page import LearnerRecord
from lessons_lib.classroom.sessions.quiz_run import QuizSession
from lessons_lib.cli import main
from tests.support.tides import HEIGHTS, NAME, OUR_WORDS, SOURCE, answer_all, guess, take_test


def test_its_class_is_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(COURSE_VARIABLE, str(SOURCE))
    homes, out, notebook = (tmp_path / name for name in ("homes", "class.csv", "class.ipynb"))
    log = JsonlEventLog(homes / "ada" / ".local/share/lessons-lib/record")
    bank, record = load_bank(), LearnerRecord(log, "ada")
    quiz = bank.quiz(NAME).at("end")
    answer_all(QuizSession(quiz, record, measured=HEIGHTS), quiz, "answer")
    guess(record)
    take_test(bank, record)
    assert main(["collect", str(homes), "--out", str(out), "--notebook", str(notebook)]) == 0
    (ada,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    columns = (f"{NAME}_answered", f"{NAME}_right", f"{NAME}_of", "test", "problems")
    assert [ada[one] for one in columns] == ["5", "5", "6", "strong, 3 of 3", ""]
    questions = (tmp_path / "class_questions.csv").read_text(encoding="utf-8").splitlines()
    assert [one["notebook"] for one in csv.DictReader(questions)] == [NAME] * 5
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("class*"))
    assert OUR_WORDS.findall(written + capsys.readouterr().out) == []
